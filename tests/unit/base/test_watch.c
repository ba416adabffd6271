/* cli/base/watch_linux.c or watch_other.c */
#include "base/watch.h"
#include "scratch.h"
#include <poll.h>
#include <sys/wait.h>

static void test_end_of_a_child(void **state) {
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t pid = fork();
    if (pid == 0) {
        char byte;
        close(ends[1]);
        ssize_t length = read(ends[0], &byte, 1);
        _exit(length == 0 ? 0 : 1);
    }
    close(ends[0]);
    int fd = watch_process(pid);
    struct pollfd waiting = {.fd = fd, .events = POLLIN};
    int before = fd < 0 ? 0 : poll(&waiting, 1, 0);
    int flags = fd < 0 ? FD_CLOEXEC : fcntl(fd, F_GETFD);
    close(ends[1]);
    int after = fd < 0 ? 1 : poll(&waiting, 1, 10000);
    waitpid(pid, NULL, 0);
    if (fd >= 0)
        close(fd);
    assert_int_equal(before, 0);
    assert_int_equal(after, 1);
    assert_true(flags & FD_CLOEXEC);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_end_of_a_child),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

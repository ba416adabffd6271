/* cli/base/fd.c */
#include "base/fd.h"
#include "scratch.h"
#include <errno.h>
#include <sys/wait.h>

static void test_pipe_is_close_on_exec(void **state) {
    (void)state;
    int ends[2];
    assert_true(fd_pipe(ends));
    assert_true(fcntl(ends[0], F_GETFD) & FD_CLOEXEC);
    assert_true(fcntl(ends[1], F_GETFD) & FD_CLOEXEC);
    assert_true(fd_write_all(ends[1], "hello", 5));
    char text[6] = "";
    assert_int_equal(read(ends[0], text, 5), 5);
    assert_string_equal(text, "hello");
    fd_set_nonblocking(ends[0]);
    assert_int_equal(read(ends[0], text, 5), -1);
    assert_int_equal(errno, EAGAIN);
    fd_close(&ends[0]);
    fd_close(&ends[1]);
    assert_int_equal(ends[0], -1);
    fd_close(&ends[0]);
}

static void test_close_keeps_errno(void **state) {
    (void)state;
    int fd = 9999;
    errno = ENOSPC;
    fd_close(&fd);
    assert_int_equal(errno, ENOSPC);
}

static void test_write_failure(void **state) {
    (void)state;
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    assert_false(fd_write_all(fd, "x", 1));
    assert_int_equal(errno, EBADF);
    fd_close(&fd);
}

/* In a child: closes the streams, opens what has to be there, and ends with what it found. */
static int standard_streams_without(int first, int second) {
    pid_t pid = fork();
    if (pid == 0) {
        close(first);
        close(second);
        fd_open_standard();
        for (int fd = 0; fd <= 2; fd++)
            if (fcntl(fd, F_GETFD) != 0)
                _exit(10 + fd);
        int next = open("/dev/null", O_RDONLY);
        _exit(next > 2 ? 0 : 1);
    }
    int status = 0;
    waitpid(pid, &status, 0);
    return status;
}

static void test_closed_standard_streams(void **state) {
    (void)state;
    fflush(NULL);
    assert_int_equal(standard_streams_without(0, 0), 0);
    assert_int_equal(standard_streams_without(1, 2), 0);
    assert_int_equal(standard_streams_without(0, 2), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pipe_is_close_on_exec),
        cmocka_unit_test(test_close_keeps_errno),
        cmocka_unit_test(test_write_failure),
        cmocka_unit_test(test_closed_standard_streams),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

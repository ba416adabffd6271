/* cli/base/signal.c */
#include "base/signal.h"
#include "scratch.h"
#include <devkit/system.h>
#include <poll.h>
#include <sys/wait.h>

static int reset(void **state) {
    (void)state;
    signal(SIGINT, SIG_DFL); /* a shell starts background jobs with it ignored */
    signal(SIGHUP, SIG_DFL); /* and nohup does the same with this one */
    signal_reset();
    return 0;
}

static void test_interruption(void **state) {
    (void)state;
    signal_install();
    assert_false(dk_interrupted());
    raise(SIGTERM);
    assert_true(dk_interrupted());
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    assert_false(dk_fail_interrupted(&error));
    assert_int_equal(error.error_class, DK_ERROR_INTERRUPTED);
    assert_string_equal(error.code, "interrupted");
}

static bool is_readable(int fd) {
    struct pollfd waiting = {.fd = fd, .events = POLLIN};
    return poll(&waiting, 1, 0) == 1;
}

static void test_descriptor(void **state) {
    (void)state;
    signal_install();
    int fd = dk_interrupt_fd();
    assert_true(fd >= 0);
    assert_int_equal(fd, dk_interrupt_fd());
    assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    assert_false(is_readable(fd));
    raise(SIGINT);
    assert_true(is_readable(fd));
    assert_true(is_readable(fd));
}

static void test_descriptor_asked_for_late(void **state) {
    (void)state;
    signal_install();
    raise(SIGHUP);
    assert_true(is_readable(dk_interrupt_fd()));
}

static void test_sleep_ends_early(void **state) {
    (void)state;
    signal_install();
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid == 0) {
        usleep(50000);
        kill(parent, SIGINT);
        _exit(0);
    }
    int64_t start = dk_now_ms();
    dk_sleep_ms(10000);
    assert_true(dk_now_ms() - start < 5000);
    assert_true(dk_interrupted());
    waitpid(pid, NULL, 0);
}

/* Runs the function in a child, which ends with 77 when it gets to its end; returns its wait status. */
static int in_child(void (*function)(void)) {
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        signal_reset();
        function();
        _exit(77);
    }
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return status;
}

static void interrupt_twice(void) {
    signal_install();
    raise(SIGINT);
    usleep(400000);
    raise(SIGINT);
}

static void interrupt_twice_at_once(void) {
    signal_install();
    raise(SIGINT);
    raise(SIGINT);
    raise(SIGTERM);
}

static void test_second_interrupt_ends(void **state) {
    (void)state;
    int status = in_child(interrupt_twice);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 130);
    status = in_child(interrupt_twice_at_once);
    assert_int_equal(WEXITSTATUS(status), 77);
}

static void interrupt_ignored(void) {
    signal(SIGHUP, SIG_IGN);
    signal_install();
    raise(SIGHUP);
    if (dk_interrupted())
        _exit(1);
}

static void test_ignored_stays_ignored(void **state) {
    (void)state;
    assert_int_equal(WEXITSTATUS(in_child(interrupt_ignored)), 77);
}

static void write_to_closed_pipe(void) {
    int ends[2];
    signal_install();
    if (pipe(ends) != 0)
        _exit(1);
    close(ends[0]);
    if (write(ends[1], "x", 1) != -1)
        _exit(1);
}

static void test_closed_pipe_is_no_end(void **state) {
    (void)state;
    assert_int_equal(WEXITSTATUS(in_child(write_to_closed_pipe)), 77);
}

static void child_gets_defaults(void) {
    signal_install();
    signal_prepare_child();
    raise(SIGTERM);
}

static void test_children_get_defaults(void **state) {
    (void)state;
    int status = in_child(child_gets_defaults);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGTERM);
}

static void test_keyboard(void **state) {
    (void)state;
    signal_install();
    signal_keyboard before;
    signal_ignore_keyboard(&before);
    raise(SIGINT);
    assert_false(dk_interrupted());
    signal_restore_keyboard(&before);
    raise(SIGINT);
    assert_true(dk_interrupted());
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_interruption, reset),
        cmocka_unit_test_setup(test_descriptor, reset),
        cmocka_unit_test_setup(test_descriptor_asked_for_late, reset),
        cmocka_unit_test_setup(test_sleep_ends_early, reset),
        cmocka_unit_test_setup(test_second_interrupt_ends, reset),
        cmocka_unit_test_setup(test_ignored_stays_ignored, reset),
        cmocka_unit_test_setup(test_closed_pipe_is_no_end, reset),
        cmocka_unit_test_setup(test_children_get_defaults, reset),
        cmocka_unit_test_setup(test_keyboard, reset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

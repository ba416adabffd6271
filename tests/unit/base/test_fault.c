/* cli/base/fault.c: kills in the fault build, nothing in any other. */
#include "scratch.h"
#include <devkit/system.h>
#include <signal.h>
#include <sys/wait.h>

/* Passes three points in a child; returns its wait status. */
static int pass_three(const char *at) {
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        setenv("DEVKIT_FAULT_AT", at, 1);
        setenv("DEVKIT_FAULT_LOG", scratch("log"), 1);
        DK_FAULT("one");
        DK_FAULT("two");
        DK_FAULT("three");
        _exit(0);
    }
    int status = 0;
    waitpid(pid, &status, 0);
    return status;
}

static void test_points(void **state) {
    (void)state;
    int status = pass_three("2");
#ifdef DEVKIT_FAULTS
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGKILL);
    scratch_expect("log", "1 one\n2 two\n");
    assert_int_equal(pass_three("9"), 0);
#else
    assert_int_equal(status, 0);
    assert_false(dk_file_exists(scratch("log")));
#endif
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_points),
    };
    return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}

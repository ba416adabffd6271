/* cli/base/exit.c */
#include "base/exit.h"
#include "scratch.h"
#include <devkit/system.h>
#include <sys/wait.h>

static char order[10];
static char a[] = "a";
static char b[] = "b";
static char c[] = "c";

static void note(void *data) {
    strcat(order, data);
}

static void note_and_run_again(void *data) {
    strcat(order, data);
    exit_run_all();
}

static void test_newest_first_and_once(void **state) {
    (void)state;
    order[0] = '\0';
    dk_at_exit(note, a);
    dk_at_exit(note_and_run_again, b);
    dk_at_exit(note, c);
    exit_run_all();
    assert_string_equal(order, "cba");
    exit_run_all();
    assert_string_equal(order, "cba");
}

static void test_not_in_a_child(void **state) {
    (void)state;
    order[0] = '\0';
    dk_at_exit(note, a);
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        exit_run_all();
        _exit(order[0] == '\0' ? 0 : 1);
    }
    int status = 0;
    waitpid(pid, &status, 0);
    assert_int_equal(WEXITSTATUS(status), 0);
    exit_run_all();
    assert_string_equal(order, "a");
}

static void remove_file(void *data) {
    unlink(data);
}

static void test_runs_at_exit(void **state) {
    (void)state;
    scratch_write("temporary", "");
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        dk_at_exit(remove_file, (void *)(uintptr_t)scratch("temporary"));
        exit(0);
    }
    waitpid(pid, NULL, 0);
    assert_false(dk_file_exists(scratch("temporary")));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_newest_first_and_once),
        cmocka_unit_test(test_not_in_a_child),
        cmocka_unit_test(test_runs_at_exit),
    };
    return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}

/* cli/base/process_detached.c */
#include "shell.h"
#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

static void wait_for(const char *name) {
    for (int i = 0; i < 500 && !dk_file_exists(scratch(name)); i++)
        usleep(10000);
    assert_true(dk_file_exists(scratch(name)));
}

static void test_lives_on_in_its_own_session(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    DK_AUTO_PROCESS dk_process process = shell("echo pid $$; echo oops >&2; cat; touch \"$DONE\"");
    dk_process_env(&process, "DONE", scratch("done"));
    scratch_write("log", "before\n");
    pid_t pid = 0;
    assert_true(dk_process_spawn_detached(&process, scratch("log"), &pid, &error));
    assert_true(pid > 1);
    assert_int_not_equal(getsid(pid), getsid(0));
    wait_for("done");
    DK_AUTOFREE char *expected = dk_format("before\npid %d\noops\n", (int)pid);
    scratch_expect("log", expected);
}

/* The same without a fork of ours; signals we catch or ignore are its own again. */
static void test_remains_ours(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    DK_AUTO_PROCESS dk_process process =
        shell("echo $NAME; sh -c 'kill -PIPE $$; echo survived'; touch \"$DONE\"");
    process.flags |= DK_PROCESS_REMAINS_OURS;
    dk_process_env(&process, "NAME", "it's");
    dk_process_env(&process, "DONE", scratch("done3"));
    signal(SIGPIPE, SIG_IGN);
    pid_t pid = 0;
    assert_true(dk_process_spawn_detached(&process, scratch("log3"), &pid, &error));
    assert_int_equal(getsid(pid), pid);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    assert_true(dk_file_exists(scratch("done3")));
    scratch_expect("log3", "it's\n");
}

static void test_missing_program_is_told(void **state) {
    (void)state;
    static const unsigned flags[] = {0, DK_PROCESS_REMAINS_OURS};
    for (size_t i = 0; i < DK_COUNT(flags); i++) {
        DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
        DK_AUTO_PROCESS dk_process process = DK_PROCESS_INIT;
        process.flags |= flags[i];
        dk_process_add(&process, "/no/such/program");
        assert_false(dk_process_spawn_detached(&process, NULL, NULL, &error));
        assert_string_equal(error.code, "program-missing");
        assert_string_equal(error.detail, strerror(ENOENT));
    }
}

static void test_wrong_folder_is_told(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    DK_AUTO_PROCESS dk_process process = shell(":");
    process.directory = "/no/such/folder";
    assert_false(dk_process_spawn_detached(&process, NULL, NULL, &error));
    assert_non_null(strstr(error.message, "/no/such/folder"));
}

static void test_unwritable_log(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    DK_AUTO_PROCESS dk_process process = shell(":");
    assert_false(dk_process_spawn_detached(&process, scratch("no/log"), NULL, &error));
    assert_string_equal(error.code, "file-unwritable");
}

static void test_without_log(void **state) {
    (void)state;
    DK_AUTO_PROCESS dk_process process = shell("echo x; touch \"$DONE\"");
    dk_process_env(&process, "DONE", scratch("done2"));
    assert_true(dk_process_spawn_detached(&process, NULL, NULL, NULL));
    wait_for("done2");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lives_on_in_its_own_session),
        cmocka_unit_test(test_remains_ours),
        cmocka_unit_test(test_missing_program_is_told),
        cmocka_unit_test(test_wrong_folder_is_told),
        cmocka_unit_test(test_unwritable_log),
        cmocka_unit_test(test_without_log),
    };
    return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}

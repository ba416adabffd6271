/* cli/base/process_child.c: what is made ready before fork, and how a failed start is told. */
#include "../skip.h"
#include "base/fd.h"
#include "base/process.h"
#include "scratch.h"
#include <errno.h>

static void test_plan(void **state) {
    (void)state;
    setenv("PLAN_A", "1", 1);
    setenv("PLAN_AB", "2", 1);
    PROCESS_PLAN_AUTO process_plan plan = {0};
    DK_AUTO_PROCESS dk_process process = DK_PROCESS_INIT;
    dk_process_add(&process, "sh");
    dk_process_add(&process, "x");
    dk_process_env(&process, "PLAN_A", NULL);
    dk_process_env(&process, "PLAN_NEW", "");
    assert_true(process_plan_make(&plan, &process, NULL));
    assert_true(dk_ends_with(plan.program, "/sh"));
    assert_true(dk_strv_contains(&plan.environment, "PLAN_AB=2"));
    assert_false(dk_strv_contains(&plan.environment, "PLAN_A=1"));
    assert_true(dk_strv_contains(&plan.environment, "PLAN_NEW="));
    assert_int_equal(plan.shell_arguments.count, 3);
    assert_string_equal(plan.shell_arguments.items[1], plan.program);
}

static void test_unsetting_everything(void **state) {
    (void)state;
    PROCESS_PLAN_AUTO process_plan plan = {0};
    DK_AUTO_PROCESS dk_process process = {.flags = DK_PROCESS_CLEAR_ENV};
    dk_process_add(&process, "/bin/sh");
    dk_process_env(&process, "NOT_THERE", NULL);
    assert_true(process_plan_make(&plan, &process, NULL));
    assert_non_null(plan.environment.items);
    assert_null(plan.environment.items[0]);
}

static void test_only_root_switches(void **state) {
    (void)state;
    if (geteuid() == 0)
        skip_because("needs an ordinary user");
    PROCESS_PLAN_AUTO process_plan plan = {0};
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    DK_AUTO_PROCESS dk_process process = {.flags = DK_PROCESS_SWITCH_USER, .uid = geteuid() + 1};
    dk_process_add(&process, "sh");
    assert_false(process_plan_make(&plan, &process, &error));
    assert_string_equal(error.code, "not-root");
}

static void test_switching_to_oneself_needs_nothing(void **state) {
    (void)state;
    PROCESS_PLAN_AUTO process_plan plan = {0};
    DK_AUTO_PROCESS dk_process process = {
        .flags = DK_PROCESS_SWITCH_USER, .uid = geteuid(), .gid = getegid()};
    dk_process_add(&process, "sh");
    assert_true(process_plan_make(&plan, &process, NULL));
    assert_int_equal(plan.group_count, 0);
}

typedef struct told {
    process_stage stage;
    int errno_value;
    const char *code;
    int child_status;
} told;

static void test_failures(void **state) {
    (void)state;
    static const told rows[] = {
        {PROCESS_STAGE_STREAMS, EMFILE, "program-failed", 126},
        {PROCESS_STAGE_USER, EPERM, "program-failed", 126},
        {PROCESS_STAGE_DIRECTORY, ENOENT, "program-failed", 127},
        {PROCESS_STAGE_EXEC, ENOENT, "program-missing", 127},
        {PROCESS_STAGE_EXEC, EACCES, "program-missing", 126},
    };
    DK_AUTO_PROCESS dk_process process = DK_PROCESS_INIT;
    dk_process_add(&process, "tool");
    for (size_t i = 0; i < DK_COUNT(rows); i++) {
        DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
        process_report report = {rows[i].stage, rows[i].errno_value, 1};
        assert_false(process_fail_start(&process, &report, &error));
        assert_string_equal(error.code, rows[i].code);
        assert_int_equal(error.child_status, rows[i].child_status);
        assert_string_equal(error.detail, strerror(rows[i].errno_value));
        assert_non_null(strstr(error.message, "tool"));
        assert_false(process_fail_start(&process, &report, NULL));
    }
}

static void test_reports(void **state) {
    (void)state;
    int ends[2];
    assert_true(fd_pipe(ends));
    process_report sent = {PROCESS_STAGE_EXEC, ENOENT, 42};
    assert_true(fd_write_all(ends[1], &sent, sizeof sent));
    fd_close(&ends[1]);
    process_report received;
    assert_true(process_read_report(ends[0], &received));
    assert_int_equal(received.pid, 42);
    assert_false(process_read_report(ends[0], &received)); /* exec closed it: all went well */
    fd_close(&ends[0]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plan),
        cmocka_unit_test(test_unsetting_everything),
        cmocka_unit_test(test_only_root_switches),
        cmocka_unit_test(test_switching_to_oneself_needs_nothing),
        cmocka_unit_test(test_failures),
        cmocka_unit_test(test_reports),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

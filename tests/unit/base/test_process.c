/* cli/base/process.c: what is made of words, before anything runs. */
#include "base/process.h"
#include "scratch.h"
#include <devkit/system.h>

static void expect_arguments(const dk_process *process, const char *joined_by_bars) {
    DK_AUTOFREE char *joined = dk_strv_join(&process->arguments, "|");
    assert_string_equal(joined, joined_by_bars);
}

static void test_command_line(void **state) {
    (void)state;
    static const char *const rows[][2] = {
        {"alembic upgrade head", "alembic|upgrade|head"},
        {"  psql -c 'select 1' \n", "psql|-c|select 1"},
        {"cd x && make", "/bin/sh|-c|cd x && make"},
        {"  A=1 run  ", "/bin/sh|-c|A=1 run"},
    };
    for (size_t i = 0; i < DK_COUNT(rows); i++) {
        DK_AUTO_PROCESS dk_process process = DK_PROCESS_INIT;
        assert_true(dk_process_command_line(&process, rows[i][0], NULL));
        expect_arguments(&process, rows[i][1]);
    }
}

static void test_command_line_appends(void **state) {
    (void)state;
    DK_AUTO_PROCESS dk_process process = DK_PROCESS_INIT;
    dk_process_add(&process, "nice");
    dk_process_addf(&process, "-n%d", 5);
    assert_true(dk_process_command_line(&process, "make all", NULL));
    expect_arguments(&process, "nice|-n5|make|all");
}

static void test_wrong_command_lines(void **state) {
    (void)state;
    static const char *const texts[] = {"", "  \n", "a 'b", "a \"b"};
    for (size_t i = 0; i < DK_COUNT(texts); i++) {
        DK_AUTO_PROCESS dk_process process = DK_PROCESS_INIT;
        DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
        assert_false(dk_process_command_line(&process, texts[i], &error));
        assert_int_equal(error.error_class, DK_ERROR_USAGE);
        assert_string_equal(error.code, "command-invalid");
        assert_int_equal(process.arguments.count, 0);
    }
}

static void test_describe(void **state) {
    (void)state;
    dk_secret_add("s3cr3t's own");
    DK_AUTO_PROCESS dk_process process = DK_PROCESS_INIT;
    dk_process_add(&process, "psql");
    dk_process_add(&process, "-c select 1");
    dk_process_add(&process, "--password=s3cr3t's own");
    DK_AUTOFREE char *text = dk_process_describe(&process);
    assert_string_equal(text, "psql '-c select 1' '--password=***'");
}

static void test_short_name(void **state) {
    (void)state;
    DK_AUTO_PROCESS dk_process shell = DK_PROCESS_INIT;
    assert_true(dk_process_command_line(&shell, "cd x && make\nmore", NULL));
    DK_AUTOFREE char *name = process_short_name(&shell);
    assert_string_equal(name, "cd x && make …");
    DK_AUTO_PROCESS dk_process process = DK_PROCESS_INIT;
    dk_process_add(&process, "x");
    for (int i = 0; i < 100; i++)
        dk_process_add(&process, "é");
    DK_AUTOFREE char *cut = process_short_name(&process);
    assert_true(strlen(cut) < 110);
    assert_true(dk_ends_with(cut, " …"));
}

static void test_environment(void **state) {
    (void)state;
    DK_AUTO_PROCESS dk_process process = DK_PROCESS_INIT;
    dk_process_env(&process, "A", "1");
    dk_process_env(&process, "B", NULL);
    DK_AUTOFREE char *joined = dk_strv_join(&process.environment, "|");
    assert_string_equal(joined, "A=1|B");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_command_line),        cmocka_unit_test(test_command_line_appends),
        cmocka_unit_test(test_wrong_command_lines), cmocka_unit_test(test_describe),
        cmocka_unit_test(test_short_name),          cmocka_unit_test(test_environment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

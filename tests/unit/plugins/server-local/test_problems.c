/* plugins/server-local/problems.c */
#include "local_project.h"

static void test_known_problems(void **state) {
    (void)state;
    /* Lines as servers and initdb really print them. */
    static const char *const table[][2] = {
        {"LOG:  could not bind IPv4 address \"127.0.0.1\": Address already in use", "port-taken"},
        {"FATAL:  could not create shared memory segment: No space left on device", "shared-memory"},
        {"FATAL:  could not write lock file \"postmaster.pid\": No space left on device", "disk-full"},
        {"FATAL:  could not open file \"postmaster.pid\": Read-only file system", "read-only"},
        {"FATAL:  pre-existing shared memory block (key 1, ID 2) is still in use", "orphans"},
        {"FATAL:  Unix-domain socket path \"/x\" is too long (maximum 107 bytes)", "socket-path"},
        {"FATAL:  database files are incompatible with server", "data-version"},
        {"LOG:  unrecognized configuration parameter \"no_such\" in file \"x\" line 9", "settings-invalid"},
        {"FATAL:  could not access file \"timescaledb\": No such file or directory", "library-missing"},
        {"initdb: error: invalid locale name \"xx_YY\"", "locale-missing"},
        {"FATAL:  data directory \"/x\" has wrong ownership", "data-owner"},
        {"PANIC:  could not locate a valid checkpoint record", "data-damaged"},
    };
    for (size_t i = 0; i < DK_COUNT(table); i++)
        assert_string_equal(local_problem_code(table[i][0]), table[i][1]);
    assert_null(local_problem_code("LOG:  database system is ready to accept connections"));
}

static void test_the_last_lines_are_shown(void **state) {
    (void)state;
    DK_AUTO_BUF dk_buf log = DK_BUF_INIT;
    for (int i = 1; i <= 30; i++)
        dk_buf_addf(&log, "line %d\n", i);
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    assert_false(local_fail_from_log(dk_buf_text(&log), "it did not start", &error));
    assert_true(dk_error_is(&error, "server-failed"));
    assert_string_equal(error.message, "it did not start");
    assert_true(dk_starts_with(error.detail, "line 19\n"));
    assert_true(dk_ends_with(error.detail, "line 30"));
    assert_non_null(error.hint);
    assert_false(local_fail_from_log("", "silent", &error));
    assert_null(error.detail);
}

static void test_a_failure_of_ours_with_a_known_cause(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    dk_fail(&error, DK_ERROR_FAILED, "file-unwritable", "cannot write x");
    dk_error_detail(&error, "Read-only file system");
    assert_false(local_explain(&error));
    assert_true(dk_error_is(&error, "read-only"));
    assert_string_equal(error.detail, "cannot write x: Read-only file system");
    dk_fail(&error, DK_ERROR_FAILED, "locked", "busy");
    assert_false(local_explain(&error));
    assert_true(dk_error_is(&error, "locked"));
    assert_false(local_explain(NULL));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_known_problems),
                                       cmocka_unit_test(test_the_last_lines_are_shown),
                                       cmocka_unit_test(test_a_failure_of_ours_with_a_known_cause)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

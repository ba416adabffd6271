/* plugins/neon/session.c */
#include "neon_answers.h"

static const fake_answer answers[] = {USUAL};

static void test_open(void **state) {
    (void)state;
    neon_test test;
    NEON_AUTO_SESSION neon_session session = {0};
    neon_open(&test, "", NEON_ENV, answers, DK_COUNT(answers));
    assert_true(neon_command_open(test.context, NULL, 7000, &session, NULL));
    assert_string_equal(session.place.project, "p-1");
    assert_string_equal(session.place.branch, "br-main-term-1");
    assert_int_equal(json_array_size(session.branches.list), 2);
    assert_int_equal(session.client.patience_ms, 7000);
    assert_string_equal(dk_json_string(dk_result(test.context), "project", ""), "p-1");
    neon_close(&test);
}

static void test_without_a_key(void **state) {
    (void)state;
    neon_test test;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    NEON_AUTO_SESSION neon_session session = {0};
    neon_open(&test, "", NEON_ENV, answers, DK_COUNT(answers));
    unsetenv("NEON_API_KEY");
    setenv("HOME", test.context->root, 1);
    assert_false(neon_session_open(test.context, NULL, 0, &session, &error));
    assert_true(dk_error_is(&error, "neon-key-missing"));
    assert_int_equal(neon_count(&test, "GET"), 0);
    neon_close(&test);
}

MAIN(cmocka_unit_test(test_open), cmocka_unit_test(test_without_a_key))

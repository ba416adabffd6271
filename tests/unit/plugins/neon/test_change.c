/* plugins/neon/change.c */
#include "neon_project.h"

#define PATH "/projects/p-1/branches/br-1"

static const fake_answer fine[] = {{"PATCH", PATH, 200, "{\"branch\":{},\"operations\":[]}", NULL, 0, 0}};
static const fake_answer lost[] = {
    {"PATCH", PATH, 524, "<html>", NULL, 0, 0},
    {"GET", PATH, 200, "{\"branch\":{\"protected\":true}}", NULL, 0, 0},
    {"GET", "/projects/p-1/operations", 200, "{\"operations\":[]}", NULL, 0, 0},
};

static bool change(neon_test *test, const char *field, json_t *value, dk_error *error) {
    DK_AUTO_JSON json_t *owned = value;
    return neon_change(&test->client, "p-1", "br-1", field, owned, error);
}

static void test_one_field(void **state) {
    (void)state;
    neon_test test;
    neon_open(&test, "", NULL, fine, DK_COUNT(fine));
    assert_true(change(&test, "expires_at", json_null(), NULL));
    assert_string_equal(dk_buf_text(&test.api.bodies), "{\"branch\":{\"expires_at\":null}}");
    neon_close(&test);
}

static void test_a_lost_answer(void **state) {
    (void)state;
    neon_test test;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    neon_open(&test, "", NULL, lost, DK_COUNT(lost));
    assert_true(change(&test, "protected", json_true(), NULL));
    assert_true(change(&test, "expires_at", json_null(), NULL));
    assert_false(change(&test, "protected", json_false(), &error));
    assert_true(dk_error_is(&error, "neon-answer-lost"));
    neon_close(&test);
}

MAIN(cmocka_unit_test(test_one_field), cmocka_unit_test(test_a_lost_answer))

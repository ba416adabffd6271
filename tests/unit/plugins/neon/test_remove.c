/* plugins/neon/remove.c */
#include "neon_project.h"

#define PATH "/projects/p-1/branches/br-try-snow-2"

static bool remove_with(const fake_answer *answers, size_t count, dk_error *error) {
    neon_test test;
    DK_AUTO_JSON json_t *branch = neon_json(BRANCH_TRY);
    neon_open(&test, "", NULL, answers, count);
    bool removed = neon_remove(&test.client, "p-1", branch, error);
    assert_int_equal(neon_count(&test, "DELETE " PATH), 1);
    neon_close(&test);
    return removed;
}

static void test_gone(void **state) {
    (void)state;
    static const fake_answer empty[] = {{"DELETE", PATH, 204, "", NULL, 0, 0}};
    static const fake_answer missing[] = {{"DELETE", PATH, 404, "{}", NULL, 0, 0}};
    static const fake_answer lost[] = {{"DELETE", PATH, 502, "<html>", NULL, 0, 0},
                                       {"GET", PATH, 404, "{}", NULL, 0, 0}};
    assert_true(remove_with(empty, DK_COUNT(empty), NULL));
    assert_true(remove_with(missing, DK_COUNT(missing), NULL));
    assert_true(remove_with(lost, DK_COUNT(lost), NULL));
}

static void test_still_there(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    static const fake_answer lost[] = {{"DELETE", PATH, 502, "<html>", NULL, 0, 0},
                                       {"GET", PATH, 200, "{\"branch\":" BRANCH_TRY "}", NULL, 0, 0}};
    static const fake_answer refused[] = {
        {"DELETE", PATH, 422, "{\"code\":\"\",\"message\":\"has child branches\"}", NULL, 0, 0}};
    assert_false(remove_with(lost, DK_COUNT(lost), &error));
    assert_true(dk_error_is(&error, "neon-answer-lost"));
    assert_false(remove_with(refused, DK_COUNT(refused), &error));
    assert_true(dk_error_is(&error, "neon-has-children"));
}

MAIN(cmocka_unit_test(test_gone), cmocka_unit_test(test_still_there))

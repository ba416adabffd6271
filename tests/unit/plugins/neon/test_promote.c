/* plugins/neon/promote.c */
#include "neon_project.h"

#define PATH "/projects/p-1/branches/br-try-snow-2"

static bool promote_with(const fake_answer *answers, size_t count, dk_error *error) {
    neon_test test;
    DK_AUTO_JSON json_t *branch = neon_json(BRANCH_TRY);
    neon_open(&test, "", NULL, answers, count);
    bool done = neon_set_default(&test.client, "p-1", branch, error);
    assert_int_equal(neon_count(&test, "POST " PATH "/set_as_default"), 1);
    neon_close(&test);
    return done;
}

static void test_default(void **state) {
    (void)state;
    static const fake_answer fine[] = {{"POST", PATH, 200, "{\"operations\":[]}", NULL, 0, 0}};
    static const fake_answer lost[] = {
        {"POST", PATH, 524, "<html>", NULL, 0, 0},
        {"GET", PATH, 200, "{\"branch\":{\"default\":true}}", NULL, 0, 0},
        {"GET", "/projects/p-1/operations", 200, "{\"operations\":[]}", NULL, 0, 0}};
    assert_true(promote_with(fine, DK_COUNT(fine), NULL));
    assert_true(promote_with(lost, DK_COUNT(lost), NULL));
}

static void test_not_so(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    static const fake_answer lost[] = {{"POST", PATH, 524, "<html>", NULL, 0, 0},
                                       {"GET", PATH, 200, "{\"branch\":" BRANCH_TRY "}", NULL, 0, 0}};
    static const fake_answer missing[] = {{"POST", PATH, 404, "{}", NULL, 0, 0}};
    assert_false(promote_with(lost, DK_COUNT(lost), &error));
    assert_true(dk_error_is(&error, "neon-answer-lost"));
    assert_false(promote_with(missing, DK_COUNT(missing), &error));
    assert_true(dk_error_is(&error, "neon-not-found"));
}

MAIN(cmocka_unit_test(test_default), cmocka_unit_test(test_not_so))

/* plugins/neon/diff_command.c */
#include "neon_answers.h"

#define COMPARE                                                                                              \
    "/projects/p-1/branches/br-try-snow-2/compare_schema?base_branch_id=br-main-term-1&db_name=tasks"

static const fake_answer different[] = {
    USUAL, {"GET", COMPARE, 200, "{\"diff\":\"--- a\\n+++ b\\n+CREATE TABLE x ();\"}", NULL, 0, 0}};
static const fake_answer same[] = {USUAL, {"GET", COMPARE, 200, "{}", NULL, 0, 0}};

static void test_with_its_parent(void **state) {
    (void)state;
    neon_test test;
    neon_open(&test, "", NEON_ENV, different, DK_COUNT(different));
    DK_AUTOFREE char *text = neon_output(&test, neon_diff_run, &(neon_diff_values){.branch = "try"}, true);
    assert_string_equal(text, "--- a\n+++ b\n+CREATE TABLE x ();\n");
    assert_false(dk_json_bool(dk_result(test.context), "in_sync", true));
    neon_close(&test);
}

static void test_the_same(void **state) {
    (void)state;
    neon_test test;
    neon_open(&test, "", NEON_ENV, same, DK_COUNT(same));
    DK_AUTOFREE char *text =
        neon_output(&test, neon_diff_run, &(neon_diff_values){.branch = "try", .base = "main"}, true);
    assert_string_equal(text, "");
    assert_true(dk_json_bool(dk_result(test.context), "in_sync", false));
    neon_close(&test);
}

static void test_a_root(void **state) {
    (void)state;
    neon_test test;
    neon_open(&test, "", NEON_ENV, same, DK_COUNT(same));
    DK_AUTOFREE char *text = neon_output(&test, neon_diff_run, &(neon_diff_values){0}, false);
    assert_true(dk_starts_with(text, "neon-base-unknown\n"));
    neon_close(&test);
}

MAIN(cmocka_unit_test(test_with_its_parent), cmocka_unit_test(test_the_same), cmocka_unit_test(test_a_root))

/* plugins/neon/list.c */
#include "neon_answers.h"

static const fake_answer answers[] = {USUAL};
static const fake_answer none[] = {
    {"GET", "/projects/p-1/endpoints", 200, "{\"endpoints\":[]}", NULL, 0, 0},
    {"GET", "/projects/p-1/branches", 200, "{\"branches\":[],\"annotations\":{}}", NULL, 0, 0}};

static void test_all(void **state) {
    (void)state;
    neon_test test;
    const neon_branches_values values = {0};
    neon_open(&test, "", NEON_ENV, answers, DK_COUNT(answers));
    DK_AUTOFREE char *text = neon_output(&test, neon_branches_run, &values, true);
    assert_contains(text, "main");
    assert_contains(text, "yours, default");
    assert_contains(text, "devkit's");
    assert_contains(text, "2.0 kB");
    const json_t *list = json_object_get(dk_result(test.context), "branches");
    const json_t *main = json_array_get(list, 0), *try = json_array_get(list, 1);
    assert_true(dk_json_bool(main, "current", false) && dk_json_bool(main, "default", false));
    assert_int_equal(dk_json_int(main, "size_bytes", 0), 2048);
    assert_false(dk_json_bool(try, "current", true));
    assert_string_equal(dk_json_string(try, "devkit", ""), "snapshot");
    assert_string_equal(dk_json_string(try, "parent_id", ""), "br-main-term-1");
    neon_close(&test);
}

static void test_those_of_devkit(void **state) {
    (void)state;
    neon_test test;
    const neon_branches_values values = {.mine = true};
    neon_open(&test, "", NEON_ENV, answers, DK_COUNT(answers));
    DK_AUTOFREE char *text = neon_output(&test, neon_branches_run, &values, true);
    assert_int_equal(json_array_size(json_object_get(dk_result(test.context), "branches")), 1);
    assert_null(strstr(text, "yours"));
    neon_close(&test);
}

static void test_none(void **state) {
    (void)state;
    neon_test test;
    const neon_branches_values values = {.project = "p-1"};
    neon_open(&test, "", NULL, none, DK_COUNT(none));
    DK_AUTOFREE char *text = neon_output(&test, neon_branches_run, &values, true);
    assert_string_equal(text, "");
    neon_close(&test);
}

MAIN(cmocka_unit_test(test_all), cmocka_unit_test(test_those_of_devkit), cmocka_unit_test(test_none))

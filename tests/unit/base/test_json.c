/* cli/base/json.c */
#include "scratch.h"
#include <devkit/json.h>

static void test_set_and_get(void **state) {
    (void)state;
    DK_AUTO_JSON json_t *object = json_object();
    dk_json_set_string(object, "text", "x");
    dk_json_set_string(object, "none", NULL);
    dk_json_set_int(object, "number", INT64_MAX);
    dk_json_set_bool(object, "yes", true);
    assert_string_equal(dk_json_string(object, "text", "f"), "x");
    assert_true(json_is_null(json_object_get(object, "none")));
    assert_true(dk_json_int(object, "number", 0) == INT64_MAX);
    assert_true(dk_json_bool(object, "yes", false));
}

static void test_fallbacks(void **state) {
    (void)state;
    DK_AUTO_JSON json_t *object = json_object();
    dk_json_set_int(object, "number", 1);
    assert_string_equal(dk_json_string(object, "number", "f"), "f");
    assert_null(dk_json_string(object, "missing", NULL));
    assert_int_equal(dk_json_int(object, "missing", 7), 7);
    assert_true(dk_json_bool(object, "number", true));
    assert_string_equal(dk_json_string(NULL, "x", "f"), "f");
    DK_AUTO_JSON json_t *array = json_array();
    assert_int_equal(dk_json_int(array, "x", 3), 3);
}

static void test_invalid_text_is_repaired(void **state) {
    (void)state;
    DK_AUTO_JSON json_t *object = json_object();
    dk_json_set_string(object, "text", "a\xff\x62");
    assert_string_equal(dk_json_string(object, "text", ""), "a\xef\xbf\xbd\x62");
}

static void test_release_clears(void **state) {
    (void)state;
    json_t *value = json_object();
    dk_json_release(&value);
    assert_null(value);
    dk_json_release(&value);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_set_and_get),
        cmocka_unit_test(test_fallbacks),
        cmocka_unit_test(test_invalid_text_is_repaired),
        cmocka_unit_test(test_release_clears),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* plugins/kit/http/json.c */
#include "../test_support.h"

#include <kit/http/http.h>

static const char document[] =
    "{\"State\":{\"Status\":\"running\",\"Pid\":12,\"Running\":true,\"Health\":null},"
    "\"Mounts\":[{\"Name\":\"v\"},{\"Name\":7}],\"Half\":1.5}";

static void test_values(void **state) {
    (void)state;
    DK_AUTO_JSON json_t *root = http_json_parse(document, strlen(document), NULL);
    const char *text = "unset";
    int64_t number = 0;
    bool flag = false;
    json_t *value = NULL;
    assert_true(http_json_string(root, "State.Status", &text, NULL));
    assert_string_equal(text, "running");
    assert_true(http_json_integer(root, "State.Pid", &number, NULL));
    assert_int_equal(number, 12);
    assert_true(http_json_boolean(root, "State.Running", &flag, NULL));
    assert_true(flag);
    assert_true(http_json_string(root, "Mounts[0].Name", &text, NULL));
    assert_string_equal(text, "v");
    assert_true(http_json_array(root, "Mounts", &value, NULL));
    assert_true(http_json_object(root, "State", &value, NULL));
    text = "unset";
    assert_true(http_json_string_optional(root, "State.Health.Status", &text, NULL)); /* null on the way */
    assert_true(http_json_string_optional(root, "Nothing.At.All", &text, NULL));
    assert_string_equal(text, "unset");
    assert_true(http_json_find(root, "Mounts[9].Name", &value, NULL));
    assert_null(value);
}

static void expect_failure(const char *text, const char *path, const char *detail) {
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    DK_AUTO_JSON json_t *root = http_json_parse(text, strlen(text), NULL);
    const char *value = NULL;
    assert_false(http_json_string(root, path, &value, &error));
    assert_true(dk_error_is(&error, "http-invalid"));
    assert_string_equal(error.detail, detail);
}

static void test_errors_name_the_path(void **state) {
    (void)state;
    expect_failure(document, "Mounts[1].Name", "Mounts[1].Name: expected a string, got a number");
    expect_failure(document, "State.Health.Status", "State.Health.Status: expected a string, got nothing");
    expect_failure(document, "State.Pid.Deep", "State.Pid: expected an object, got a number");
    expect_failure(document, "State[0]", "State: expected an array, got an object");
    expect_failure("[]", "State", "the answer: expected an object, got an array");
    expect_failure("{}", "State", "State: expected a string, got nothing");
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    DK_AUTO_JSON json_t *root = http_json_parse(document, strlen(document), NULL);
    int64_t number = 0;
    bool flag = false;
    json_t *value = NULL;
    assert_false(http_json_integer(root, "Half", &number, &error));
    assert_contains(error.detail, "a whole number");
    assert_false(http_json_boolean(root, "Half", &flag, &error));
    assert_false(http_json_array(root, "State", &value, &error));
    assert_false(http_json_object(root, "Mounts", &value, &error));
}

static void test_no_json(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    static const char text[] = "{\"a\": \x01 <html>";
    assert_null(http_json_parse(text, sizeof text - 1, &error));
    assert_true(dk_error_is(&error, "http-invalid"));
    assert_contains(error.detail, "line 1");
    assert_contains(error.detail, "{\"a\": . <html>");
    assert_null(http_json_parse("", 0, &error));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_values),
                                       cmocka_unit_test(test_errors_name_the_path),
                                       cmocka_unit_test(test_no_json)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

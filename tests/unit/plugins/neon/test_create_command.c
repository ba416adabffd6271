/* plugins/neon/create_command.c */
#include "neon_answers.h"

static const fake_answer answers[] = {
    USUAL,
    {"POST", "/projects/p-1/branches", 201, "{\"branch\":" BRANCH_TRY ",\"operations\":[]}", NULL, 0, 0}};

static json_t *sent(neon_test *test, const neon_create_values *values, const char *env) {
    neon_open(test, "", env, answers, DK_COUNT(answers));
    DK_AUTOFREE char *text = neon_output(test, neon_create_run, values, true);
    assert_contains(text, "is a branch of main");
    assert_string_equal(dk_json_string(dk_result(test->context), "id", ""), "br-try-snow-2");
    json_t *body = neon_json(dk_buf_text(&test->api.bodies));
    neon_close(test);
    return body;
}

static void test_of_the_databases_branch(void **state) {
    (void)state;
    neon_test test;
    const neon_create_values values = {.name = "try", .expires = 3600000};
    DK_AUTO_JSON json_t *body = sent(&test, &values, NEON_ENV);
    const json_t *branch = json_object_get(body, "branch");
    assert_string_equal(dk_json_string(branch, "name", ""), "try");
    assert_string_equal(dk_json_string(branch, "parent_id", ""), "br-main-term-1");
    assert_non_null(dk_json_string(branch, "expires_at", NULL));
    assert_int_equal(json_array_size(json_object_get(body, "endpoints")), 1);
    assert_null(json_object_get(json_object_get(body, "annotation_value"), "devkit")); /* no snapshot */
}

static void test_without_a_name(void **state) {
    (void)state;
    neon_test test;
    const neon_create_values values = {.project = "p-1", .no_compute = true};
    DK_AUTO_JSON json_t *first = sent(&test, &values, NULL); /* of the default branch */
    DK_AUTO_JSON json_t *second = sent(&test, &values, NULL);
    const char *name = dk_json_string(json_object_get(first, "branch"), "name", "");
    assert_true(dk_starts_with(name, "devkit-20"));
    assert_null(strpbrk(name, ":TZ"));
    assert_string_not_equal(name, dk_json_string(json_object_get(second, "branch"), "name", ""));
    assert_null(json_object_get(first, "endpoints"));
}

static void test_usage(void **state) {
    (void)state;
    neon_test test;
    static const neon_create_values wrong[] = {
        {.name = "x", .expires = (int64_t)31 * 24 * 3600 * 1000}, {.name = "x", .expires = -1}, {.name = ""}};
    neon_open(&test, "", NEON_ENV, answers, DK_COUNT(answers));
    for (size_t i = 0; i < DK_COUNT(wrong); i++) {
        DK_AUTOFREE char *text = neon_output(&test, neon_create_run, &wrong[i], false);
        assert_true(dk_starts_with(text, "usage\n"));
    }
    assert_int_equal(neon_count(&test, "GET"), 0);
    neon_close(&test);
}

static const fake_answer expiring[] = {
    {"GET", "/projects/p-1/endpoints", 200, ENDPOINTS, NULL, 0, 0},
    {"GET", "/projects/p-1/branches", 200,
     "{\"branches\":[{\"id\":\"br-main-term-1\",\"name\":\"main\",\"expires_at\":\"2030-01-01T00:00:00Z\"}],"
     "\"annotations\":{}}",
     NULL, 0, 0}};

static void test_a_parent_that_expires(void **state) {
    (void)state;
    neon_test test;
    const neon_create_values values = {.project = "p-1", .parent = "main"};
    neon_open(&test, "", NULL, expiring, DK_COUNT(expiring));
    DK_AUTOFREE char *text = neon_output(&test, neon_create_run, &values, false);
    assert_true(dk_starts_with(text, "neon-parent-expires\n"));
    neon_close(&test);
}

MAIN(cmocka_unit_test(test_of_the_databases_branch), cmocka_unit_test(test_without_a_name),
     cmocka_unit_test(test_usage), cmocka_unit_test(test_a_parent_that_expires))

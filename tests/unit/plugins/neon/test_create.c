/* plugins/neon/create.c. That a branch which is found after a lost answer is the one this call made needs a
 * server that keeps annotations: tests/integration/test_neon.py. */
#include "neon_project.h"

#define LIST "/projects/p-1/branches?limit=100&sort_by=created_at&sort_order=asc&search=try"

static const fake_answer fine[] = {
    {"POST", "/projects/p-1/branches", 201, "{\"branch\":" BRANCH_TRY ",\"operations\":[]}", NULL, 0, 0},
    {"POST", "/projects/p-1/endpoints", 201, "{\"endpoint\":{\"id\":\"ep-1\"},\"operations\":[]}", NULL, 0,
     0},
};

static void test_what_is_sent(void **state) {
    (void)state;
    neon_test test;
    DK_AUTO_JSON json_t *marks = json_pack("{s:s}", "devkit", "snapshot");
    const neon_wish wish = {.name = "try",
                            .parent = "br-main-term-1",
                            .expires_at = 1800000000,
                            .schema_only = true,
                            .compute = true,
                            .marks = marks};
    neon_open(&test, "", NULL, fine, DK_COUNT(fine));
    DK_AUTO_JSON json_t *branch = neon_create(&test.client, "p-1", &wish, NULL);
    assert_string_equal(dk_json_string(branch, "name", ""), "try");
    DK_AUTO_JSON json_t *body = neon_json(dk_buf_text(&test.api.bodies));
    const json_t *sent = json_object_get(body, "branch"), *value = json_object_get(body, "annotation_value");
    assert_string_equal(dk_json_string(sent, "parent_id", ""), "br-main-term-1");
    assert_string_equal(dk_json_string(sent, "expires_at", ""), "2027-01-15T08:00:00Z");
    assert_string_equal(dk_json_string(sent, "init_source", ""), "schema-only");
    assert_string_equal(dk_json_string(value, "devkit", ""), "snapshot");
    assert_int_equal(strlen(dk_json_string(value, "devkit_request", "")), 24);
    assert_int_equal(json_array_size(json_object_get(body, "endpoints")), 1);
    neon_close(&test);
}

static void test_no_more_than_wanted(void **state) {
    (void)state;
    neon_test test;
    const neon_wish wish = {.name = "try"};
    neon_open(&test, "", NULL, fine, DK_COUNT(fine));
    DK_AUTO_JSON json_t *branch = neon_create(&test.client, "p-1", &wish, NULL);
    DK_AUTO_JSON json_t *body = neon_json(dk_buf_text(&test.api.bodies));
    assert_non_null(branch);
    assert_int_equal(json_object_size(json_object_get(body, "branch")), 1);
    assert_null(json_object_get(body, "endpoints"));
    neon_close(&test);
}

static const fake_answer taken[] = {
    {"POST", "/projects/p-1/branches", 409, "{\"code\":\"\",\"message\":\"exists\"}", NULL, 0, 0},
    {"GET", LIST, 200, BRANCHES, NULL, 0, 0},
};

static void test_a_name_that_is_somebody_elses(void **state) {
    (void)state;
    neon_test test;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    const neon_wish wish = {.name = "try"};
    neon_open(&test, "", NULL, taken, DK_COUNT(taken));
    assert_null(neon_create(&test.client, "p-1", &wish, &error));
    assert_true(dk_error_is(&error, "neon-name-taken"));
    assert_int_equal(neon_count(&test, "GET"), 1); /* looked once: it is there, and not ours */
    neon_close(&test);
}

static const fake_answer lost[] = {
    {"POST", "/", 524, "<html>", NULL, 0, 0},
    {"GET", LIST, 200, "{\"branches\":[],\"annotations\":{}}", NULL, 0, 0},
    {"GET", "/projects/p-1/endpoints", 200, "{\"endpoints\":[]}", NULL, 1, 0},
    {"GET", "/projects/p-1/endpoints", 200, BOTH_ENDPOINTS, NULL, 0, 0},
    {"GET", "/projects/p-1/operations", 200, "{\"operations\":[]}", NULL, 0, 0},
};

static void test_a_lost_answer(void **state) {
    (void)state;
    neon_test test;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    const neon_wish wish = {.name = "try"};
    neon_open(&test, "", NULL, lost, DK_COUNT(lost));
    assert_null(neon_create(&test.client, "p-1", &wish, &error));
    assert_true(dk_error_is(&error, "neon-answer-lost"));
    assert_int_equal(neon_count(&test, "POST"), 1);
    assert_true(neon_count(&test, "GET") > 2);
    neon_close(&test);
}

static void test_endpoints(void **state) {
    (void)state;
    neon_test test;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    neon_open(&test, "", NULL, fine, DK_COUNT(fine));
    DK_AUTO_JSON json_t *made = neon_create_endpoint(&test.client, "p-1", "br-try-snow-2", NULL);
    assert_string_equal(dk_json_string(made, "id", ""), "ep-1");
    assert_contains(dk_buf_text(&test.api.bodies), "\"branch_id\":\"br-try-snow-2\"");
    neon_close(&test);
    neon_open(&test, "", NULL, lost, DK_COUNT(lost));
    assert_null(neon_create_endpoint(&test.client, "p-1", "br-try-snow-2", &error));
    assert_true(dk_error_is(&error, "neon-answer-lost"));
    DK_AUTO_JSON json_t *found = neon_create_endpoint(&test.client, "p-1", "br-try-snow-2", NULL);
    assert_string_equal(dk_json_string(found, "id", ""), "ep-late-snow-87654321");
    neon_close(&test);
}

MAIN(cmocka_unit_test(test_what_is_sent), cmocka_unit_test(test_no_more_than_wanted),
     cmocka_unit_test(test_a_name_that_is_somebody_elses), cmocka_unit_test(test_a_lost_answer),
     cmocka_unit_test(test_endpoints))

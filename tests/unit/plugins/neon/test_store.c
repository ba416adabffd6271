/* plugins/neon/store.c. What it saves is read back from a server in tests/integration/test_neon.py. */
#include "neon_answers.h"

#define OURS                                                                                                 \
    "{\"branches\":[" BRANCH_MAIN "," BRANCH_TRY ",{\"id\":\"br-leaf\",\"name\":\"leaf\",\"parent_id\":"     \
    "\"br-hung\"},{\"id\":\"br-hung\",\"name\":\"hung\",\"parent_id\":\"br-main-term-1\"}],\"annotations\":" \
    "{"                                                                                                      \
    "\"br-try-snow-2\":{\"value\":{\"devkit\":\"snapshot\",\"devkit_branch\":\"br-main-term-1\",\"devkit_"   \
    "name\":"                                                                                                \
    "\"monday\"}},\"br-hung\":{\"value\":{\"devkit\":\"snapshot\",\"devkit_branch\":\"br-main-term-1\","     \
    "\"devkit_name\":\"hung\"}}}}"

static const fake_answer answers[] = {
    {"GET", "/projects?limit=400", 200, PROJECTS, NULL, 0, 0},
    {"GET", "/projects/p-1/endpoints", 200, BOTH_ENDPOINTS, NULL, 0, 0},
    {"GET", "/projects/p-1/branches?", 200, OURS, NULL, 0, 0},
    {"GET", "/projects/p-1", 200, "{\"project\":{\"pg_version\":17}}", NULL, 0, 0},
    {"DELETE", "/projects/p-1/branches/br-try-snow-2", 200, "{\"operations\":[]}", NULL, 0, 0},
    {"POST", "/projects/p-1/branches", 422, "{\"code\":\"BRANCHES_LIMIT_EXCEEDED\",\"message\":\"no\"}", NULL,
     0, 0},
};

static int fits(neon_test *test, const char *part) {
    DK_AUTO_BUF dk_buf why = DK_BUF_INIT;
    int score = -1;
    assert_true(neon_store_fits(test->context, NULL, &score, &why, NULL));
    assert_contains(dk_buf_text(&why), part);
    assert_int_equal(neon_count(test, "GET"), 0); /* quick: nobody is asked */
    return score;
}

static void test_fits(void **state) {
    (void)state;
    neon_test test;
    neon_open(&test, "", NEON_ENV, answers, DK_COUNT(answers));
    assert_int_equal(fits(&test, "a branch"), 90);
    unsetenv("NEON_API_KEY");
    setenv("HOME", test.context->root, 1);
    assert_int_equal(fits(&test, "no API key"), 0);
    neon_close(&test);
    neon_open(&test, "", "DATABASE_URL=postgresql://a@localhost/d\n", answers, DK_COUNT(answers));
    assert_int_equal(fits(&test, "not at Neon"), 0);
    neon_close(&test);
}

static void test_list(void **state) {
    (void)state;
    neon_test test;
    neon_open(&test, "", NEON_ENV, answers, DK_COUNT(answers));
    DK_AUTO_JSON json_t *list = neon_store_list(test.context, NULL);
    assert_int_equal(json_array_size(list), 2);
    assert_string_equal(dk_json_string(json_array_get(list, 0), "name", ""), "monday");
    neon_close(&test);
    neon_open(&test, "", "DATABASE_URL=postgresql://a@localhost/d\n", answers, DK_COUNT(answers));
    DK_AUTO_JSON json_t *none = neon_store_list(test.context, NULL);
    assert_int_equal(json_array_size(none), 0);
    assert_int_equal(neon_count(&test, "GET"), 0);
    neon_close(&test);
}

static void test_save(void **state) {
    (void)state;
    neon_test test;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    DK_AUTO_JSON json_t *entry = json_object();
    dk_snapshot_request request = {.name = "monday", .purpose = "manual"};
    neon_open(&test, "", NEON_ENV, answers, DK_COUNT(answers));
    assert_false(neon_store_save(test.context, &request, entry, &error));
    assert_true(dk_error_is(&error, "snapshot-exists"));
    assert_int_equal(neon_count(&test, "POST"), 0);
    request.name = "tuesday";
    assert_false(neon_store_save(test.context, &request, entry, &error));
    assert_true(dk_error_is(&error, "neon-branch-limit"));
    DK_AUTO_JSON json_t *body = neon_json(dk_buf_text(&test.api.bodies));
    const json_t *marks = json_object_get(body, "annotation_value");
    assert_string_equal(dk_json_string(json_object_get(body, "branch"), "name", ""), "devkit/tuesday");
    assert_string_equal(dk_json_string(json_object_get(body, "branch"), "parent_id", ""), "br-main-term-1");
    assert_string_equal(dk_json_string(marks, "devkit", ""), "snapshot");
    assert_string_equal(dk_json_string(marks, "devkit_branch", ""), "br-main-term-1");
    assert_string_equal(dk_json_string(marks, "devkit_name", ""), "tuesday");
    assert_string_equal(dk_json_string(marks, "devkit_server_version", ""), "17");
    assert_null(json_object_get(body, "endpoints")); /* no compute */
    neon_close(&test);
}

static void test_remove(void **state) {
    (void)state;
    neon_test test;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    neon_open(&test, "", NEON_ENV, answers, DK_COUNT(answers));
    assert_false(neon_store_remove(test.context, "leaf", &error)); /* a branch, and none of devkit's */
    assert_true(dk_error_is(&error, "no-such-snapshot"));
    assert_false(neon_store_remove(test.context, "hung", &error));
    assert_true(dk_error_is(&error, "neon-has-children"));
    assert_contains(error.detail, "leaf");
    assert_int_equal(neon_count(&test, "DELETE"), 0);
    assert_true(neon_store_remove(test.context, "monday", NULL));
    assert_int_equal(neon_count(&test, "DELETE"), 1);
    neon_close(&test);
}

MAIN(cmocka_unit_test(test_fits), cmocka_unit_test(test_list), cmocka_unit_test(test_save),
     cmocka_unit_test(test_remove))

/* plugins/neon/operations.c */
#include "neon_project.h"

#define OPERATION(id, branch, status)                                                                        \
    "{\"id\":\"" id "\",\"branch_id\":\"" branch "\",\"action\":\"create_branch\",\"status\":\"" status "\""
#define ONE(id, status) "{\"operation\":" OPERATION(id, "br-1", status) "}}"

static const fake_answer answers[] = {
    {"GET", "/projects/p-1/operations/o-1", 404, "{}", NULL, 1, 0}, /* just created */
    {"GET", "/projects/p-1/operations/o-1", 200, ONE("o-1", "running"), NULL, 1, 0},
    {"GET", "/projects/p-1/operations/o-1", 200, ONE("o-1", "finished"), NULL, 0, 0},
    {"GET", "/projects/p-1/operations/o-2", 200,
     "{\"operation\":" OPERATION("o-2", "br-1",
                                 "failed") ",\"error\":\"no room\",\"retry_at\":\"2026-01-01T00:00:00Z\"}}",
     NULL, 0, 0},
    {"GET", "/projects/p-1/operations/o-3", 200, ONE("o-3", "running"), NULL, 0, 0},
    {"GET", "/projects/p-1/operations?limit=100", 200,
     "{\"operations\":[" OPERATION("o-3", "br-2", "running") "}," OPERATION("o-1", "br-1",
                                                                            "scheduling") "}]}",
     NULL, 0, 0},
};

static bool wait_for(neon_test *test, const char *id, const char *status, dk_error *error) {
    DK_AUTO_JSON json_t *answer = json_pack("{s:[{s:s, s:s, s:s}]}", "operations", "id", id, "status", status,
                                            "action", "create_branch");
    return neon_operations_wait(&test->client, "p-1", answer, error);
}

static void test_until_it_is_over(void **state) {
    (void)state;
    neon_test test;
    neon_open(&test, "", NULL, answers, DK_COUNT(answers));
    assert_true(wait_for(&test, "o-1", "scheduling", NULL));
    assert_int_equal(neon_count(&test, "GET /projects/p-1/operations/o-1"), 3);
    assert_true(wait_for(&test, "o-9", "finished", NULL)); /* nothing to ask */
    assert_true(wait_for(&test, "o-9", "skipped", NULL));
    DK_AUTO_JSON json_t *none = json_object();
    assert_true(neon_operations_wait(&test.client, "p-1", none, NULL));
    neon_close(&test);
}

static void test_failure(void **state) {
    (void)state;
    neon_test test;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    neon_open(&test, "", NULL, answers, DK_COUNT(answers));
    assert_false(wait_for(&test, "o-2", "running", &error));
    assert_true(dk_error_is(&error, "neon-operation-failed"));
    assert_contains(error.detail, "no room");
    assert_contains(error.detail, "2026-01-01T00:00:00Z");
    static const char *const ends[] = {"failed", "error", "cancelled"};
    for (size_t i = 0; i < DK_COUNT(ends); i++)
        assert_false(wait_for(&test, "o-9", ends[i], NULL));
    neon_close(&test);
}

static void test_patience(void **state) {
    (void)state;
    neon_test test;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    neon_open(&test, "", NULL, answers, DK_COUNT(answers));
    test.client.patience_ms = 600;
    assert_false(wait_for(&test, "o-3", "running", &error));
    assert_true(dk_error_is(&error, "neon-timeout"));
    assert_contains(error.hint, "--wait");
    neon_close(&test);
}

static void test_those_of_a_branch(void **state) {
    (void)state;
    neon_test test;
    neon_open(&test, "", NULL, answers, DK_COUNT(answers));
    test.client.patience_ms = 5000;
    assert_true(neon_operations_settle(&test.client, "p-1", "br-1", NULL));
    assert_int_equal(neon_count(&test, "GET /projects/p-1/operations/o-3"), 0);
    test.client.patience_ms = 300;
    assert_false(neon_operations_settle(&test.client, "p-1", NULL, NULL));
    neon_close(&test);
}

MAIN(cmocka_unit_test(test_until_it_is_over), cmocka_unit_test(test_failure), cmocka_unit_test(test_patience),
     cmocka_unit_test(test_those_of_a_branch))

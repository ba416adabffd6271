/* plugins/neon/operations_command.c */
#include "neon_answers.h"

#define OPERATION(id, status)                                                                                \
    "{\"id\":\"" id "\",\"branch_id\":\"br-try-snow-2\",\"action\":\"create_branch\",\"status\":\"" status   \
    "\",\"created_at\":\"2026-01-01T00:00:00Z\",\"total_duration_ms\":1500}"

static const fake_answer answers[] = {
    USUAL,
    {"GET", "/projects/p-1/operations/o-1", 200, "{\"operation\":" OPERATION("o-1", "finished") "}", NULL, 0,
     0},
    {"GET", "/projects/p-1/operations?limit=100", 200, "{\"operations\":[" OPERATION("o-1", "running") "]}",
     NULL, 0, 0},
    {"GET", "/projects/p-1/operations?limit=5", 200,
     "{\"operations\":[" OPERATION("o-1", "running") "," OPERATION("o-0", "finished") "]}", NULL, 0, 0}};

static void test_list(void **state) {
    (void)state;
    neon_test test;
    neon_open(&test, "", NEON_ENV, answers, DK_COUNT(answers));
    DK_AUTOFREE char *text =
        neon_output(&test, neon_operations_run, &(neon_operations_values){.limit = 5}, true);
    assert_contains(text, "create_branch");
    assert_contains(text, "running");
    assert_contains(text, "try");
    assert_int_equal(dk_json_int(dk_result(test.context), "running", 0), 1);
    assert_int_equal(json_array_size(json_object_get(dk_result(test.context), "operations")), 2);
    assert_int_equal(neon_count(&test, "GET /projects/p-1/operations/o-1"), 0);
    neon_close(&test);
}

static void test_waiting(void **state) {
    (void)state;
    neon_test test;
    neon_open(&test, "", NEON_ENV, answers, DK_COUNT(answers));
    DK_AUTOFREE char *text =
        neon_output(&test, neon_operations_run, &(neon_operations_values){.limit = 5, .wait = true}, true);
    assert_contains(text, "create_branch");
    assert_int_equal(neon_count(&test, "GET /projects/p-1/operations/o-1"), 1);
    neon_close(&test);
}

static void test_limits(void **state) {
    (void)state;
    neon_test test;
    neon_open(&test, "", NEON_ENV, answers, DK_COUNT(answers));
    static const int64_t wrong[] = {0, -1, 1001};
    for (size_t i = 0; i < DK_COUNT(wrong); i++) {
        DK_AUTOFREE char *text =
            neon_output(&test, neon_operations_run, &(neon_operations_values){.limit = wrong[i]}, false);
        assert_true(dk_starts_with(text, "usage\n"));
    }
    neon_close(&test);
}

MAIN(cmocka_unit_test(test_list), cmocka_unit_test(test_waiting), cmocka_unit_test(test_limits))

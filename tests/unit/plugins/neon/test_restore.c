/* plugins/neon/restore.c: what is refused, and what happens to the tree is in tests/integration/test_neon.py.
 */
#include "neon_answers.h"

#define TREE(target)                                                                                         \
    "{\"branches\":[{\"id\":\"br-main-term-1\",\"name\":\"main\"" target "}," BRANCH_TRY                     \
    "],\"annotations\":{"                                                                                    \
    "\"br-try-snow-2\":{\"value\":{\"devkit\":\"snapshot\",\"devkit_branch\":\"br-main-term-1\",\"devkit_"   \
    "name\":"                                                                                                \
    "\"monday\"}}}}"

static bool restore(neon_test *test, const char *name, unsigned flags, dk_error *error) {
    dk_snapshot_report report = DK_SNAPSHOT_REPORT_INIT;
    const dk_snapshot_restore request = {.name = name, .flags = flags};
    bool restored = neon_store_restore(test->context, &request, &report, error);
    dk_snapshot_report_release(&report);
    return restored;
}

static const fake_answer protected_tree[] = {
    {"GET", "/projects?limit=400", 200, PROJECTS, NULL, 0, 0},
    {"GET", "/projects/p-1/endpoints", 200, BOTH_ENDPOINTS, NULL, 0, 0},
    {"GET", "/projects/p-1/branches?", 200, TREE(",\"protected\":true"), NULL, 0, 0},
    {"PATCH", "/projects/p-1/branches/br-main-term-1", 200, "{\"operations\":[]}", NULL, 0, 0},
    {"POST", "/projects/p-1/branches/br-main-term-1/restore", 422, "{\"code\":\"\",\"message\":\"no\"}", NULL,
     0, 0},
};

static void test_a_protected_branch(void **state) {
    (void)state;
    neon_test test;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    neon_open(&test, "", NEON_ENV, protected_tree, DK_COUNT(protected_tree));
    assert_false(restore(&test, "monday", 0, &error));
    assert_true(dk_error_is(&error, "neon-protected"));
    assert_int_equal(error.error_class, DK_ERROR_REFUSED);
    assert_int_equal(neon_count(&test, "P"), 0); /* neither POST nor PATCH */
    assert_false(restore(&test, "monday", DK_SNAPSHOT_FORCE, &error));
    assert_true(dk_error_is(&error, "neon-refused"));
    DK_AUTO_JSON json_t *kept = neon_recall_kept(test.context);
    assert_int_equal(json_array_size(kept), 0);      /* Neon said no: there is nothing to remember */
    assert_int_equal(neon_count(&test, "PATCH"), 2); /* protected again, although the restore failed */
    assert_contains(dk_buf_text(&test.api.bodies), "{\"branch\":{\"protected\":false}}");
    assert_true(dk_ends_with(dk_buf_text(&test.api.bodies), "{\"branch\":{\"protected\":true}}"));
    neon_close(&test);
}

static const fake_answer lost[] = {
    {"GET", "/projects?limit=400", 200, PROJECTS, NULL, 0, 0},
    {"GET", "/projects/p-1/endpoints", 200, BOTH_ENDPOINTS, NULL, 0, 0},
    {"GET", "/projects/p-1/branches?", 200, TREE(""), NULL, 0, 0},
    {"POST", "/projects/p-1/branches/br-main-term-1/restore", 524, "<html>", NULL, 0, 0},
};

static void test_what_is_sent(void **state) {
    (void)state;
    neon_test test;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    neon_open(&test, "", NEON_ENV, lost, DK_COUNT(lost));
    assert_false(restore(&test, "nothing", 0, &error));
    assert_true(dk_error_is(&error, "no-such-snapshot"));
    assert_false(restore(&test, "monday", 0, &error));
    assert_true(dk_error_is(&error, "neon-answer-lost"));
    assert_int_equal(neon_count(&test, "POST"), 1);
    DK_AUTO_JSON json_t *body = neon_json(dk_buf_text(&test.api.bodies));
    assert_string_equal(dk_json_string(body, "source_branch_id", ""), "br-try-snow-2");
    const char *name = dk_json_string(body, "preserve_under_name", "");
    assert_true(dk_starts_with(name, "devkit/before-restore-2"));
    DK_AUTO_JSON json_t *kept = neon_recall_kept(test.context);
    assert_string_equal(dk_json_string(json_array_get(kept, 0), "name", ""), name); /* it may still show up */
    neon_close(&test);
}

MAIN(cmocka_unit_test(test_a_protected_branch), cmocka_unit_test(test_what_is_sent))

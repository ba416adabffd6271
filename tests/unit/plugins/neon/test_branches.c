/* plugins/neon/branches.c */
#include "neon_project.h"

static const fake_answer answers[] = {
    {"GET", "/projects/p-1/branches?limit=100&sort_by=created_at&sort_order=asc&cursor=2", 200,
     "{\"branches\":[" BRANCH_TRY "],\"annotations\":{\"br-try-snow-2\":{\"value\":{\"devkit\":\"x\"}}}}",
     NULL, 0, 0},
    {"GET", "/projects/p-1/branches", 200,
     "{\"branches\":[" BRANCH_MAIN "],\"annotations\":{},\"pagination\":{\"next\":\"2\"}}", NULL, 0, 0},
};

static void test_reading(void **state) {
    (void)state;
    neon_test test;
    NEON_AUTO_BRANCHES neon_branches branches = {0};
    DK_AUTO_STRV dk_strv children = DK_STRV_INIT;
    neon_open(&test, "", NULL, answers, DK_COUNT(answers));
    assert_true(neon_branches_read(&test.client, "p-1", NULL, &branches, NULL));
    assert_int_equal(json_array_size(branches.list), 2);
    const json_t *main = neon_branch_find(&branches, "main", NULL);
    const json_t *try = neon_branch_find(&branches, "br-try-snow-2", NULL);
    assert_ptr_equal(neon_branch_default(&branches), main);
    assert_string_equal(neon_branch_mark(&branches, try, "devkit"), "x");
    assert_null(neon_branch_mark(&branches, try, "other"));
    assert_null(neon_branch_mark(&branches, main, "devkit"));
    neon_branch_children(&branches, main, &children);
    assert_int_equal(children.count, 1);
    assert_string_equal(children.items[0], "try");
    assert_string_equal(neon_branch_name(&branches, "br-main-term-1"), "main");
    assert_string_equal(neon_branch_name(&branches, "br-gone"), "br-gone");
    neon_close(&test);
}

static void test_a_wrong_name(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    NEON_AUTO_BRANCHES neon_branches branches = {.list = json_pack("[{s:s}]", "name", "staging"),
                                                 .annotations = json_object()};
    assert_null(neon_branch_find(&branches, "stagin", &error));
    assert_true(dk_error_is(&error, "neon-branch-missing"));
    assert_contains(error.hint, "staging");
    assert_null(neon_branch_find(&branches, "quite-another", &error));
    assert_contains(error.hint, "devkit neon branches");
    assert_null(neon_branch_default(&branches));
}

/* An id goes before a name: nobody can hide a branch by calling another one so. */
static void test_id_before_name(void **state) {
    (void)state;
    NEON_AUTO_BRANCHES neon_branches branches = {
        .list = json_pack("[{s:s,s:s},{s:s,s:s}]", "id", "br-1", "name", "br-2", "id", "br-2", "name", "x")};
    assert_string_equal(dk_json_string(neon_branch_find(&branches, "br-2", NULL), "name", ""), "x");
}

MAIN(cmocka_unit_test(test_reading), cmocka_unit_test(test_a_wrong_name),
     cmocka_unit_test(test_id_before_name))

/* plugins/neon/entry.c */
#include "neon_project.h"

static char own[] = "br-main-term-1", project[] = "p-1";

static void open_branches(neon_session *session, const char *list, json_t *annotation) {
    *session = (neon_session){0};
    session->place.branch = own;
    session->branches.list = neon_json(list);
    session->branches.annotations = json_pack("{s:{s:o}}", "br-try-snow-2", "value", annotation);
}

static void test_there_and_back(void **state) {
    (void)state;
    neon_session session;
    const neon_place place = {.branch = own, .project = project};
    DK_AUTO_JSON json_t *facts = json_pack("{s:s, s:n, s:{s:s, s:[s]}}", "git_commit", "abc", "git_branch",
                                           "migration", "tool", "sql", "current", "0042");
    const dk_snapshot_request request = {
        .name = "vor dem \xc3\x84ndern", .note = "a note", .purpose = "backup", .facts = facts};
    open_branches(&session, "[" BRANCH_TRY "]", neon_entry_marks(&request, &place, "tasks", "17"));
    DK_AUTO_JSON json_t *entry = neon_entry(&session, json_array_get(session.branches.list, 0), NULL);
    assert_string_equal(dk_json_string(entry, "name", ""), "vor dem \xc3\x84ndern");
    assert_string_equal(dk_json_string(entry, "note", ""), "a note");
    assert_string_equal(dk_json_string(entry, "purpose", ""), "backup");
    assert_string_equal(dk_json_string(entry, "database", ""), "tasks");
    assert_string_equal(dk_json_string(entry, "server_version", ""), "17");
    assert_string_equal(dk_json_string(entry, "git_commit", ""), "abc");
    assert_true(json_is_null(json_object_get(entry, "git_branch")));
    assert_true(json_equal(json_object_get(entry, "migration"), json_object_get(facts, "migration")));
    assert_string_equal(dk_json_string(entry, "kind", ""), "neon");
    assert_string_equal(dk_json_string(entry, "branch_id", ""), "br-try-snow-2");
    assert_true(dk_json_bool(entry, "restorable", false));
    assert_true(json_is_null(json_object_get(entry, "kept_because")));
    neon_branches_release(&session.branches);
}

static void test_a_long_migration_state(void **state) {
    (void)state;
    const neon_place place = {.branch = own};
    json_t *pending = json_array();
    for (int i = 0; i < 200; i++)
        json_array_append_new(pending, json_string("0001_long_name.sql"));
    DK_AUTO_JSON json_t *facts =
        json_pack("{s:{s:s, s:[s], s:o}}", "migration", "tool", "sql", "current", "0042", "pending", pending);
    const dk_snapshot_request request = {.name = "x", .facts = facts};
    DK_AUTO_JSON json_t *marks = neon_entry_marks(&request, &place, NULL, NULL);
    assert_string_equal(dk_json_string(marks, "devkit_migration", ""),
                        "{\"tool\":\"sql\",\"current\":[\"0042\"]}");
}

static bool is_entry(const char *mark, const char *branch) {
    neon_session session;
    open_branches(&session, "[" BRANCH_TRY "]",
                  json_pack("{s:s, s:s}", "devkit", mark, "devkit_branch", branch));
    DK_AUTO_JSON json_t *entry = neon_entry(&session, json_array_get(session.branches.list, 0), NULL);
    neon_branches_release(&session.branches);
    return entry != NULL;
}

static void test_only_what_is_marked(void **state) {
    (void)state;
    assert_true(is_entry("snapshot", own));
    assert_false(is_entry("snapshot", "br-of-another-database"));
    assert_false(is_entry("else", own));
    neon_session session;
    open_branches(&session, "[{\"id\":\"br-x\",\"name\":\"devkit/looks-like-one\"}]", json_object());
    assert_null(neon_entry(&session, json_array_get(session.branches.list, 0), NULL));
    neon_branches_release(&session.branches);
}

static void test_the_state_before_a_restore(void **state) {
    (void)state;
    neon_session session;
    DK_AUTO_JSON json_t *kept = json_pack("[{s:s, s:s}]", "name", "try", "branch", own);
    DK_AUTO_JSON json_t *others =
        json_pack("[{s:s, s:s}]", "name", "try", "branch", "br-of-another-database");
    open_branches(&session, "[" BRANCH_TRY "]", json_object());
    DK_AUTO_JSON json_t *entry = neon_entry(&session, json_array_get(session.branches.list, 0), kept);
    assert_string_equal(dk_json_string(entry, "name", ""), "try");
    assert_contains(dk_json_string(entry, "kept_because", ""), "before a restore");
    assert_null(neon_entry(&session, json_array_get(session.branches.list, 0), others));
    neon_branches_release(&session.branches);
}

static void test_what_others_hang_on(void **state) {
    (void)state;
    neon_session session;
    open_branches(&session,
                  "[" BRANCH_TRY
                  ",{\"id\":\"br-main-term-1\",\"name\":\"main\",\"parent_id\":\"br-try-snow-2\"}]",
                  json_pack("{s:s, s:s}", "devkit", "snapshot", "devkit_branch", own));
    DK_AUTO_JSON json_t *entry = neon_entry(&session, json_array_get(session.branches.list, 0), NULL);
    assert_contains(dk_json_string(entry, "kept_because", ""), "main");
    neon_branches_release(&session.branches);
}

static void test_finding(void **state) {
    (void)state;
    neon_session session;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    dk_context *context = fake_context(NULL, 0, "");
    open_branches(
        &session, "[{\"id\":\"br-x\",\"name\":\"wanted\"}," BRANCH_TRY "]",
        json_pack("{s:s, s:s, s:s}", "devkit", "snapshot", "devkit_branch", own, "devkit_name", "wanted"));
    const json_t *found = neon_entry_find(&session, context, "wanted", NULL);
    assert_string_equal(dk_json_string(found, "id", ""), "br-try-snow-2"); /* not the branch of that name */
    assert_null(neon_entry_find(&session, context, "try", &error));
    assert_true(dk_error_is(&error, "no-such-snapshot"));
    neon_branches_release(&session.branches);
    fake_free(context);
}

MAIN(cmocka_unit_test(test_there_and_back), cmocka_unit_test(test_a_long_migration_state),
     cmocka_unit_test(test_only_what_is_marked), cmocka_unit_test(test_the_state_before_a_restore),
     cmocka_unit_test(test_what_others_hang_on), cmocka_unit_test(test_finding))

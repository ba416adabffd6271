/* plugins/migrate/history.c: what needs no server; reading the table is in
 * tests/integration/test_migrate_sql.py */
#include "../layer_project.h"

#include "migrate/migrate.h"

static migrate_history history_of(const char *const (*rows)[2], size_t count) {
    migrate_history history = {.items = dk_alloc_array(count, sizeof(migrate_applied)), .count = count};
    for (size_t i = 0; i < count; i++)
        history.items[i] = (migrate_applied){.name = dk_strdup(rows[i][0]),
                                             .checksum = dk_strdup(rows[i][1]),
                                             .applied_at = dk_strdup("2026-01-01T00:00:00Z")};
    return history;
}

static void test_match(void **state) {
    (void)state;
    static const char *const rows[][2] = {
        {"1_same", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"2_edited", "no longer"},
        {"3_gone", "x"}};
    static const migrate_state expected[] = {MIGRATE_APPLIED, MIGRATE_EDITED, MIGRATE_UNKNOWN,
                                             MIGRATE_PENDING};
    layer_project project;
    project_open(&project);
    project_write(&project, "1_same.sql", "abc");
    project_write(&project, "2_edited.sql", "abc");
    project_write(&project, "10_new.sql", "abc");
    migrate_tool tool = {.folder = project.root, .shown_folder = (char *)"migrations"};
    MIGRATE_AUTO_FILES migrate_files files = MIGRATE_FILES_INIT;
    MIGRATE_AUTO_HISTORY migrate_history history = history_of(rows, DK_COUNT(rows));
    migrate_entries entries;
    assert_true(migrate_files_list(project.root, &files, NULL));
    assert_true(migrate_entries_match(&tool, &files, &history, true, &entries, NULL));
    assert_int_equal(entries.count, DK_COUNT(expected));
    for (size_t i = 0; i < entries.count; i++)
        assert_string_equal(migrate_state_name(entries.items[i].state), migrate_state_name(expected[i]));
    assert_int_equal(migrate_entries_count(&entries, MIGRATE_PENDING), 1);

    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    assert_false(migrate_refuse_edited(&tool, &entries, &error));
    assert_string_equal(error.code, "migration-edited");
    assert_non_null(strstr(error.message, "migrations/2_edited.sql"));
    migrate_entries_release(&entries);

    assert_true(migrate_entries_match(&tool, &files, &history, false, &entries, NULL));
    assert_int_equal(migrate_entries_count(&entries, MIGRATE_EDITED), 0);
    assert_true(migrate_refuse_edited(&tool, &entries, NULL));
    migrate_entries_release(&entries);
    project_close(&project);
}

static void test_find(void **state) {
    (void)state;
    static const char *const rows[][2] = {{"2_b", "x"}, {"10_a", "y"}};
    MIGRATE_AUTO_HISTORY migrate_history history = history_of(rows, DK_COUNT(rows));
    assert_string_equal(migrate_history_find(&history, "10_a")->checksum, "y");
    assert_null(migrate_history_find(&history, "010_a"));
    migrate_history empty = MIGRATE_HISTORY_INIT;
    assert_null(migrate_history_find(&empty, "10_a"));
}

static void test_bookkeeping_is_quoted(void **state) {
    (void)state;
    DK_AUTO_BUF dk_buf sql = DK_BUF_INIT;
    migrate_history_record(&sql, "it's", "c", 7);
    assert_non_null(strstr(dk_buf_text(&sql), "'it''s', 'c'"));
    assert_non_null(strstr(dk_buf_text(&sql), ", 7)"));
    dk_buf_truncate(&sql, 0);
    migrate_history_forget(&sql, "it's");
    assert_non_null(strstr(dk_buf_text(&sql), "name = 'it''s'"));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_match), cmocka_unit_test(test_find),
                                       cmocka_unit_test(test_bookkeeping_is_quoted)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

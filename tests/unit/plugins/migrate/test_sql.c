/* plugins/migrate/sql.c: the ways in which a session does not open; applying needs a server and is in
 * tests/integration/test_migrate_sql.py */
#include "../layer_project.h"

#include "migrate/migrate.h"

static void test_no_url(void **state) {
    (void)state;
    layer_project project;
    migrate_session session;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    project_open(&project);
    unsetenv("DATABASE_URL");
    assert_false(migrate_session_open_live(project_context(&project, ""), &session, &error));
    assert_string_equal(error.code, "env-missing");
    assert_int_equal(error.error_class, DK_ERROR_USAGE);
    migrate_session_close(&session);
    project_close(&project);
}

static void test_no_server(void **state) {
    (void)state;
    layer_project project;
    migrate_session session;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    project_open(&project);
    project_write(&project, ".env", "DATABASE_URL=" NO_SERVER_URL "\n");
    assert_false(migrate_session_open_live(project_context(&project, ""), &session, &error));
    assert_string_equal(error.code, "not-listening");
    assert_string_equal(error.hint, "run `devkit up`");
    migrate_session_close(&session);
    project_close(&project);
}

static void test_edited_is_refused_by_name(void **state) {
    (void)state;
    migrate_tool tool = {.shown_folder = (char *)"migrations"};
    migrate_file file = {.name = (char *)"1_a", .up = (char *)"1_a.up.sql"};
    migrate_applied applied = {.name = (char *)"1_a", .applied_at = (char *)"2026-01-01T00:00:00Z"};
    migrate_entry entry = {MIGRATE_EDITED, "1_a", &file, &applied};
    migrate_entries entries = {&entry, 1};
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    assert_false(migrate_refuse_edited(&tool, &entries, &error));
    assert_string_equal(error.message, "migrations/1_a.up.sql was changed after it had been applied");
    entry.state = MIGRATE_APPLIED;
    assert_true(migrate_refuse_edited(&tool, &entries, NULL));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_no_url), cmocka_unit_test(test_no_server),
                                       cmocka_unit_test(test_edited_is_refused_by_name)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

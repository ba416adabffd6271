/* plugins/migrate/new.c */
#include "../layer_project.h"

#include "migrate/migrate.h"

#define NOON 1767268800 /* 2026-01-01T12:00:00Z */

static const struct {
    const char *files[3];
    const char *content;
    const char *name;
    bool pair;
    bool sections;
} cases[] = {
    {{NULL}, "", "001_add_mail", false, true},
    {{"001_a.sql", "002_b.sql"}, "", "003_add_mail", false, false},
    {{"migration_0009_a.sql"}, "-- migrate:up\n", "migration_0010_add_mail", false, true},
    {{"9.sql", "0010_x.sql"}, "", "0011_add_mail", false, false},
    {{"20250101120000_a.sql"}, "", "20260101120000_add_mail", false, false},
    {{"20990101120000_future.sql"}, "", "20990101120001_add_mail", false, false},
    {{"202501011200_a.up.sql", "202501011200_a.down.sql"}, "", "202601011200_add_mail", true, false},
    {{"schema.sql"}, "", "001_add_mail", false, false},
};

static void test_style(void **state) {
    (void)state;
    for (size_t i = 0; i < DK_COUNT(cases); i++) {
        layer_project project;
        MIGRATE_AUTO_FILES migrate_files files = MIGRATE_FILES_INIT;
        migrate_style style;
        project_open(&project);
        for (size_t file = 0; file < DK_COUNT(cases[i].files) && cases[i].files[file]; file++)
            project_write(&project, cases[i].files[file], cases[i].content);
        migrate_tool tool = {.folder = project.root};
        assert_true(migrate_files_list(project.root, &files, NULL));
        assert_true(migrate_style_find(&tool, &files, &style, NULL));
        DK_AUTOFREE char *name = migrate_style_name(&style, "add mail", NOON);
        assert_string_equal(name, cases[i].name);
        assert_int_equal(style.pair, cases[i].pair);
        assert_int_equal(style.sections, cases[i].sections);
        project_close(&project);
    }
}

static void assert_made(const layer_project *project, const char *name, const char *expected) {
    DK_AUTO_BUF dk_buf content = DK_BUF_INIT;
    DK_AUTOFREE char *path = dk_path_join(project->root, name);
    assert_true(dk_file_read(path, 0, &content, NULL));
    assert_string_equal(dk_buf_text(&content), expected);
}

static void test_command(void **state) {
    (void)state;
    layer_project project;
    migrate_values values = {.name = "first"};
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    project_open(&project);
    dk_context *context = project_context(&project, "");
    assert_true(migrate_new_run(context, &values, NULL));
    assert_made(&project, "migrations/001_first.sql", "-- migrate:up\n\n-- migrate:down\n");
    values.name = "second";
    assert_true(migrate_new_run(context, &values, NULL));
    assert_made(&project, "migrations/002_second.sql", "-- migrate:up\n\n-- migrate:down\n");
    values.name = "../third";
    assert_false(migrate_new_run(context, &values, &error));
    assert_string_equal(error.code, "name-invalid");
    project_close(&project);
}

static void test_not_for_a_command(void **state) {
    (void)state;
    layer_project project;
    migrate_values values = {.name = "x"};
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    project_open(&project);
    dk_context *context = project_context(&project, "[migrate]\ncommand = \"alembic upgrade head\"\n");
    assert_false(migrate_new_run(context, &values, &error));
    assert_string_equal(error.code, "not-for-tool");
    assert_non_null(strstr(error.hint, "alembic revision"));
    project_close(&project);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_style), cmocka_unit_test(test_command),
                                       cmocka_unit_test(test_not_for_a_command)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* plugins/migrate/tool.c */
#include "../layer_project.h"

#include "migrate/migrate.h"

static bool pick(layer_project *project, const char *toml, migrate_tool *tool, dk_error *error) {
    return migrate_tool_get(project_context(project, toml), tool, error);
}

static void assert_error(layer_project *project, const char *toml, const char *code, const char *hint) {
    migrate_tool tool;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    assert_false(pick(project, toml, &tool, &error));
    assert_string_equal(error.code, code);
    assert_int_equal(error.error_class, DK_ERROR_USAGE);
    assert_non_null(strstr(error.hint, hint));
}

static void test_nothing(void **state) {
    (void)state;
    layer_project project;
    MIGRATE_AUTO_TOOL migrate_tool tool = MIGRATE_TOOL_INIT;
    project_open(&project);
    assert_true(pick(&project, "", &tool, NULL));
    assert_int_equal(tool.kind, MIGRATE_NONE);
    assert_error(&project, "[migrate]\ntool = \"sql\"\n", "migrations-missing", "[migrate] dir");
    assert_error(&project, "[migrate]\ntool = \"command\"\n", "command-missing", "[migrate] command");
    project_close(&project);
}

static void test_sql(void **state) {
    (void)state;
    layer_project project;
    MIGRATE_AUTO_TOOL migrate_tool tool = MIGRATE_TOOL_INIT;
    project_open(&project);
    project_write(&project, "db/001_x.sql", "");
    assert_true(pick(&project, "[migrate]\ndir = \"db\"\n", &tool, NULL));
    assert_int_equal(tool.kind, MIGRATE_SQL);
    assert_string_equal(tool.shown_folder, "db");
    migrate_tool_release(&tool);
    /* A command that is given wins over files that lie there. */
    assert_true(pick(&project, "[migrate]\ndir = \"db\"\ncommand = \"make db\"\n", &tool, NULL));
    assert_int_equal(tool.kind, MIGRATE_COMMAND);
    assert_list(&tool.items, "db");
    project_close(&project);
}

static void test_command_inputs(void **state) {
    (void)state;
    layer_project project;
    MIGRATE_AUTO_TOOL migrate_tool tool = MIGRATE_TOOL_INIT;
    project_open(&project);
    project_write(&project, "migrate.py", "");
    project_write(&project, "steps/1", "");
    assert_true(pick(&project,
                     "[migrate]\ntool = \"command\"\ncommand = \"python3 migrate.py\"\n"
                     "inputs = [\"settings.ini\", \"m/*.py\", \"steps\"]\n",
                     &tool, NULL));
    assert_string_equal(tool.command, "python3 migrate.py");
    assert_list(&tool.fixed, "migrate.py settings.ini");
    assert_list(&tool.items, "m/*.py steps");
    project_close(&project);
}

static void test_alembic(void **state) {
    (void)state;
    layer_project project;
    MIGRATE_AUTO_TOOL migrate_tool tool = MIGRATE_TOOL_INIT;
    project_open(&project);
    project_write(&project, "backend/alembic.ini", "[alembic]\nscript_location = migrations\n");
    assert_true(pick(&project, "[migrate]\ncwd = \"backend\"\n", &tool, NULL));
    assert_int_equal(tool.kind, MIGRATE_COMMAND);
    assert_string_equal(tool.name, "alembic");
    assert_string_equal(tool.command, "alembic upgrade head");
    assert_list(&tool.fixed, "backend/alembic.ini backend/migrations/env.py");
    assert_list(&tool.items, "backend/migrations/versions/*.py");
    migrate_tool_release(&tool);
    /* Inside a container the files are the same. */
    assert_true(
        pick(&project,
             "[migrate]\ncwd = \"backend\"\ncommand = \"docker compose exec web alembic upgrade head\"\n",
             &tool, NULL));
    assert_list(&tool.items, "backend/migrations/versions/*.py");
    project_close(&project);
}

static void test_known_tools(void **state) {
    (void)state;
    layer_project project;
    project_open(&project);
    project_write(&project, "db/migrations/1.sql", "");
    assert_error(&project, "", "migrate-tool-unknown", "dir = \"db/migrations\"");
    project_write(&project, "manage.py", "");
    assert_error(&project, "", "migrate-tool-unknown", "python manage.py migrate");
    project_close(&project);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_nothing), cmocka_unit_test(test_sql),
                                       cmocka_unit_test(test_command_inputs), cmocka_unit_test(test_alembic),
                                       cmocka_unit_test(test_known_tools)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

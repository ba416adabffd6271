/* plugins/migrate/alembic.c */
#include "../layer_project.h"

#include "migrate/migrate.h"

static void assert_value(const char *text, const char *key, const char *expected) {
    DK_AUTOFREE char *value = migrate_ini_value(text, "alembic", key, "/here");
    if (expected)
        assert_string_equal(value, expected);
    else
        assert_null(value);
}

static void test_ini(void **state) {
    (void)state;
    const char *text =
        "[other]\nscript_location = no\n[alembic]\n# script_location = comment\r\n"
        "script_location = %(here)s/db \r\nsqlalchemy.url:postgresql://x\nempty =\n[post]\nlate = 1";
    assert_value(text, "script_location", "/here/db");
    assert_value(text, "sqlalchemy.url", "postgresql://x");
    assert_value(text, "empty", "");
    assert_value(text, "late", NULL);
    assert_value(text, "script", NULL);
    assert_value("", "script_location", NULL);
}

static bool inputs(layer_project *project, const char *ini, migrate_tool *tool, dk_error *error) {
    project_write(project, "alembic.ini", ini);
    *tool = (migrate_tool){.root = dk_strdup(project->root)};
    tool->alembic_ini = dk_path_join(project->root, "alembic.ini");
    return migrate_alembic_inputs(tool, error);
}

static void test_inputs(void **state) {
    (void)state;
    layer_project project;
    MIGRATE_AUTO_TOOL migrate_tool tool = MIGRATE_TOOL_INIT;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    project_open(&project);
    assert_true(inputs(&project, "[alembic]\nscript_location = ./alembic\n", &tool, NULL));
    assert_list(&tool.fixed, "alembic.ini alembic/env.py");
    assert_list(&tool.items, "alembic/versions/*.py");
    migrate_tool_release(&tool);
    assert_true(inputs(&project, "[alembic]\nscript_location = a\nversion_locations = v1 %(here)s/v2\n",
                       &tool, NULL));
    assert_list(&tool.items, "v1/*.py v2/*.py");
    migrate_tool_release(&tool);
    assert_false(inputs(&project, "[alembic]\n", &tool, &error));
    assert_string_equal(error.code, "inputs-missing");
    project_close(&project);
}

static const struct {
    const char *url;
    const char *env;
    bool hard_coded;
} urls[] = {
    {"postgresql://u:p@localhost/live", "x = engine_from_config(config.get_section('alembic'))", true},
    {"postgresql://u:p@localhost/live", "url = os.environ['DB']; engine_from_config(x)", false},
    {"postgresql://u:p@localhost/live", "from app.config import settings; engine_from_config(x)", false},
    {"postgresql://u:p@localhost/live", "'DATABASE_URL'; engine_from_config(x)", false},
    {"postgresql://u:p@localhost/live", "from app.db import engine", false},
    {"driver://user:pass@localhost/dbname", "engine_from_config(x)", false},
    {"postgresql://%(DB_USER)s@localhost/live", "engine_from_config(x)", false},
    {"", "engine_from_config(x)", false},
};

static void test_hard_coded(void **state) {
    (void)state;
    layer_project project;
    project_open(&project);
    for (size_t i = 0; i < DK_COUNT(urls); i++) {
        MIGRATE_AUTO_TOOL migrate_tool tool = MIGRATE_TOOL_INIT;
        DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
        DK_AUTOFREE char *ini =
            dk_format("[alembic]\nscript_location = alembic\nsqlalchemy.url = %s\n", urls[i].url);
        project_write(&project, "alembic/env.py", urls[i].env);
        assert_true(inputs(&project, ini, &tool, NULL));
        assert_int_equal(migrate_alembic_check_url(&tool, "DATABASE_URL", &error), !urls[i].hard_coded);
        if (urls[i].hard_coded) {
            assert_string_equal(error.code, "url-hard-coded");
            assert_non_null(strstr(error.hint, "in-place"));
        }
    }
    project_close(&project);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_ini), cmocka_unit_test(test_inputs),
                                       cmocka_unit_test(test_hard_coded)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

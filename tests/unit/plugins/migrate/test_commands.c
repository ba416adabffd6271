/* plugins/migrate/commands.c: without a server; the rest is in tests/integration/test_migrate_sql.py */
#include "migrate_command.h"

static void test_check_without_server(void **state) {
    (void)state;
    layer_project project;
    MIGRATE_AUTO_TOOL migrate_tool tool = MIGRATE_TOOL_INIT;
    project_open(&project);
    project_write(&project, ".env", "DATABASE_URL=" NO_SERVER_URL "\n");
    project_write(&project, "migrations/1_a.sql", "");
    project_write(&project, "migrations/2_b.sql", "");
    dk_context *context = project_context(&project, "");
    assert_true(migrate_tool_get(context, &tool, NULL));
    DK_AUTO_JSON json_t *found = migrate_check_read(context, &tool, NULL);
    assert_non_null(found);
    assert_string_equal(dk_json_string(found, "tool", ""), "sql");
    assert_true(json_is_null(json_object_get(found, "current")));
    json_t *heads = json_object_get(found, "heads");
    assert_int_equal(json_array_size(heads), 1);
    assert_string_equal(json_string_value(json_array_get(heads, 0)), "2_b");
    assert_int_equal(json_array_size(json_object_get(found, "pending")), 0);
    project_close(&project);
}

/* --check tells it as a finding; who asks what would be applied must not take silence for "nothing". */
static void test_dry_run_without_server(void **state) {
    (void)state;
    expect_refusal(migrate_run, (migrate_values){.dry_run = true}, "", "not-listening", "run `devkit up`");
}

static const struct {
    const char *toml;
    const char *verb;
    const char *code;
    const char *hint;
} refusals[] = {
    {"", "status", "migrations-missing", "migrate new"},
    {"[migrate]\ncommand = \"alembic upgrade head\"\n", "down", "not-for-tool", "alembic downgrade"},
    {"[migrate]\ncommand = \"alembic upgrade head\"\n", "--check", "not-for-tool", "alembic current"},
    {"[migrate]\ncommand = \"python manage.py migrate\"\n", "status", "not-for-tool", "showmigrations"},
    {"[migrate]\ncommand = \"make migrations\"\n", "stamp", "not-for-tool", "devkit run --"},
};

static void test_only_for_sql(void **state) {
    (void)state;
    for (size_t i = 0; i < DK_COUNT(refusals); i++) {
        layer_project project;
        MIGRATE_AUTO_TOOL migrate_tool tool = MIGRATE_TOOL_INIT;
        DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
        project_open(&project);
        assert_false(migrate_require_sql(project_context(&project, refusals[i].toml), refusals[i].verb, &tool,
                                         &error));
        assert_string_equal(error.code, refusals[i].code);
        assert_non_null(strstr(error.hint, refusals[i].hint));
        project_close(&project);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_check_without_server),
                                       cmocka_unit_test(test_dry_run_without_server),
                                       cmocka_unit_test(test_only_for_sql)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* plugins/migrate/down.c: what it refuses; what it does is in tests/integration/test_migrate_sql.py */
#include "../layer_project.h"

#include "migrate/migrate.h"

static void test_asks_the_guard_first(void **state) {
    (void)state;
    layer_project project;
    migrate_values values = {0};
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    project_open(&project);
    project_write(&project, ".env", "DATABASE_URL=" NO_SERVER_URL "\n");
    project_write(&project, "migrations/1_a.sql", "");
    assert_false(migrate_down_run(project_context(&project, ""), &values, &error));
    /* No guard can be asked in a unit test, and without one nothing is touched. */
    assert_string_equal(error.code, "no-guard");
    project_close(&project);
}

static void test_of_another_tool(void **state) {
    (void)state;
    layer_project project;
    migrate_values values = {0};
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    project_open(&project);
    dk_context *context = project_context(&project, "[migrate]\ncommand = \"alembic upgrade head\"\n");
    assert_false(migrate_down_run(context, &values, &error));
    assert_string_equal(error.code, "not-for-tool");
    assert_non_null(strstr(error.hint, "alembic"));
    project_close(&project);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_asks_the_guard_first),
                                       cmocka_unit_test(test_of_another_tool)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* plugins/migrate/status.c: how it ends without a server; what it does with one is in
 * tests/integration/test_migrate_sql.py */
#include "../layer_project.h"

#include "migrate/migrate.h"

static void test_without_server(void **state) {
    (void)state;
    layer_project project;
    migrate_values values = {0};
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    project_open(&project);
    project_write(&project, ".env", "DATABASE_URL=" NO_SERVER_URL "\n");
    project_write(&project, "migrations/1_a.sql", "");
    assert_false(migrate_status_run(project_context(&project, ""), &values, &error));
    assert_string_equal(error.code, "not-listening");
    assert_string_equal(error.hint, "run `devkit up`");
    project_close(&project);
}

static void test_of_another_tool(void **state) {
    (void)state;
    layer_project project;
    migrate_values values = {0};
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    project_open(&project);
    dk_context *context = project_context(&project, "[migrate]\ncommand = \"alembic upgrade head\"\n");
    assert_false(migrate_status_run(context, &values, &error));
    assert_string_equal(error.code, "not-for-tool");
    assert_non_null(strstr(error.hint, "alembic"));
    project_close(&project);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_without_server),
                                       cmocka_unit_test(test_of_another_tool)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

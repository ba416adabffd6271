/* plugins/kit/layer/live.c; a URL that a server made up is in tests/integration/test_migrate_sql.py */
#include "../../layer_project.h"

#include <kit/layer/layer.h>

static void test_configured(void **state) {
    (void)state;
    layer_project project;
    project_open(&project);
    unsetenv("DATABASE_URL");
    project_write(&project, ".env", "DATABASE_URL=" NO_SERVER_URL "\n");
    const dk_database *database = layer_live_database(project_context(&project, ""), NULL);
    assert_non_null(database);
    assert_string_equal(database->url->database, "app");
    project_close(&project);
}

static void test_nowhere(void **state) {
    (void)state;
    layer_project project;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    project_open(&project);
    unsetenv("DATABASE_URL");
    assert_null(layer_live_database(project_context(&project, "[database]\nurl_env = \"APP_DB\"\n"), &error));
    assert_string_equal(error.code, "env-missing");
    assert_non_null(strstr(error.message, "APP_DB"));
    project_close(&project);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_configured), cmocka_unit_test(test_nowhere)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

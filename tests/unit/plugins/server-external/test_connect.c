/* plugins/server-external/connect.c without a server; with one: tests/integration/test_server_local.py */
#include "../layer_project.h"

#include <server-external/external.h>
#include <stdio.h>

static void open_project(layer_project *project, const char *env) {
    unsetenv("DATABASE_URL");
    project_open(project);
    if (env)
        project_write(project, ".env", env);
    project_context(project, "[database]\nserver = \"external\"\n");
}

static void test_nobody_there(void **state) {
    (void)state;
    layer_project project;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    dk_server_status status = DK_SERVER_STATUS_INIT;
    bool changed = true, superuser = false;
    open_project(&project, "DATABASE_URL=" NO_SERVER_URL "\n");
    assert_true(external_status(project.context, &status, NULL));
    assert_int_equal(status.state, DK_SERVER_STOPPED);
    assert_string_equal(status.host, "127.0.0.1");
    assert_int_equal(status.port, 1);
    assert_non_null(status.problem);
    assert_false(status.owned);
    dk_server_status_release(&status);
    int64_t before = dk_now_ms();
    assert_false(external_up(project.context, 60000, &status, &changed, &error));
    assert_true(dk_error_is(&error, "not-listening"));
    assert_non_null(strstr(error.hint, "local"));
    assert_true(dk_now_ms() - before < 10000); /* it can't be started from here: no use in waiting */
    assert_false(changed);
    DK_AUTO_CONNINFO dk_conninfo conninfo = DK_CONNINFO_INIT;
    assert_false(external_admin(project.context, &conninfo, &superuser, &error));
    assert_true(dk_error_is(&error, "not-listening"));
    project_close(&project);
}

static void test_without_a_url(void **state) {
    (void)state;
    layer_project project;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    dk_server_status status = DK_SERVER_STATUS_INIT;
    open_project(&project, NULL);
    assert_false(external_status(project.context, &status, &error));
    assert_true(dk_error_is(&error, "env-missing"));
    assert_non_null(error.hint);
    project_close(&project);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_nobody_there),
                                       cmocka_unit_test(test_without_a_url)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

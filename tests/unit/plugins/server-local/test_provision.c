/* plugins/server-local/provision.c without a server; with one: tests/integration/test_server_local.py */
#include "local_project.h"

static void test_nothing_to_connect_to(void **state) {
    (void)state;
    local_project local;
    local_project_open(&local, "", LOCAL_URL);
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    DK_AUTO_CONNINFO dk_conninfo conninfo = DK_CONNINFO_INIT;
    assert_false(local_admin_conninfo(&local.cluster, &conninfo, &error));
    assert_true(dk_error_is(&error, "not-running"));
    assert_non_null(strstr(error.hint, "devkit up"));
    bool changed = false;
    local_facts facts;
    assert_false(local_provision(&local.cluster, &facts, &changed, &error));
    assert_true(dk_error_is(&error, "not-running"));
    assert_false(local_set_password(&local.cluster, &error));
    assert_false(changed);
    local_project_close(&local);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_nothing_to_connect_to)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* plugins/server-local/plugin.c */
#include "local_project.h"

DK_API const dk_plugin *devkit_plugin_server_local(void);

static void test_descriptor(void **state) {
    (void)state;
    const dk_plugin *plugin = devkit_plugin_server_local();
    assert_int_equal(plugin->magic, DK_PLUGIN_MAGIC);
    assert_string_equal(plugin->name, "server-local");
    assert_int_equal(plugin->interface_count, 1);
    const dk_server_interface *server = (const void *)plugin->interfaces[0];
    assert_string_equal(server->head.kind, "server");
    assert_string_equal(server->head.name, "local");
    assert_int_equal(server->head.size, sizeof(dk_server_interface));
    assert_true(server->detect && server->status && server->up && server->down && server->destroy &&
                server->logs && server->admin && server->running);
}

static void test_nothing_runs(void **state) {
    (void)state;
    local_project local;
    local_project_open(&local, "", LOCAL_URL);
    const dk_server_interface *server = (const void *)devkit_plugin_server_local()->interfaces[0];
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    DK_AUTO_CONNINFO dk_conninfo conninfo = DK_CONNINFO_INIT;
    bool superuser = false;
    assert_false(server->running(local.project.context));
    assert_false(server->admin(local.project.context, &conninfo, &superuser, &error));
    assert_true(dk_error_is(&error, "not-running"));
    local_project_close(&local);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_descriptor),
                                       cmocka_unit_test(test_nothing_runs)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

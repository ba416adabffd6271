/* plugins/server-compose/plugin.c */
#include "compose_project.h"

static void test_descriptor(void **state) {
    (void)state;
    const dk_plugin *plugin = devkit_plugin_server_compose();
    assert_string_equal(plugin->name, "server-compose");
    assert_int_equal(plugin->interface_count, 1);
    const dk_server_interface *server = (const dk_server_interface *)plugin->interfaces[0];
    assert_string_equal(server->head.name, "compose");
    assert_int_equal(server->head.size, sizeof(dk_server_interface));
    assert_true(server->detect && server->status && server->up && server->down && server->destroy &&
                server->logs && server->admin && server->service_logs && server->reach);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_descriptor)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* plugins/server-external/plugin.c */
#include "../layer_project.h"

#include <stdio.h>

DK_API const dk_plugin *devkit_plugin_server_external(void);

static void test_descriptor(void **state) {
    (void)state;
    const dk_plugin *plugin = devkit_plugin_server_external();
    assert_string_equal(plugin->name, "server-external");
    assert_int_equal(plugin->interface_count, 1);
    const dk_server_interface *server = (const void *)plugin->interfaces[0];
    assert_string_equal(server->head.kind, "server");
    assert_string_equal(server->head.name, "external");
    assert_int_equal(server->head.size, sizeof(dk_server_interface));
    assert_true(server->detect && server->status && server->up && server->down && server->destroy &&
                server->logs && server->admin);
    assert_null(server->running); /* a login is never fast */
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_descriptor)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

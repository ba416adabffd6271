/* plugins/neon-endpoint/plugin.c */
#include "../layer_project.h"

DK_API const dk_plugin *devkit_plugin_neon_endpoint(void);

static void test_descriptor(void **state) {
    (void)state;
    const dk_plugin *plugin = devkit_plugin_neon_endpoint();
    assert_int_equal(plugin->magic, DK_PLUGIN_MAGIC);
    assert_string_equal(plugin->name, "neon-endpoint");
    assert_int_equal(plugin->command_count, 0);
    assert_int_equal(plugin->interface_count, 1);
    const dk_endpoint_interface *endpoint = (const void *)plugin->interfaces[0];
    assert_string_equal(endpoint->head.kind, "endpoint");
    assert_string_equal(endpoint->head.name, "neon");
    assert_int_equal(endpoint->head.version, DK_ENDPOINT_VERSION);
    assert_int_equal(endpoint->head.size, sizeof(dk_endpoint_interface));
    assert_true(endpoint->matches && endpoint->direct && endpoint->pooled);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_descriptor)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* plugins/migrate/plugin.c */
#include "../layer_project.h"

DK_API const dk_plugin *devkit_plugin_migrate(void);

static void test_descriptor(void **state) {
    (void)state;
    const dk_plugin *plugin = devkit_plugin_migrate();
    assert_int_equal(plugin->magic, DK_PLUGIN_MAGIC);
    assert_int_equal(plugin->size, sizeof(dk_plugin));
    assert_string_equal(plugin->name, "migrate");
    assert_true(plugin->interface_count >= 1);
    const dk_layer_interface *layer = (const void *)plugin->interfaces[0];
    assert_string_equal(layer->head.kind, "layer");
    assert_string_equal(layer->head.name, "migrate");
    assert_int_equal(layer->head.version, DK_LAYER_VERSION);
    assert_int_equal(layer->head.size, sizeof(dk_layer_interface));
    assert_true(layer->fingerprint && layer->apply);
}

static void test_commands_fit_their_values(void **state) {
    (void)state;
    const dk_plugin *plugin = devkit_plugin_migrate();
    for (size_t i = 0; i < plugin->command_count; i++) {
        const dk_command *command = &plugin->commands[i];
        assert_true(dk_starts_with(command->name, "migrate"));
        assert_non_null(command->run);
        for (size_t option = 0; option < command->option_count; option++)
            assert_true(command->options[option].offset < command->values_size);
        for (size_t argument = 0; argument < command->argument_count; argument++)
            assert_true(command->arguments[argument].offset < command->values_size);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_descriptor),
                                       cmocka_unit_test(test_commands_fit_their_values)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

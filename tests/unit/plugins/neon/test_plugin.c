/* plugins/neon/plugin.c */
#include "neon_project.h"

DK_API const dk_plugin *devkit_plugin_neon(void);

static void test_commands(void **state) {
    (void)state;
    const dk_plugin *plugin = devkit_plugin_neon();
    assert_string_equal(plugin->name, "neon");
    assert_int_equal(plugin->command_count, 7);
    for (size_t i = 0; i < plugin->command_count; i++) {
        const dk_command *command = &plugin->commands[i];
        assert_true(dk_starts_with(command->name, "neon "));
        assert_non_null(command->run);
        assert_contains(command->description, "API key");
        for (size_t option = 0; option < command->option_count; option++)
            assert_true(command->options[option].offset < command->values_size);
        for (size_t argument = 0; argument < command->argument_count; argument++)
            assert_true(command->arguments[argument].offset < command->values_size);
    }
}

MAIN(cmocka_unit_test(test_commands))

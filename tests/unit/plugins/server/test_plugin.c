/* plugins/server/plugin.c */
#include "fake_server.h"

DK_API const dk_plugin *devkit_plugin_server(void);

static void test_commands_of_the_contract(void **state) {
    (void)state;
    static const char *const names[] = {"up",   "down",    "restart", "status", "wait",
                                        "logs", "destroy", "url",     "psql",   "run"};
    const dk_plugin *plugin = devkit_plugin_server();
    assert_int_equal(plugin->command_count, DK_COUNT(names));
    for (size_t i = 0; i < DK_COUNT(names); i++) {
        const dk_command *command = &plugin->commands[i];
        assert_string_equal(command->name, names[i]);
        assert_non_null(command->run);
        for (size_t j = 0; j < command->option_count; j++)
            assert_true(command->options[j].offset < command->values_size);
        for (size_t j = 0; j < command->argument_count; j++)
            assert_true(command->arguments[j].offset < command->values_size);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_commands_of_the_contract)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

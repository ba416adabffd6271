/* plugins/ports/plugin.c */
#include "lab.h"

DK_API const dk_plugin *devkit_plugin_ports(void);

static void test_command_of_the_contract(void **state) {
    (void)state;
    const dk_plugin *plugin = devkit_plugin_ports();
    assert_int_equal(plugin->command_count, 1);
    assert_string_equal(plugin->commands[0].name, "ports");
    assert_ptr_equal(plugin->commands[0].run, ports_run);
    for (size_t i = 0; i < plugin->commands[0].option_count; i++)
        assert_true(plugin->commands[0].options[i].offset < plugin->commands[0].values_size);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_command_of_the_contract)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

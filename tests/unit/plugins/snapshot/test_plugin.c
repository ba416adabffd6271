/* plugin.c: the commands, and that each has its values' size. */
#include "fake_stores.h"

const dk_plugin *devkit_plugin_snapshot(void);

static void the_commands(void **state) {
    (void)state;
    static const char *const names[] = {"snapshot save", "snapshot list",   "snapshot restore",
                                        "snapshot rm",   "snapshot verify", "snapshot prune",
                                        "backup"};
    const dk_plugin *plugin = devkit_plugin_snapshot();
    assert_int_equal(plugin->command_count, DK_COUNT(names));
    for (size_t i = 0; i < DK_COUNT(names); i++) {
        assert_string_equal(plugin->commands[i].name, names[i]);
        assert_non_null(plugin->commands[i].run);
        assert_true(plugin->commands[i].values_size > 0);
    }
}

int main(void) {
    static const struct CMUnitTest tests[] = {cmocka_unit_test(the_commands)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

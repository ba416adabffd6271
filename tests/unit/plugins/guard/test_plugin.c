/* plugin.c: the guard and its two commands. */
#include "../../core/fake_context.h"

#include <guard/guard.h>

const dk_plugin *devkit_plugin_guard(void);

static void descriptor(void **state) {
    (void)state;
    const dk_plugin *plugin = devkit_plugin_guard();
    dk_context *context = fake_context(&plugin, 1, "");
    const dk_guard_interface *guard =
        dk_interface_find(context, "guard", "environment", DK_GUARD_VERSION, NULL);
    assert_non_null(guard);
    assert_ptr_equal(guard->permit, guard_permit);
    assert_int_equal(guard->head.size, sizeof *guard);
    assert_int_equal(plugin->command_count, 2);
    assert_string_equal(plugin->commands[0].name, "protect");
    assert_ptr_equal(plugin->commands[0].run, guard_protect_run);
    assert_string_equal(plugin->commands[1].name, "unprotect");
    assert_ptr_equal(plugin->commands[1].run, guard_unprotect_run);
    fake_free(context);
}

int main(void) {
    static const struct CMUnitTest tests[] = {cmocka_unit_test(descriptor)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

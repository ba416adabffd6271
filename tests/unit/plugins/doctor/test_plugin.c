/* plugins/doctor/plugin.c */
#include "doctor_project.h"

static void test_descriptor(void **state) {
    (void)state;
    const dk_plugin *plugin = devkit_plugin_doctor();
    assert_string_equal(plugin->name, "doctor");
    assert_int_equal(plugin->command_count, 1);
    assert_true(plugin->interface_count >= 10);
    for (size_t i = 0; i < plugin->interface_count; i++) {
        const dk_check_interface *check = (const void *)plugin->interfaces[i];
        assert_string_equal(check->head.kind, "check");
        assert_int_equal(check->head.version, DK_CHECK_VERSION);
        assert_int_equal(check->head.size, sizeof(dk_check_interface));
        assert_true(check->run && check->title && *check->title);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_descriptor)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

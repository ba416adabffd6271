/* plugins/models/plugin.c */
#include "../layer_project.h"

DK_API const dk_plugin *devkit_plugin_models(void);

static void test_descriptor(void **state) {
    (void)state;
    assert_layer_plugin(devkit_plugin_models(), "models");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_descriptor)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

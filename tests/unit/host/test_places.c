/* Folders given by the environment win; those beside the executable are the usual ones. */
#include "host/places.h"

#include <devkit/devkit.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

/* Each place is worked out once a process, so each has one test. */
static void takes_the_plugin_folder_from_the_environment(void **state) {
    (void)state;
    setenv("DEVKIT_PLUGIN_DIR", "/some/where/../plugins", 1);
    assert_string_equal(places_plugin_dir(), "/some/plugins");
    setenv("DEVKIT_PLUGIN_DIR", "/other", 1);
    assert_string_equal(places_plugin_dir(), "/some/plugins");
}

static void looks_for_templates_beside_the_executable(void **state) {
    (void)state;
    unsetenv("DEVKIT_TEMPLATES");
    DK_AUTOFREE char *folder = dk_path_dirname(dk_executable_path());
    DK_AUTOFREE char *near = dk_path_absolute(folder, "../templates");
    DK_AUTOFREE char *installed = dk_path_absolute(folder, "../share/devkit/templates");
    assert_string_equal(places_templates_dir(), dk_is_directory(near) ? near : installed);
    assert_string_equal(dk_templates_dir(), places_templates_dir());
}

static void ignores_a_relative_data_home(void **state) {
    (void)state;
    setenv("XDG_DATA_HOME", "relative", 1);
    setenv("HOME", "/home/somebody", 1);
    assert_string_equal(places_user_plugin_dir(), "/home/somebody/.local/share/devkit/plugins");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_the_plugin_folder_from_the_environment),
        cmocka_unit_test(looks_for_templates_beside_the_executable),
        cmocka_unit_test(ignores_a_relative_data_home),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

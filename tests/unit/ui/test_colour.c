/* cli/ui/colour.c */
#include "streams.h"
#include "ui/internal.h"

static void test_only_where_allowed(void **state) {
    (void)state;
    configure((ui_settings){.colour = true});
    assert_string_equal(ui_colour_begin(stderr, UI_COLOUR_ERROR), "");
    assert_string_equal(ui_colour_end(stderr, UI_COLOUR_ERROR), "");
    configure((ui_settings){.colour = true, .terminal = true});
    assert_string_equal(ui_colour_begin(stderr, UI_COLOUR_ERROR), "\033[1;31m");
    assert_string_equal(ui_colour_end(stderr, UI_COLOUR_ERROR), "\033[0m");
    assert_string_equal(ui_colour_begin(stdout, UI_COLOUR_ERROR), "");
    assert_string_equal(ui_colour_end(stderr, UI_COLOUR_NONE), "");
    configure((ui_settings){.terminal = true, .stdout_terminal = true});
    assert_string_equal(ui_colour_begin(stdout, UI_COLOUR_GOOD), "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_only_where_allowed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

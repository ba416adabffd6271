/* cli/ui/outcome.c */
#include "streams.h"

static void test_outcomes_do_not_mix(void **state) {
    (void)state;
    configure((ui_settings){0});
    dk_json_set_int(dk_result(NULL), "outer", 1);
    dk_set_exit_status(NULL, 7);
    ui_outcome outer;
    ui_outcome_save(&outer);
    assert_int_equal(json_object_size(dk_result(NULL)), 0);
    assert_int_equal(ui_exit_status(), 0);
    dk_json_set_int(dk_result(NULL), "inner", 1);
    dk_set_findings(NULL);
    ui_outcome_restore(&outer);
    assert_int_equal(dk_json_int(dk_result(NULL), "outer", 0), 1);
    assert_null(json_object_get(dk_result(NULL), "inner"));
    assert_false(ui_findings());
    assert_int_equal(ui_exit_status(), 7);
    configure((ui_settings){0});
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_outcomes_do_not_mix),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* plugins/doctor/command.c */
#include "fake_checks.h"

static void test_fix_looks_again(void **state) {
    (void)state;
    dk_context *context = zoo_project();
    context->globals.json = context->globals.yes = true;
    report_configure(context);
    doctor_values values = {.fix = true};
    dk_strv_add(&values.checks, "ape-sick");
    assert_true(doctor_run(context, &values, NULL));
    const json_t *result = dk_result(context);
    assert_string_equal(json_string_value(json_array_get(json_object_get(result, "fixed"), 0)), "ape-sick");
    const json_t *check = json_array_get(json_object_get(result, "checks"), 0);
    assert_string_equal(dk_json_string(check, "message", ""), "well again");
    dk_strv_release(&values.checks);
    fake_free(context);
}

static void test_a_configuration_that_can_not_be_read(void **state) {
    (void)state;
    dk_context *context = doctor_project("[nonsense]\n", NULL, NULL);
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    doctor_values values = {0};
    assert_false(doctor_run(context, &values, &error));
    assert_int_equal(error.error_class, DK_ERROR_USAGE);
    fake_free(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_fix_looks_again),
                                       cmocka_unit_test(test_a_configuration_that_can_not_be_read)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* plugins/doctor/result.c */
#include "doctor_project.h"

static void test_filling(void **state) {
    (void)state;
    dk_check_result result = {0};
    assert_true(doctor_fail(&result, "%d of %d", 1, 2));
    assert_true(doctor_why(&result, "so"));
    assert_true(doctor_fix(&result, "do %s", "this"));
    assert_int_equal(result.status, DK_CHECK_FAIL);
    assert_string_equal(result.message, "1 of 2");
    assert_string_equal(result.why, "so");
    assert_string_equal(result.fix, "do this");
    assert_false(result.fixable);
    assert_true(doctor_fixable(&result, "that"));
    assert_string_equal(result.fix, "that");
    assert_true(result.fixable);
    assert_true(doctor_warn(&result, "w") && result.status == DK_CHECK_WARN);
    assert_true(doctor_skip(&result, "s") && result.status == DK_CHECK_SKIPPED);
    assert_true(doctor_ok(&result, "o") && result.status == DK_CHECK_OK);
    assert_string_equal(result.message, "o");
    doctor_result_release(&result);
    assert_null(result.message);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_filling)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

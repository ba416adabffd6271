/* plugins/doctor/report.c; what people see of it: tests/integration/test_doctor.py */
#include "fake_checks.h"

#include "ui/ui.h"

static void test_json(void **state) {
    (void)state;
    dk_context *context = zoo_project();
    context->globals.json = true;
    report_configure(context);
    DOCTOR_AUTO_FINDINGS doctor_findings findings = {0};
    select_names(context, "ape-sick zebra-fine", &findings);
    assert_true(doctor_examine(context, &findings, NULL));
    doctor_report(context, &findings);
    const json_t *checks = json_object_get(dk_result(context), "checks");
    assert_int_equal(json_array_size(checks), 2);
    const json_t *sick_one = json_array_get(checks, 0);
    assert_string_equal(dk_json_string(sick_one, "id", ""), "ape-sick");
    assert_string_equal(dk_json_string(sick_one, "title", ""), "Title of ape-sick");
    assert_string_equal(dk_json_string(sick_one, "status", ""), "fail");
    assert_string_equal(dk_json_string(sick_one, "message", ""), "sick\nof it");
    assert_string_equal(dk_json_string(sick_one, "why", ""), "it hurts");
    assert_string_equal(dk_json_string(sick_one, "fix", ""), "take this");
    assert_string_equal(dk_json_string(json_array_get(checks, 1), "status", ""), "ok");
    assert_true(ui_findings());
    fake_free(context);
}

static void test_names(void **state) {
    (void)state;
    assert_string_equal(doctor_status_name(DK_CHECK_OK), "ok");
    assert_string_equal(doctor_status_name(DK_CHECK_WARN), "warn");
    assert_string_equal(doctor_status_name(DK_CHECK_FAIL), "fail");
    assert_string_equal(doctor_status_name(DK_CHECK_SKIPPED), "skipped");
}

static void test_a_warning_is_no_finding(void **state) {
    (void)state;
    dk_context *context = zoo_project();
    context->globals.json = true;
    report_configure(context);
    DOCTOR_AUTO_FINDINGS doctor_findings findings = {0};
    select_names(context, "ape-incurable", &findings);
    assert_true(doctor_examine(context, &findings, NULL));
    doctor_report(context, &findings);
    assert_false(ui_findings());
    fake_free(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_json), cmocka_unit_test(test_names),
                                       cmocka_unit_test(test_a_warning_is_no_finding)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

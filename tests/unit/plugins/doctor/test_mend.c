/* plugins/doctor/mend.c */
#include "fake_checks.h"

static void examine(dk_context *context, const char *names, doctor_findings *findings) {
    select_names(context, names, findings);
    assert_true(doctor_examine(context, findings, NULL));
}

static void test_with_yes(void **state) {
    (void)state;
    dk_context *context = zoo_project();
    context->globals.yes = context->globals.quiet = true;
    report_configure(context);
    DOCTOR_AUTO_FINDINGS doctor_findings findings = {0};
    DK_AUTO_STRV dk_strv fixed = DK_STRV_INIT;
    examine(context, "ape-gives-up ape-incurable ape-sick zebra-fine", &findings);
    assert_true(doctor_mend(context, &findings, &fixed, NULL)); /* one in vain keeps no other from it */
    assert_int_equal(fixed.count, 1);
    assert_string_equal(fixed.items[0], "ape-sick");
    assert_int_equal(mended, 1);
    fake_free(context);
}

static void test_where_nobody_can_be_asked(void **state) {
    (void)state;
    dk_context *context = zoo_project();
    context->globals.no_input = true;
    report_configure(context);
    DOCTOR_AUTO_FINDINGS doctor_findings findings = {0};
    DK_AUTO_STRV dk_strv fixed = DK_STRV_INIT;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    examine(context, "ape-sick", &findings);
    assert_false(doctor_mend(context, &findings, &fixed, &error));
    assert_true(dk_error_is(&error, "confirmation-needed"));
    assert_int_equal(mended, 0);
    fake_free(context);
}

static void test_nothing_to_mend(void **state) {
    (void)state;
    dk_context *context = zoo_project();
    DOCTOR_AUTO_FINDINGS doctor_findings findings = {0};
    DK_AUTO_STRV dk_strv fixed = DK_STRV_INIT;
    examine(context, "zebra-fine", &findings);
    assert_true(doctor_mend(context, &findings, &fixed, NULL));
    assert_int_equal(fixed.count, 0);
    fake_free(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_with_yes),
                                       cmocka_unit_test(test_where_nobody_can_be_asked),
                                       cmocka_unit_test(test_nothing_to_mend)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

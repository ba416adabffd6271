/* plugins/doctor/select.c */
#include "fake_checks.h"

static void test_all_in_the_contract_s_order(void **state) {
    (void)state;
    dk_context *context = zoo_project();
    DOCTOR_AUTO_FINDINGS doctor_findings findings = {0};
    select_names(context, "", &findings);
    assert_true(findings.count > 10);
    size_t last = findings.count - 1;
    assert_string_equal(findings.items[last].id, "zebra-fine"); /* those of others follow, by name */
    assert_string_equal(findings.items[last - 1].id, "doctor-socket-path");
    assert_string_equal(findings.items[last - 2].id, "ape-sick");
    bool listening = false;
    for (size_t i = 0; i < findings.count; i++) {
        listening = listening || dk_streq(findings.items[i].id, "not-listening");
        if (dk_streq(findings.items[i].id, "env-missing"))
            assert_false(listening);
        assert_non_null(findings.items[i].check);
    }
    assert_true(listening);
    fake_free(context);
}

static void test_some(void **state) {
    (void)state;
    dk_context *context = zoo_project();
    DOCTOR_AUTO_FINDINGS doctor_findings findings = {0};
    select_names(context, "zebra-fine url-invalid zebra-fine", &findings);
    assert_int_equal(findings.count, 2);
    assert_string_equal(findings.items[0].id, "url-invalid");
    findings.items[0].result.status = DK_CHECK_FAIL;
    assert_int_equal(doctor_count(&findings, DK_CHECK_FAIL), 1);
    assert_int_equal(doctor_count(&findings, DK_CHECK_OK), 1);
    fake_free(context);
}

static void test_unknown(void **state) {
    (void)state;
    dk_context *context = zoo_project();
    DK_AUTO_STRV dk_strv names = DK_STRV_INIT;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    DOCTOR_AUTO_FINDINGS doctor_findings findings = {0};
    dk_strv_add(&names, "zebra-fin");
    assert_false(doctor_select(context, &names, &findings, &error));
    assert_true(dk_error_is(&error, "no-such-check"));
    assert_int_equal(error.error_class, DK_ERROR_USAGE);
    assert_non_null(strstr(error.hint, "did you mean zebra-fine?"));
    fake_free(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_all_in_the_contract_s_order),
                                       cmocka_unit_test(test_some), cmocka_unit_test(test_unknown)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

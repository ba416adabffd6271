/* plugins/doctor/examine.c */
#include "fake_checks.h"

static void test_each_has_a_result(void **state) {
    (void)state;
    dk_context *context = zoo_project();
    DOCTOR_AUTO_FINDINGS doctor_findings findings = {0};
    select_names(context, "ape-crashes ape-gives-up ape-sick zebra-fine", &findings);
    assert_true(doctor_examine(context, &findings, NULL));
    const dk_check_result *crashed = &findings.items[0].result, *lost = &findings.items[1].result;
    assert_int_equal(crashed->status, DK_CHECK_FAIL);
    assert_non_null(strstr(crashed->message, "the check crashed: signal 6"));
    assert_int_equal(lost->status, DK_CHECK_FAIL);
    assert_string_equal(lost->message, "this could not be found out: no idea");
    assert_string_equal(lost->fix, "ask somebody");
    assert_int_equal(findings.items[2].result.status, DK_CHECK_FAIL);
    assert_true(findings.items[2].result.fixable);
    assert_string_equal(findings.items[2].result.why, "it hurts");
    assert_int_equal(findings.items[3].result.status, DK_CHECK_OK);
    assert_true(doctor_examine(context, &findings, NULL)); /* again, into the same places */
    fake_free(context);
}

static void test_through_the_pipe(void **state) {
    (void)state;
    dk_check_result before = {.status = DK_CHECK_WARN, .fixable = true}, after = {0};
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    dk_secret_add("swordfish-1");
    doctor_warn(&before, "%s", "the word is swordfish-1 \xff");
    doctor_result_write(&before, &text);
    assert_null(strstr(dk_buf_text(&text), "swordfish"));
    assert_true(doctor_result_read(dk_buf_text(&text), text.length, &after));
    assert_int_equal(after.status, DK_CHECK_WARN);
    assert_true(after.fixable);
    assert_true(dk_starts_with(after.message, "the word is ***"));
    assert_null(after.fix);
    doctor_result_release(&before);
    doctor_result_release(&after);
    static const char *const broken[] = {"", "{", "[]", "{}", "{\"status\":9}", "{\"status\":-1}"};
    for (size_t i = 0; i < DK_COUNT(broken); i++)
        assert_false(doctor_result_read(broken[i], strlen(broken[i]), &after));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_each_has_a_result),
                                       cmocka_unit_test(test_through_the_pipe)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* plugins/doctor/cause.c without a server; with one: tests/integration/test_doctor.py */
#include "doctor_project.h"

static void expect_cause(dk_context *context, const char *cause) {
    DOCTOR_AUTO_CASE doctor_case of;
    dk_check_result result = {0};
    assert_true(doctor_case_open(context, &of, "sessions", NULL));
    assert_null(of.connection);
    assert_string_equal(of.cause, cause);
    assert_true(doctor_is_for(&of, cause, &result));
    assert_false(doctor_is_for(&of, "sessions", &result));
    assert_int_equal(result.status, DK_CHECK_SKIPPED);
    assert_non_null(strstr(result.message, cause));
    doctor_result_release(&result);
}

static void test_causes(void **state) {
    (void)state;
    dk_context *context = doctor_project("", NO_SERVER, NULL);
    expect_cause(context, "not-listening");
    fake_free(context);
    context = doctor_project("", NO_SERVER, NULL);
    fake.refuses = true;
    expect_cause(context, "url-invalid");
    fake_free(context);
    context = doctor_project("", "DATABASE_URL=postgresql://h:x/y\n", NULL);
    expect_cause(context, "url-invalid");
    fake_free(context);
    context = doctor_project("", NULL, NULL);
    expect_cause(context, "env-missing");
    fake_free(context);
    context = doctor_project("", NULL, NULL);
    fake.owned = true;
    expect_cause(context, "not-listening");
    fake_free(context);
}

static void test_the_server_is_elsewhere(void **state) {
    (void)state;
    dk_context *context = doctor_project("", NO_SERVER, NULL);
    one_write(context, "postmaster.pid", "1\n/data\n2\n5433\n/run\n", 0600);
    fake.owned = true;
    fake.state = DK_SERVER_UNHEALTHY;
    fake.data_dir = context->root;
    expect_cause(context, "port-mismatch");
    fake_free(context);
}

/* What one look found holds for all the checks that follow, but for the one that has to speak. */
static void test_a_look_ahead(void **state) {
    (void)state;
    dk_context *context = doctor_project("", NO_SERVER, NULL);
    DOCTOR_AUTO_CASE doctor_case other = {0};
    DOCTOR_AUTO_CASE doctor_case own = {0};
    DOCTOR_AUTO_CASE doctor_case later = {0};
    doctor_look_ahead(context);
    assert_true(doctor_case_look(context, &other, "tls", NULL));
    assert_string_equal(other.cause, "not-listening");
    assert_false(other.asked); /* nothing was tried */
    assert_string_equal(other.why.code, "");
    assert_true(doctor_case_open(context, &own, "not-listening", NULL));
    assert_string_equal(own.cause, "not-listening");
    assert_string_equal(own.why.code, "not-listening"); /* it knows the details */
    doctor_look_ends();
    assert_true(doctor_case_open(context, &later, "tls", NULL));
    assert_string_equal(later.why.code, "not-listening");
    fake_free(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_causes),
        cmocka_unit_test(test_the_server_is_elsewhere),
        cmocka_unit_test(test_a_look_ahead),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

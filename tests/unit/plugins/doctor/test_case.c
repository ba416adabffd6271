/* plugins/doctor/case.c */
#include "doctor_project.h"

static void test_the_server_is_asked_once(void **state) {
    (void)state;
    dk_context *context = doctor_project("", NO_SERVER, NULL);
    DOCTOR_AUTO_CASE doctor_case of = {.context = context, .database = dk_database_get(context, NULL)};
    assert_false(doctor_is_owned(&of));
    fake.owned = true;
    assert_true(doctor_ask_server(&of));
    assert_true(doctor_is_owned(&of));
    assert_true(doctor_is_idle(&of));
    fake.refuses = true;
    assert_true(doctor_ask_server(&of)); /* it is not asked again */
    of.status.state = DK_SERVER_READY;
    assert_false(doctor_is_idle(&of));
    fake_free(context);
}

static void test_a_view_for_all(void **state) {
    (void)state;
    dk_context *context = doctor_project("", NO_SERVER, NULL);
    fake.owned = true;
    fake.data_dir = "/data";
    doctor_case first = {.context = context, .database = dk_database_get(context, NULL)}, second = first;
    assert_true(doctor_ask_server(&first));
    doctor_share_view(&first);
    fake.refuses = true;
    assert_true(doctor_ask_server(&second));
    assert_true(doctor_is_owned(&second));
    doctor_case_release(&second);
    assert_string_equal(first.status.data_dir, "/data"); /* it was borrowed only */
    doctor_share_view(NULL);
    second = (doctor_case){.context = context, .database = dk_database_get(context, NULL)};
    assert_false(doctor_ask_server(&second));
    doctor_case_release(&second);
    doctor_case_release(&first);
    fake_free(context);
}

static void test_a_server_that_refuses(void **state) {
    (void)state;
    dk_context *context = doctor_project("", NO_SERVER, NULL);
    DOCTOR_AUTO_CASE doctor_case of = {.context = context, .database = dk_database_get(context, NULL)};
    fake.refuses = true;
    assert_false(doctor_ask_server(&of));
    assert_string_equal(of.refusal.code, "role-reserved");
    assert_false(doctor_is_owned(&of));
    fake_free(context);
}

/* Where the server is stands in a file that is still to be copied: none is made up. */
static void test_an_env_that_is_missing(void **state) {
    (void)state;
    dk_context *context = doctor_project("", NULL, NULL);
    one_write(context, ".env.example", NO_SERVER, 0644);
    DOCTOR_AUTO_CASE doctor_case of = {.context = context, .database = dk_database_get(context, NULL)};
    assert_false(doctor_ask_server(&of));
    assert_null(of.server);
    fake_free(context);
}

static void test_who_speaks(void **state) {
    (void)state;
    dk_check_result result = {0};
    doctor_case of = {.cause = NULL};
    assert_true(doctor_is_for(&of, "sessions", &result));
    of.cause = "tls";
    assert_true(doctor_is_for(&of, "tls", &result));
    assert_false(doctor_is_for(&of, "sessions", &result));
    assert_int_equal(result.status, DK_CHECK_SKIPPED);
    assert_string_equal(result.message, "the database can't be reached: see tls");
    doctor_result_release(&result);
}

static void test_up(void **state) {
    (void)state;
    dk_context *context = doctor_project("", NO_SERVER, NULL);
    assert_true(doctor_up(context, NULL));
    assert_int_equal(fake.ups, 1);
    assert_int_equal(fake.downs, 0);
    assert_true(doctor_restart(context, NULL)); /* a container is made anew only when it was stopped */
    assert_int_equal(fake.ups, 2);
    assert_int_equal(fake.downs, 1);
    fake_free(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_the_server_is_asked_once),
                                       cmocka_unit_test(test_a_view_for_all),
                                       cmocka_unit_test(test_a_server_that_refuses),
                                       cmocka_unit_test(test_an_env_that_is_missing),
                                       cmocka_unit_test(test_who_speaks),
                                       cmocka_unit_test(test_up)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

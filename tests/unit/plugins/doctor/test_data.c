/* plugins/doctor/data.c */
#include "doctor_project.h"

static void test_postmaster_port(void **state) {
    (void)state;
    dk_context *context = doctor_project("", NULL, NULL);
    assert_int_equal(doctor_postmaster_port(NULL), 0);
    assert_int_equal(doctor_postmaster_port(context->root), 0);
    one_write(context, "postmaster.pid", "77\n/data\n1700000000\n54321\n/run\nlocalhost\n", 0600);
    assert_int_equal(doctor_postmaster_port(context->root), 54321);
    static const char *const broken[] = {"", "1\n2\n3\n", "1\n2\n3\nx\n", "1\n2\n3\n99999\n"};
    for (size_t i = 0; i < DK_COUNT(broken); i++) {
        one_write(context, "postmaster.pid", broken[i], 0600);
        assert_int_equal(doctor_postmaster_port(context->root), 0);
    }
    fake_free(context);
}

static void test_data_major(void **state) {
    (void)state;
    dk_context *context = doctor_project("", NO_SERVER, NULL);
    assert_int_equal(doctor_data_major(NULL), 0);
    assert_int_equal(doctor_data_major(context->root), 0);
    one_write(context, "PG_VERSION", "15\n", 0600);
    assert_int_equal(doctor_data_major(context->root), 15);
    one_write(context, "PG_VERSION", "x\n", 0600);
    assert_int_equal(doctor_data_major(context->root), 0);
    fake_free(context);
}

static void test_programs(void **state) {
    (void)state;
    dk_context *context = doctor_project("", NO_SERVER, NULL);
    int major = 0;
    assert_null(doctor_bin_dir(context));
    assert_true(doctor_find_server_programs(context, 0, &major, NULL)); /* the tests need them themselves */
    assert_true(major > 0);
    fake_free(context);
    context = doctor_project("[server.local]\nbin_dir = \"nowhere\"\n", NO_SERVER, NULL);
    DK_AUTOFREE char *folder = doctor_bin_dir(context);
    assert_true(dk_ends_with(folder, "/nowhere"));
    assert_false(doctor_find_server_programs(context, 0, &major, NULL));
    doctor_case of = {.context = context, .database = dk_database_get(context, NULL)};
    assert_true(doctor_has_programs(&of, &major, NULL)); /* a server of somebody else's brings its own */
    doctor_case_release(&of);
    fake.provider = "local";
    of = (doctor_case){.context = context, .database = dk_database_get(context, NULL)};
    assert_false(doctor_has_programs(&of, &major, NULL));
    doctor_case_release(&of);
    fake_free(context);
}

static void test_fits(void **state) {
    (void)state;
    dk_context *context = doctor_project("[server.local]\nversion = 16\n", NO_SERVER, NULL);
    dk_check_result result = {0};
    one_write(context, "PG_VERSION", "15\n", 0600);
    fake.owned = true;
    fake.provider = "local";
    fake.state = DK_SERVER_READY;
    fake.data_dir = context->root;
    doctor_case of = {.context = context, .database = dk_database_get(context, NULL)};
    assert_false(doctor_data_fits(&of, &result));
    assert_int_equal(result.status, DK_CHECK_FAIL);
    doctor_result_release(&result);
    one_write(context, "PG_VERSION", "16\n", 0600);
    assert_true(doctor_data_fits(&of, &result));
    assert_int_equal(result.status, DK_CHECK_OK);
    doctor_result_release(&result);
    doctor_case_release(&of);
    fake_free(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_postmaster_port),
                                       cmocka_unit_test(test_data_major), cmocka_unit_test(test_programs),
                                       cmocka_unit_test(test_fits)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

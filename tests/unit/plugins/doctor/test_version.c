/* plugins/doctor/version.c; against a server: tests/integration/test_doctor.py */
#include "doctor_project.h"

static void test_data_of_another_version(void **state) {
    (void)state;
    dk_context *context = doctor_project("[server.local]\nversion = 16\n", NO_SERVER, NULL);
    expect(context, &doctor_data_version, DK_CHECK_SKIPPED, "no data folder");
    one_write(context, "PG_VERSION", "15\n", 0600);
    fake.owned = true;
    fake.provider = "local";
    fake.data_dir = context->root;
    expect(context, &doctor_data_version, DK_CHECK_FAIL,
           "made by PostgreSQL 15, and [server.local] version asks for 16");
    expect(context, &doctor_not_listening, DK_CHECK_SKIPPED, "see data-version");
    fake_free(context);
    context = doctor_project("", NO_SERVER, NULL);
    one_write(context, "PG_VERSION", "9\n", 0600);
    fake.owned = true;
    fake.provider = "local";
    fake.state = DK_SERVER_STOPPED;
    fake.data_dir = context->root;
    expect(context, &doctor_data_version, DK_CHECK_FAIL, "whose programs are not here");
    fake.state = DK_SERVER_READY; /* then they are somewhere */
    expect(context, &doctor_data_version, DK_CHECK_OK, "version 9");
    fake_free(context);
}

static void test_server_version_needs_a_server(void **state) {
    (void)state;
    dk_context *context = doctor_project("", NO_SERVER, NULL);
    expect(context, &doctor_server_version, DK_CHECK_SKIPPED, "see not-listening");
    fake_free(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_data_of_another_version),
                                       cmocka_unit_test(test_server_version_needs_a_server)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* plugins/doctor/tools.c; against a server: tests/integration/test_doctor.py */
#include "doctor_project.h"

static void test_programs(void **state) {
    (void)state;
    dk_context *context = doctor_project("", NO_SERVER, NULL);
    expect(context, &doctor_programs, DK_CHECK_OK, "psql "); /* the tests need them themselves */
    fake_free(context);
    context = doctor_project("[server.local]\nbin_dir = \"nowhere\"\n", NO_SERVER, NULL);
    fake.provider = "local";
    expect(context, &doctor_programs, DK_CHECK_FAIL, "own server is made of them");
    fake_free(context);
}

static void test_client_version_needs_a_server(void **state) {
    (void)state;
    dk_context *context = doctor_project("", NO_SERVER, NULL);
    expect(context, &doctor_client_version, DK_CHECK_SKIPPED, "see not-listening");
    fake_free(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_programs),
                                       cmocka_unit_test(test_client_version_needs_a_server)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

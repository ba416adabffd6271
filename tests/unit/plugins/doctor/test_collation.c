/* plugins/doctor/collation.c without a server; with one: tests/integration/test_doctor.py */
#include "doctor_project.h"

static void test_quiet_when_an_earlier_cause_explains_it(void **state) {
    (void)state;
    dk_context *context = doctor_project("", NO_SERVER, NULL);
    expect(context, &doctor_collation, DK_CHECK_SKIPPED, "see not-listening");
    fake_free(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_quiet_when_an_earlier_cause_explains_it)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

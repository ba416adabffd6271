/* plugins/doctor/url.c */
#include "doctor_project.h"

static void test_url(void **state) {
    (void)state;
    dk_context *context = doctor_project("", NO_SERVER, NULL);
    expect(context, &doctor_url_invalid, DK_CHECK_OK, "postgresql://me:***@127.0.0.1:1/app");
    fake_free(context);
    context = doctor_project("", "DATABASE_URL=mysql://x/y\n", NULL);
    expect(context, &doctor_url_invalid, DK_CHECK_FAIL, "DATABASE_URL (.env:1)");
    fake_free(context);
    context = doctor_project("", NO_SERVER, NULL);
    fake.refuses = true;
    expect(context, &doctor_url_invalid, DK_CHECK_FAIL, "nobody may be called so");
    fake_free(context);
    context = doctor_project("", NULL, NULL);
    expect(context, &doctor_url_invalid, DK_CHECK_OK, "not set");
    fake_free(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_url)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* plugins/doctor/exposed.c; with git: tests/integration/test_doctor.py */
#include "doctor_project.h"

static void test_readable_by_others(void **state) {
    (void)state;
    dk_context *context = doctor_project("", NO_SERVER, NULL);
    DK_AUTOFREE char *path = dk_path_join(context->root, ".env");
    struct stat status;
    expect(context, &doctor_env_exposed, DK_CHECK_OK, "other accounts can't read it");
    assert_int_equal(chmod(path, 0644), 0);
    expect(context, &doctor_env_exposed, DK_CHECK_OK, ""); /* its folder is closed to them */
    assert_int_equal(chmod(context->root, 0755), 0);
    expect(context, &doctor_env_exposed, DK_CHECK_WARN, "chmod 600 .env");
    assert_true(doctor_env_exposed.fix(context, NULL));
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    expect(context, &doctor_env_exposed, DK_CHECK_OK, "");
    fake_free(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_readable_by_others)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* plugins/doctor/exposed.c; with git: tests/integration/test_doctor.py */
#include "../../skip.h"
#include "doctor_project.h"

#include <grp.h>
#include <pwd.h>

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

/* A group is the owner's own only when it is called as he is. */
static void test_readable_by_the_group(void **state) {
    (void)state;
    const struct passwd *nobody = getpwnam("nobody");
    const struct group *group = nobody ? getgrgid(nobody->pw_gid) : NULL;
    if (geteuid() != 0 || !group || strcmp(group->gr_name, "nobody") == 0)
        skip_because("needs root"); /* and a system whose nobody is not alone in his group */
    dk_context *context = doctor_project("", NO_SERVER, NULL);
    DK_AUTOFREE char *path = dk_path_join(context->root, ".env");
    assert_int_equal(chmod(context->root, 0755), 0);
    assert_int_equal(chmod(path, 0640), 0);
    assert_int_equal(chown(path, 0, 0), 0);
    expect(context, &doctor_env_exposed, DK_CHECK_OK, "");
    assert_int_equal(chown(path, nobody->pw_uid, nobody->pw_gid), 0);
    expect(context, &doctor_env_exposed, DK_CHECK_WARN, "chmod 600 .env");
    fake_free(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_readable_by_others),
                                       cmocka_unit_test(test_readable_by_the_group)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

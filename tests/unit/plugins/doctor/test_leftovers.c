/* plugins/doctor/leftovers.c; on a server: tests/integration/test_doctor.py */
#include "doctor_project.h"

#include <sys/time.h>

static void test_files(void **state) {
    (void)state;
    dk_context *context = doctor_project("", NO_SERVER, NULL);
    static const char *const names[] = {".devkit/.state.a1B2c3", ".devkit/.state", ".devkit/state.a1B2c3",
                                        ".devkit/.young.a1B2c3"};
    for (size_t i = 0; i < DK_COUNT(names); i++) {
        DK_AUTOFREE char *path = dk_path_join(context->root, names[i]);
        project_write(context, names[i], "x", 0600);
        struct timeval long_ago[2] = {{1700000000, 0}, {1700000000, 0}};
        if (i < 3)
            assert_int_equal(utimes(path, long_ago), 0);
    }
    expect(context, &doctor_leftovers, DK_CHECK_WARN, ".devkit/.state.a1B2c3");
    assert_true(doctor_leftovers.fix(context, NULL));
    expect(context, &doctor_leftovers, DK_CHECK_SKIPPED, "see not-listening");
    for (size_t i = 0; i < DK_COUNT(names); i++) {
        DK_AUTOFREE char *path = dk_path_join(context->root, names[i]);
        assert_int_equal(dk_file_exists(path), i != 0);
    }
    fake_free(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_files)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

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
        one_write(context, names[i], "x", 0600);
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

/* The look makes nothing, not even the folder that it looks into. */
static void test_a_project_without_state(void **state) {
    (void)state;
    dk_context *context = doctor_project("", NO_SERVER, NULL);
    DK_AUTOFREE char *folder = dk_path_join(context->root, ".devkit");
    expect(context, &doctor_leftovers, DK_CHECK_SKIPPED, "see not-listening");
    assert_false(dk_file_exists(folder));
    fake_free(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_files),
                                       cmocka_unit_test(test_a_project_without_state)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* plugins/doctor/disk.c; a full disk: tests/integration/test_doctor.py */
#include "doctor_project.h"

static void test_socket_path(void **state) {
    (void)state;
    dk_context *context = doctor_project("", NO_SERVER, NULL);
    expect(context, &doctor_socket_path, DK_CHECK_OK, "");
    fake_free(context);
    char folder[200] = "/";
    memset(folder + 1, 'x', 92);
    DK_AUTOFREE char *env = dk_format("DATABASE_URL=postgresql:///app?host=%s\n", folder);
    context = doctor_project("", env, NULL);
    expect(context, &doctor_socket_path, DK_CHECK_FAIL, "has 93 bytes");
    expect(context, &doctor_not_listening, DK_CHECK_SKIPPED, "see doctor-socket-path");
    fake_free(context);
    folder[92] = '\0';
    DK_AUTOFREE char *fits = dk_format("DATABASE_URL=postgresql:///app?host=%s\n", folder);
    context = doctor_project("", fits, NULL);
    expect(context, &doctor_socket_path, DK_CHECK_OK, "");
    fake_free(context);
}

static void test_room(void **state) {
    (void)state;
    dk_context *context = doctor_project("", NO_SERVER, NULL);
    dk_check_result result = {0};
    assert_true(doctor_disk.run(context, &result, NULL));
    assert_non_null(result.message);
    doctor_result_release(&result);
    fake_free(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_socket_path), cmocka_unit_test(test_room)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

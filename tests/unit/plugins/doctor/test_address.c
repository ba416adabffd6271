/* plugins/doctor/address.c */
#include "doctor_project.h"
#include "stranger.h"

static void test_postmaster_port(void **state) {
    (void)state;
    dk_context *context = doctor_project("", NULL, NULL);
    assert_int_equal(doctor_postmaster_port(NULL), 0);
    assert_int_equal(doctor_postmaster_port(context->root), 0);
    project_write(context, "postmaster.pid", "77\n/data\n1700000000\n54321\n/run\nlocalhost\n", 0600);
    assert_int_equal(doctor_postmaster_port(context->root), 54321);
    static const char *const broken[] = {"", "1\n2\n3\n", "1\n2\n3\nx\n", "1\n2\n3\n99999\n"};
    for (size_t i = 0; i < DK_COUNT(broken); i++) {
        project_write(context, "postmaster.pid", broken[i], 0600);
        assert_int_equal(doctor_postmaster_port(context->root), 0);
    }
    fake_free(context);
}

static void test_listens(void **state) {
    (void)state;
    int port, fd = stranger_open(&port);
    assert_true(doctor_listens("127.0.0.1", port));
    assert_true(doctor_listens("localhost", port));
    assert_false(doctor_listens("/tmp", port));
    close(fd);
    assert_false(doctor_listens("127.0.0.1", port));
    assert_false(doctor_listens("127.0.0.1", 1));
}

static void test_other_port(void **state) {
    (void)state;
    dk_context *context = doctor_project("", NO_SERVER, NULL);
    project_write(context, "postmaster.pid", "1\n/data\n2\n5433\n/run\n", 0600);
    fake.data_dir = context->root;
    fake.state = DK_SERVER_READY;
    fake.owned = true;
    doctor_case of = {.context = context, .database = dk_database_get(context, NULL)};
    assert_int_equal(doctor_other_port(&of), 5433);
    of.status.state = DK_SERVER_STOPPED; /* then the file is an old one */
    assert_int_equal(doctor_other_port(&of), 0);
    doctor_case_release(&of);
    fake_free(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_postmaster_port), cmocka_unit_test(test_listens),
                                       cmocka_unit_test(test_other_port)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

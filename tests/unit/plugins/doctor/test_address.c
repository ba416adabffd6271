/* plugins/doctor/address.c */
#include "doctor_project.h"
#include "stranger.h"

static void test_listens(void **state) {
    (void)state;
    int port, fd = stranger_open(&port);
    assert_true(doctor_listens("127.0.0.1", port));
    assert_true(doctor_listens("localhost", port));
    assert_false(doctor_listens("/tmp", port));
    close(fd);
    assert_false(doctor_listens("127.0.0.1", port));
    assert_false(doctor_listens("127.0.0.1", 1));
    assert_false(doctor_listens("224.0.0.1", 5432)); /* the system refuses at once: that is no answer */
}

static void test_other_port(void **state) {
    (void)state;
    dk_context *context = doctor_project("", NO_SERVER, NULL);
    one_write(context, "postmaster.pid", "1\n/data\n2\n5433\n/run\n", 0600);
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

static void test_long_socket(void **state) {
    (void)state;
    char folder[200] = "/";
    dk_url url = {.hosts = &(dk_url_host){.host = folder}, .host_count = 1};
    memset(folder + 1, 'x', 91);
    assert_null(doctor_long_socket(&url)); /* 92 and the socket's own 15 */
    folder[92] = 'x';
    assert_ptr_equal(doctor_long_socket(&url), folder);
    *folder = 'x'; /* a name, not a folder */
    assert_null(doctor_long_socket(&url));
    assert_null(doctor_long_socket(NULL));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_listens), cmocka_unit_test(test_other_port),
                                       cmocka_unit_test(test_long_socket)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

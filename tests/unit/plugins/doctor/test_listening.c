/* plugins/doctor/listening.c without a server; with one: tests/integration/test_doctor.py */
#include "doctor_project.h"
#include "stranger.h"

static void test_silence(void **state) {
    (void)state;
    dk_context *context = doctor_project("", NO_SERVER, NULL);
    fake.provider = "external";
    expect(context, &doctor_not_listening, DK_CHECK_FAIL, "look after it");
    fake.provider = NULL;
    expect(context, &doctor_port_mismatch, DK_CHECK_SKIPPED, "not-listening");
    expect(context, &doctor_port_taken, DK_CHECK_SKIPPED, "not-listening");
    fake.owned = true;
    expect(context, &doctor_not_listening, DK_CHECK_FAIL, "devkit up");
    fake.state = DK_SERVER_STARTING;
    expect(context, &doctor_not_listening, DK_CHECK_WARN, "devkit wait");
    fake_free(context);
}

static void test_a_server_of_ours_elsewhere(void **state) {
    (void)state;
    dk_context *context = doctor_project("", NO_SERVER, NULL);
    one_write(context, "postmaster.pid", "1\n/data\n2\n5433\n/run\n", 0600);
    fake.owned = true;
    fake.state = DK_SERVER_UNHEALTHY;
    fake.data_dir = context->root;
    expect(context, &doctor_port_mismatch, DK_CHECK_FAIL, "says port 1, the server is at port 5433");
    expect(context, &doctor_port_mismatch, DK_CHECK_FAIL, "devkit restart"); /* the URL is right */
    expect(context, &doctor_not_listening, DK_CHECK_SKIPPED, "port-mismatch");
    assert_true(doctor_port_mismatch.fix(context, NULL));
    assert_int_equal(fake.ups, 1);
    fake_free(context);
}

static void test_a_stranger(void **state) {
    (void)state;
    int port, fd = stranger_open(&port);
    DK_AUTOFREE char *env = dk_format("DATABASE_URL=postgresql://a:b@127.0.0.1:%d/x\n", port);
    dk_context *context = doctor_project("", env, NULL);
    fake.owned = true;
    fake.state = DK_SERVER_STOPPED;
    fake.problem = "a stranger is there";
    shutdown(fd, SHUT_RDWR);
    close(fd);
    expect(context, &doctor_port_taken, DK_CHECK_SKIPPED, "not-listening");
    fake_free(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_silence),
                                       cmocka_unit_test(test_a_server_of_ours_elsewhere),
                                       cmocka_unit_test(test_a_stranger)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

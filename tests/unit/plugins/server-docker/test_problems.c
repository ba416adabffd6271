/* plugins/server-docker/problems.c */
#include "docker_project.h"

static void expect_log(const char *log, const char *code, const char *message) {
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    assert_false(docker_fail_from_log(log, "it stopped", &error));
    assert_string_equal(error.code, code);
    assert_non_null(strstr(error.message, message));
    assert_non_null(error.hint);
}

static void test_logs(void **state) {
    (void)state;
    expect_log("FATAL:  database files are incompatible with server\nDETAIL: …", "data-version",
               "another version");
    expect_log("initdb: error: No space left on device", "disk-full", "full");
    expect_log("Error: Database is uninitialized and superuser password is not specified.", "image-unknown",
               "POSTGRES_PASSWORD_FILE");
    expect_log("something new", "container-failed", "it stopped");
    expect_log("", "container-failed", "it stopped");
}

static void expect_said(const char *said, const char *code) {
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    dk_fail(&error, DK_ERROR_FAILED, "http-status", "the engine answers with status 500");
    error.http_status = 500;
    dk_error_detail(&error, "%s", said);
    assert_false(docker_explain("cannot do it", &error));
    assert_string_equal(error.code, code);
    assert_string_equal(error.message, "cannot do it");
    assert_non_null(strstr(error.detail, said));
    assert_non_null(error.hint);
    assert_int_equal(error.http_status, 500);
}

static void test_what_engines_say(void **state) {
    (void)state;
    expect_said("driver failed: Bind for 127.0.0.1:5432 failed: port is already allocated", "port-taken");
    expect_said("rootlessport listen tcp 127.0.0.1:5432: bind: address already in use", "port-taken");
    expect_said("Ports are not available: exposing port TCP 127.0.0.1:5432", "port-taken");
    expect_said("error while calling PortManager.AddPort(): cannot expose privileged port 80",
                "port-privileged");
    expect_said("client version 1.47 is too old. Minimum supported API version is 1.60", "docker-version");
    expect_said("Client sent an HTTP request to an HTTPS server.", "docker-tls");
    expect_said("write /var/lib/docker/x: no space left on device", "disk-full");
    expect_said("something new", "docker-failed");
}

static void expect_transport(const char *http, const char *code) {
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    dk_fail(&error, DK_ERROR_FAILED, http, "the engine at /x did that");
    assert_false(docker_explain("cannot do it", &error));
    assert_string_equal(error.code, code);
    assert_string_equal(error.message, "cannot do it");
    assert_string_equal(error.detail, "the engine at /x did that");
    assert_non_null(error.hint);
}

static void test_transport(void **state) {
    (void)state;
    expect_transport("http-unreachable", "docker-unreachable");
    expect_transport("http-timeout", "docker-timeout");
    expect_transport("http-closed", "docker-invalid");
    expect_transport("http-invalid", "docker-invalid");
    expect_transport("http-too-large", "docker-invalid");
    expect_transport("http-tls", "docker-tls");
    expect_transport("http-failed", "docker-failed");
}

static void test_an_interruption_stays_one(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    dk_fail_interrupted(&error);
    assert_false(docker_explain("cannot do it", &error));
    assert_true(dk_error_is(&error, "interrupted"));
    assert_false(docker_explain("nobody asks why", NULL));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_logs), cmocka_unit_test(test_what_engines_say),
                                       cmocka_unit_test(test_transport),
                                       cmocka_unit_test(test_an_interruption_stays_one)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* plugins/server-docker/engine.c: one clear message for each way in which an engine fails to be one */
#include "docker_project.h"

static void test_versions(void **state) {
    (void)state;
    char api[16];
    assert_true(docker_negotiate("1.41", api, sizeof api)); /* Debian 12 */
    assert_string_equal(api, "1.41");
    assert_true(docker_negotiate("1.52", api, sizeof api)); /* newer than we are */
    assert_string_equal(api, "1.47");
    assert_false(docker_negotiate("1.12", api, sizeof api));
    assert_false(docker_negotiate("2.0", api, sizeof api));
    assert_false(docker_negotiate("latest", api, sizeof api));
    assert_false(docker_negotiate(NULL, api, sizeof api));
}

static void expect_open(const char *bytes, bool hang, const char *code, const char *words) {
    docker_test test;
    fake_raw fake;
    docker_engine engine;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    dk_context *context = test_open(&test, "", NULL);
    fake_raw_start(&fake, bytes, hang);
    DK_AUTOFREE char *host = dk_format("unix://%s", fake.place.path);
    setenv("DOCKER_HOST", host, 1);
    assert_false(docker_engine_open(context, &engine, &error));
    assert_string_equal(error.code, code);
    assert_non_null(error.hint);
    DK_AUTOFREE char *all = dk_format("%s; %s", error.message, error.detail ? error.detail : "");
    if (!strstr(all, words))
        fail_msg("\"%s\" is not in: %s", words, all);
    docker_engine_release(&engine);
    fake_raw_stop(&fake);
    test_close(&test);
}

static void test_no_engine_at_all(void **state) {
    (void)state;
    expect_open("SSH-2.0-OpenSSH_9.2\r\n", false, "docker-invalid", "does not answer as an HTTP server");
    expect_open("", false, "docker-invalid", "ended the connection");
    expect_open("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nO", false, "docker-invalid", "in the middle");
    expect_open("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK", false, "docker-version", "no Api-Version");
    expect_open("HTTP/1.1 200 OK\r\nApi-Version: 1.5\r\nContent-Length: 2\r\n\r\nOK", false, "docker-version",
                "offers version 1.5");
    expect_open("HTTP/1.1 500 Oops\r\nContent-Length: 18\r\n\r\n{\"message\":\"dead\"}", false,
                "docker-failed", "dead");
}

static const fake_answer answers[] = {
    PING,
    {"GET", "/v1.41/good", 200, "{\"a\":1}", NULL, 0, 0},
    {"GET", "/v1.41/bad", 200, "<html>", NULL, 0, 0},
    {"GET", "/v1.41/gone", 404, "{\"message\":\"No such container: x\"}", NULL, 0, 0},
    {"POST", "/v1.41/full", 500, "{\"message\":\"write /var/lib: no space left on device\"}", NULL, 0, 0},
    {"POST", "/v1.41/taken", 500,
     "{\"message\":\"driver failed: Bind for 127.0.0.1:5432 failed: port is already allocated\"}", NULL, 0,
     0},
    {"POST", "/v1.41/odd", 409, "", NULL, 0, 0},
};

static void expect_call(docker_test *test, const char *method, const char *path, const char *code,
                        const char *detail) {
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    DK_AUTO_JSON json_t *answer = NULL;
    docker_call call = {.method = method, .path = path, .what = "cannot do it"};
    assert_false(docker_send(&test->engine, &call, &answer, NULL, &error));
    assert_string_equal(error.code, code);
    assert_string_equal(error.message, "cannot do it");
    assert_non_null(strstr(error.detail, detail));
    assert_non_null(error.hint);
}

static void test_calls(void **state) {
    (void)state;
    docker_test test;
    test_engine(&test, "", NULL, answers, DK_COUNT(answers));
    assert_string_equal(test.engine.api, "1.41");
    assert_string_equal(test.engine.version, "Docker/20.10.24");
    DK_AUTO_JSON json_t *answer = NULL;
    docker_call good = {.path = "/good", .what = "x"};
    assert_true(docker_send(&test.engine, &good, &answer, NULL, NULL));
    assert_int_equal(dk_json_int(answer, "a", 0), 1);
    expect_call(&test, "GET", "/bad", "docker-invalid", "begins with \"<html>\"");
    expect_call(&test, "GET", "/gone", "docker-failed", "the engine says: No such container: x");
    expect_call(&test, "POST", "/full", "disk-full", "no space left");
    expect_call(&test, "POST", "/taken", "port-taken", "already allocated");
    expect_call(&test, "POST", "/odd", "docker-failed", "status 409");
    long status = 0;
    DK_AUTO_JSON json_t *nothing = NULL;
    docker_call gone = {.path = "/gone", .what = "x", .accept = 404};
    assert_true(docker_send(&test.engine, &gone, &nothing, &status, NULL));
    assert_int_equal(status, 404);
    assert_true(json_is_null(nothing));
    test_close(&test);
}

static void test_an_engine_that_hangs(void **state) {
    (void)state;
    docker_test test;
    fake_raw fake;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    dk_context *context = test_open(&test, "", NULL);
    fake_raw_start(&fake, "", true);
    DK_AUTOFREE char *host = dk_format("unix://%s", fake.place.path);
    docker_engine engine = {.context = context};
    assert_true(docker_endpoint_parse(host, "DOCKER_HOST", NULL, &engine.endpoint, NULL));
    docker_call call = {.path = "/x", .what = "cannot do it", .timeout_ms = 200};
    assert_false(docker_send(&engine, &call, NULL, NULL, &error));
    assert_string_equal(error.code, "docker-timeout");
    assert_non_null(strstr(error.hint, "hangs"));
    docker_engine_release(&engine);
    fake_raw_stop(&fake);
    test_close(&test);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_versions),
                                       cmocka_unit_test(test_no_engine_at_all), cmocka_unit_test(test_calls),
                                       cmocka_unit_test(test_an_engine_that_hangs)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

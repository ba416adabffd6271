/* plugins/server-docker/up.c, as far as no server is needed; with one: tests/integration/test_docker.py */
#include "docker_project.h"

static void expect(const fake_answer *answers, size_t count, const char *code, const char *detail) {
    docker_test test;
    dk_server_status status = DK_SERVER_STATUS_INIT;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    bool changed = true;
    dk_context *context = test_engine(&test, "", DOCKER_URL, answers, count);
    assert_false(docker_up(context, 300, &status, &changed, &error));
    if (strcmp(error.code, code) != 0)
        fail_msg("%s: %s (%s)", error.code, error.message, error.detail);
    assert_non_null(strstr(error.detail ? error.detail : error.message, detail));
    assert_non_null(error.hint);
    dk_server_status_release(&status);
    test_close(&test);
}

#define IMAGE "{\"Config\":{\"Env\":[\"PG_MAJOR=16\"]}}"

static void test_what_the_engine_refuses(void **state) {
    (void)state;
    static const fake_answer no_image[] = {PING,
                                           {"GET", "/v1.41/containers/", 404, "{}", NULL, 0, 0},
                                           {"GET", "/v1.41/images/", 404, "{}", NULL, 0, 0},
                                           {"POST", "/v1.41/images/create", 500,
                                            "{\"message\":\"dial tcp: lookup registry: no such host\"}", NULL,
                                            0, 0}};
    expect(no_image, DK_COUNT(no_image), "image-missing", "no such host");
    static const fake_answer full[] = {PING,
                                       {"GET", "/v1.41/containers/", 404, "{}", NULL, 0, 0},
                                       {"GET", "/v1.41/images/", 200, IMAGE, NULL, 0, 0},
                                       {"GET", "/v1.41/volumes/", 404, "{}", NULL, 0, 0},
                                       {"POST", "/v1.41/volumes/create", 500,
                                        "{\"message\":\"mkdir: no space left on device\"}", NULL, 0, 0}};
    expect(full, DK_COUNT(full), "disk-full", "no space left");
    static const fake_answer conflict[] = {
        PING,
        {"GET", "/v1.41/containers/", 404, "{}", NULL, 0, 0},
        {"GET", "/v1.41/images/", 200, IMAGE, NULL, 0, 0},
        {"GET", "/v1.41/volumes/", 404, "{}", NULL, 0, 0},
        {"POST", "/v1.41/volumes/create", 201, "{}", NULL, 0, 0},
        {"POST", "/v1.41/containers/create", 409,
         "{\"message\":\"Conflict. The container name is already in use by container x\"}", NULL, 0, 0}};
    expect(conflict, DK_COUNT(conflict), "container-foreign", "already in use");
    static const fake_answer garbage[] = {PING, {"GET", "/v1.41/containers/", 200, "not json", NULL, 0, 0}};
    expect(garbage, DK_COUNT(garbage), "docker-invalid", "not json");
}

static void test_a_container_that_differs(void **state) {
    (void)state;
    docker_test test;
    dk_server_status status = DK_SERVER_STATUS_INIT;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    bool changed = true;
    fake_answer answers[] = {PING, {"GET", "/v1.41/containers/", 200, NULL, NULL, 0, 0}};
    dk_context *context = test_engine(&test, "", DOCKER_URL, answers, DK_COUNT(answers));
    DK_AUTOFREE char *text = inspected(&test, "running", "postgres:15", "127.0.0.1", 5433);
    answers[1].body = text;
    assert_false(docker_up(context, 300, &status, &changed, &error));
    assert_string_equal(error.code, "container-differs");
    assert_non_null(strstr(error.detail, "5433"));
    assert_non_null(strstr(error.hint, "devkit restart"));
    assert_false(fake_http_saw(&test.fake, "DELETE")); /* never without being told to */
    assert_false(fake_http_saw(&test.fake, "POST"));
    test_close(&test);
}

static void test_an_engine_elsewhere(void **state) {
    (void)state;
    docker_test test;
    dk_server_status status = DK_SERVER_STATUS_INIT;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    bool changed = true;
    dk_context *context = test_open(&test, "", DOCKER_URL);
    assert_false(docker_up(context, 300, &status, &changed, &error));
    assert_string_equal(error.code, "docker-unreachable");
    assert_false(changed);
    test_close(&test);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_what_the_engine_refuses),
                                       cmocka_unit_test(test_a_container_that_differs),
                                       cmocka_unit_test(test_an_engine_elsewhere)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

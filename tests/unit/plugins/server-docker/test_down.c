/* plugins/server-docker/down.c */
#include "docker_project.h"

static void test_down(void **state) {
    (void)state;
    docker_test test;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    bool changed = false;
    fake_answer answers[] = {
        PING,
        {"GET", "/v1.41/containers/", 200, NULL, NULL, 2, 0},
        {"GET", "/v1.41/containers/", 404, "{}", NULL, 0, 0},
        {"POST", "/v1.41/containers/c0ffee/stop", 204, "", NULL, 1, 0},
        {"POST", "/v1.41/containers/c0ffee/stop", 500, "{\"message\":\"it will not\"}", NULL, 0, 0}};
    dk_context *context = test_engine(&test, "", DOCKER_URL, answers, DK_COUNT(answers));
    DK_AUTOFREE char *text = inspected(&test, "running", "postgres:16", "127.0.0.1", 1);
    answers[1].body = text;
    assert_false(docker_was_stopped_here());
    assert_true(docker_down(context, &changed, &error));
    assert_true(changed);
    assert_true(docker_was_stopped_here());
    assert_false(docker_down(context, &changed, &error));
    assert_non_null(strstr(error.detail, "it will not"));
    assert_true(docker_down(context, &changed, &error)); /* no container at all */
    assert_false(changed);
    test_close(&test);
}

static void test_what_is_not_ours(void **state) {
    (void)state;
    docker_test test;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    bool changed = false;
    fake_answer answers[] = {PING, {"GET", "/v1.41/containers/", 200, NULL, NULL, 0, 0}};
    dk_context *context = test_engine(&test, "", DOCKER_URL, answers, DK_COUNT(answers));
    test.project.hash[0] = 'x'; /* of another folder */
    DK_AUTOFREE char *text = inspected(&test, "running", "postgres:16", "127.0.0.1", 1);
    answers[1].body = text;
    assert_false(docker_down(context, &changed, &error));
    assert_true(dk_error_is(&error, "container-foreign"));
    assert_false(docker_destroy(context, &error));
    assert_true(dk_error_is(&error, "container-foreign"));
    assert_false(fake_http_saw(&test.fake, "DELETE"));
    test_close(&test);
}

static void test_destroy(void **state) {
    (void)state;
    docker_test test;
    fake_answer answers[] = {PING,
                             {"GET", "/v1.41/containers/", 200, NULL, NULL, 0, 0},
                             {"DELETE", "/v1.41/containers/", 204, "", NULL, 0, 0},
                             {"GET", "/v1.41/volumes/", 200, NULL, NULL, 0, 0},
                             {"DELETE", "/v1.41/volumes/", 204, "", NULL, 0, 0}};
    dk_context *context = test_engine(&test, "", DOCKER_URL, answers, DK_COUNT(answers));
    DK_AUTOFREE char *text = inspected(&test, "exited", "postgres:16", "127.0.0.1", 1);
    DK_AUTOFREE char *volume = dk_format("{\"Labels\":{\"devkit.project\":\"%s\"}}", test.project.hash);
    answers[1].body = text;
    answers[3].body = volume;
    DK_AUTOFREE char *secret = docker_secret_make(&test.project, NULL);
    assert_true(docker_destroy(context, NULL));
    assert_true(fake_http_saw(&test.fake, "DELETE /v1.41/containers/"));
    assert_true(fake_http_saw(&test.fake, "DELETE /v1.41/volumes/"));
    assert_null(docker_secret_read(&test.project));
    test_close(&test);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_down), cmocka_unit_test(test_what_is_not_ours),
                                       cmocka_unit_test(test_destroy)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

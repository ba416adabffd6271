/* plugins/server-docker/pull.c */
#include "docker_project.h"

static void expect_reference(const char *name, const char *full) {
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    docker_full_reference(name, &text);
    assert_string_equal(dk_buf_text(&text), full);
}

static void test_references(void **state) {
    (void)state;
    expect_reference("postgres", "postgres:latest");
    expect_reference("postgres:16", "postgres:16");
    expect_reference("registry:5000/postgres", "registry:5000/postgres:latest");
    expect_reference("registry:5000/a/b:1", "registry:5000/a/b:1");
    expect_reference("postgres@sha256:00", "postgres@sha256:00");
}

static void expect_pull(const char *answer, unsigned status, const char *code, const char *detail,
                        const char *hint) {
    const fake_answer answers[] = {PING, {"POST", "/v1.41/images/create", status, answer, NULL, 0, 0}};
    docker_test test;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    test_engine(&test, "", DOCKER_URL, answers, DK_COUNT(answers));
    assert_int_equal(docker_pull(&test.engine, "postgres:16", &error), detail == NULL);
    assert_true(fake_http_saw(&test.fake, "fromImage=postgres:16"));
    if (detail) {
        assert_string_equal(error.code, code);
        assert_non_null(strstr(error.detail, detail));
        assert_non_null(strstr(error.hint, hint));
    }
    test_close(&test);
}

static void test_outcomes(void **state) {
    (void)state;
    expect_pull("{\"status\":\"Downloading\",\"id\":\"a\",\"progressDetail\":{\"current\":5,\"total\":10}}\n"
                "{\"status\":\"Pull complete\",\"id\":\"a\",\"progressDetail\":{}}\nno JSON\n",
                200, NULL, NULL, NULL);
    expect_pull("{\"status\":\"Pulling\"}\n{\"errorDetail\":{},\"error\":\"no space left on device\"}\n", 200,
                "disk-full", "no space left", "free some space");
    expect_pull("{\"message\":\"pull access denied for postgres\"}", 404, "image-missing",
                "pull access denied", "docker login");
    expect_pull("{\"message\":\"toomanyrequests: You have reached your pull rate limit\"}", 500,
                "image-missing", "rate limit", "or wait");
    expect_pull("{\"message\":\"manifest unknown\"}", 404, "image-missing", "unknown", "no such tag");
    expect_pull("{\"message\":\"Get https://registry: dial tcp: i/o timeout\"}", 500, "image-missing",
                "i/o timeout", "docker load");
}

static void test_progress_adds_up(void **state) {
    (void)state;
    docker_pull_state pull = {.layers = json_object()};
    static const char *const lines[] = {
        "{\"status\":\"Downloading\",\"id\":\"a\",\"progressDetail\":{\"current\":5,\"total\":10}}",
        "{\"status\":\"Downloading\",\"id\":\"b\",\"progressDetail\":{\"current\":1,\"total\":4}}",
        "{\"status\":\"Downloading\",\"id\":\"a\",\"progressDetail\":{\"current\":9,\"total\":10}}",
    };
    for (size_t i = 0; i < DK_COUNT(lines); i++)
        assert_true(docker_pull_line(&pull, lines[i], strlen(lines[i])));
    assert_int_equal(json_object_size(pull.layers), 2);
    assert_int_equal(dk_json_int(json_object_get(pull.layers, "a"), "done", 0), 9);
    json_decref(pull.layers);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_references), cmocka_unit_test(test_outcomes),
                                       cmocka_unit_test(test_progress_adds_up)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

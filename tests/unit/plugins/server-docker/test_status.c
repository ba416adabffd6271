/* plugins/server-docker/status.c */
#include "docker_project.h"

static void expect(const char *body, unsigned code, dk_server_state state, const char *problem,
                   const char *hint) {
    docker_test test;
    dk_server_status status = DK_SERVER_STATUS_INIT;
    fake_answer answers[] = {PING,
                             {"GET", "/v1.41/containers/c0ffee/stats", 200, "{}", NULL, 0, 0},
                             {"GET", "/v1.41/containers/", code, NULL, NULL, 0, 0}};
    dk_context *context = test_engine(&test, "", DOCKER_URL, answers, DK_COUNT(answers));
    DK_AUTOFREE char *text = body ? inspected(&test, body, "postgres:16", "127.0.0.1", 1) : NULL;
    answers[2].body = text;
    assert_true(docker_status(context, &status, NULL));
    assert_string_equal(dk_server_state_name(status.state), dk_server_state_name(state));
    if (problem)
        assert_non_null(strstr(status.problem, problem));
    assert_non_null(strstr(status.hint, hint));
    assert_true(status.owned);
    assert_string_equal(status.provider, "docker");
    assert_non_null(status.details);
    if (body) {
        assert_string_equal(dk_json_string(status.details, "health", ""), "healthy");
        assert_string_equal(dk_json_string(status.details, "restart_policy", ""), "always");
        assert_int_equal(dk_json_int(status.details, "restarts", 0), 2);
        assert_string_equal(dk_json_string(status.details, "image", ""), "postgres:16");
    }
    dk_server_status_release(&status);
    test_close(&test);
}

static void test_states(void **state) {
    (void)state;
    expect(NULL, 404, DK_SERVER_ABSENT, NULL, "devkit up");
    expect("exited", 200, DK_SERVER_STOPPED, NULL, "devkit up");
    expect("created", 200, DK_SERVER_STOPPED, NULL, "devkit up");
    expect("paused", 200, DK_SERVER_UNHEALTHY, "paused", "devkit up");
    expect("restarting", 200, DK_SERVER_UNHEALTHY, "restarting", "devkit logs");
    expect("running", 200, DK_SERVER_STARTING, "127.0.0.1:1", "devkit logs"); /* nobody listens at port 1 */
}

static void test_what_differs_is_said(void **state) {
    (void)state;
    docker_test test;
    dk_server_status status = DK_SERVER_STATUS_INIT;
    fake_answer answers[] = {PING, {"GET", "/v1.41/containers/", 200, NULL, NULL, 0, 0}};
    dk_context *context = test_engine(&test, "", DOCKER_URL, answers, DK_COUNT(answers));
    DK_AUTOFREE char *text = inspected(&test, "running", "postgres:15", "127.0.0.1", 5433);
    answers[1].body = text;
    assert_true(docker_status(context, &status, NULL));
    assert_int_equal(status.state, DK_SERVER_UNHEALTHY);
    assert_non_null(strstr(status.problem, "5433"));
    assert_non_null(strstr(status.problem, "postgres:15"));
    assert_non_null(strstr(status.hint, "devkit restart"));
    dk_server_status_release(&status);
    test_close(&test);
}

/* .devkit is gone, and with it the URL that devkit made up; the container is not. */
static void test_its_url_is_lost(void **state) {
    (void)state;
    docker_test test;
    dk_server_status status = DK_SERVER_STATUS_INIT;
    fake_answer answers[] = {PING, {"GET", "/v1.41/containers/", 200, NULL, NULL, 0, 0}};
    dk_context *context = test_engine(&test, "", NULL, answers, DK_COUNT(answers));
    DK_AUTOFREE char *text = inspected(&test, "running", "postgres:16", "127.0.0.1", 5433);
    answers[1].body = text;
    assert_true(docker_status(context, &status, NULL));
    assert_int_equal(status.state, DK_SERVER_UNHEALTHY);
    assert_non_null(strstr(status.problem, "is lost"));
    assert_non_null(strstr(status.hint, "devkit restart"));
    dk_server_status_release(&status);
    test_close(&test);
}

/* A status is an answer, also when there is nobody to ask. */
static void test_no_engine(void **state) {
    (void)state;
    docker_test test;
    dk_server_status status = DK_SERVER_STATUS_INIT;
    dk_context *context = test_open(&test, "", DOCKER_URL);
    assert_true(docker_status(context, &status, NULL));
    assert_int_equal(status.state, DK_SERVER_UNHEALTHY);
    assert_non_null(strstr(status.problem, "no Docker engine"));
    assert_non_null(status.hint);
    dk_server_status_release(&status);
    test_close(&test);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_states), cmocka_unit_test(test_what_differs_is_said),
        cmocka_unit_test(test_its_url_is_lost), cmocka_unit_test(test_no_engine)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

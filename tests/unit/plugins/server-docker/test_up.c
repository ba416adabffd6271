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

/* ── an engine that does what it is told ──────────────────────────────────────────────────────────────────
 */

enum { FIRST = 1, THEN = 2, STARTING = 3 }; /* rows that a test fills in */

static const fake_answer willing[] = {
    PING,
    {"GET", "/v1.41/containers/devkit-", 404, "{}", NULL, 2, 0}, /* as it is found */
    {"GET", "/v1.41/containers/devkit-", 200, NULL, NULL, 0, 0}, /* and afterwards */
    {"POST", "/v1.41/containers/c0ffee/start", 204, "", NULL, 1, 0},
    {"POST", "/v1.41/containers/c0ffee/start", 204, "", NULL, 0, 0},
    {"POST", "/v1.41/containers/c0ffee/unpause", 204, "", NULL, 0, 0},
    {"GET", "/v1.41/containers/c0ffee/logs", 200, "", NULL, 0, 0},
    {"GET", "/v1.41/images/", 404, "{}", NULL, 1, 0},
    {"GET", "/v1.41/images/", 200, IMAGE, NULL, 0, 0},
    {"POST", "/v1.41/images/create", 200, "{\"status\":\"done\"}\n", NULL, 0, 0},
    {"GET", "/v1.41/volumes/", 404, "{}", NULL, 0, 0},
    {"POST", "/v1.41/volumes/create", 201, "{}", NULL, 0, 0},
    {"POST", "/v1.41/containers/create", 201, "{}", NULL, 0, 0},
    {"PUT", "/v1.41/containers/c0ffee/archive", 200, "", NULL, 0, 0},
    {"DELETE", "/v1.41/containers/", 204, "", NULL, 0, 0},
};

typedef struct up_run {
    docker_test test;
    fake_answer answers[DK_COUNT(willing)];
    char *container; /* as it is after it was made */
    dk_error error;
    int64_t took;
} up_run;

static void begin_run(up_run *run, const char *url, const char *state, int port) {
    memset(run, 0, sizeof *run);
    memcpy(run->answers, willing, sizeof willing);
    test_engine(&run->test, "", url, run->answers, DK_COUNT(willing));
    run->container = inspected(&run->test, state, "postgres:16", "127.0.0.1", port);
    run->answers[THEN].body = run->container;
}

/* No server ever answers. */
static void end_run(up_run *run, const char *code) {
    dk_server_status status = DK_SERVER_STATUS_INIT;
    bool changed = false;
    int64_t before = dk_now_ms();
    assert_false(docker_up(run->test.folder.context, 500, &status, &changed, &run->error));
    run->took = dk_now_ms() - before;
    if (strcmp(run->error.code, code) != 0)
        fail_msg("%s: %s (%s)", run->error.code, run->error.message, run->error.detail);
    assert_true(changed);
    assert_non_null(run->error.hint);
    dk_server_status_release(&status);
}

static void close_run(up_run *run) {
    dk_error_release(&run->error);
    test_close(&run->test);
    free(run->container);
}

/* The server gets the time that was said, however long its image took. */
static void test_pulling_does_not_count(void **state) {
    (void)state;
    up_run run;
    begin_run(&run, DOCKER_URL, "running", 1);
    run.test.fake.delay_ms = 800;
    run.test.fake.delayed = "images/create";
    run.answers[THEN].times = 0;
    end_run(&run, "not-ready");
    assert_true(run.took >= 1200);
    close_run(&run);
}

static void test_a_paused_container_goes_on(void **state) {
    (void)state;
    up_run run;
    begin_run(&run, DOCKER_URL, "running", 1);
    DK_AUTOFREE char *paused = inspected(&run.test, "paused", "postgres:16", "127.0.0.1", 1);
    run.answers[FIRST].status = 200;
    run.answers[FIRST].body = paused;
    end_run(&run, "not-ready");
    assert_true(fake_http_saw(&run.test.fake, "/unpause"));
    assert_false(fake_http_saw(&run.test.fake, "/start"));
    assert_false(fake_http_saw(&run.test.fake, "DELETE"));
    close_run(&run);
}

#define TAKEN "{\"message\":\"Bind for 127.0.0.1:1 failed: port is already allocated\"}"

/* What this machine does not see, the engine says. */
static void test_the_port_is_taken(void **state) {
    (void)state;
    up_run run;
    begin_run(&run, DOCKER_URL, "created", 1);
    run.answers[STARTING].status = 500;
    run.answers[STARTING].body = TAKEN;
    end_run(&run, "port-taken");
    assert_non_null(strstr(run.error.message, "port 1 is taken by"));
    assert_non_null(strstr(run.error.detail, "already allocated"));
    assert_non_null(strstr(run.error.hint, "--port auto"));
    close_run(&run);
}

/* "localhost" would lead the application to somebody else, although the engine could have its port. */
static void test_somebody_else_at_localhost(void **state) {
    (void)state;
    up_run run;
    struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_addr = in6addr_loopback};
    socklen_t length = sizeof address;
    int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (const struct sockaddr *)&address, length) != 0)
        return; /* a machine without IPv6 has no such trouble */
    assert_int_equal(listen(fd, 1), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &length), 0);
    int port = ntohs(address.sin6_port);
    DK_AUTOFREE char *url = dk_format("postgresql://app:secret@localhost:%d/tasks", port);
    begin_run(&run, url, "created", port);
    end_run(&run, "port-taken");
    assert_non_null(strstr(run.error.detail, "::1"));
    assert_false(fake_http_saw(&run.test.fake, "/start"));
    close_run(&run);
    close(fd);
}

/* A port that devkit chose itself is chosen anew, and remembered. */
static void test_a_chosen_port_is_taken(void **state) {
    (void)state;
    up_run run;
    begin_run(&run, NULL, "created", 1);
    run.answers[FIRST].times = 1;
    run.answers[STARTING].status = 500;
    run.answers[STARTING].body = TAKEN;
    end_run(&run, "container-failed");                    /* the fake's container does not run */
    assert_true(fake_http_saw(&run.test.fake, "DELETE")); /* of one that never ran */
    DK_AUTOFREE char *file = docker_state_file(&run.test.project, "docker.url");
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    assert_true(dk_file_read(file, 0, &text, NULL));
    const char *colon = strrchr(dk_buf_text(&text), ':');
    DK_AUTOFREE char *port = dk_format("\"HostPort\":\"%.5s\"", colon + 1);
    assert_non_null(strstr(dk_buf_text(&run.test.fake.bodies), "\"HostPort\":\""));
    assert_null(strstr(dk_buf_text(&run.test.fake.bodies), port)); /* the first one was another */
    close_run(&run);
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
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_the_engine_refuses), cmocka_unit_test(test_a_container_that_differs),
        cmocka_unit_test(test_pulling_does_not_count),  cmocka_unit_test(test_a_paused_container_goes_on),
        cmocka_unit_test(test_the_port_is_taken),       cmocka_unit_test(test_somebody_else_at_localhost),
        cmocka_unit_test(test_a_chosen_port_is_taken),  cmocka_unit_test(test_an_engine_elsewhere)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

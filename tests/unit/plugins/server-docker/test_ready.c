/* plugins/server-docker/ready.c without a server; with one: tests/integration/test_docker.py */
#include "docker_project.h"

static void test_how_devkit_connects(void **state) {
    (void)state;
    docker_test test;
    test_open(&test, "", DOCKER_URL);
    static const struct {
        const char *address;
        int port;
        const char *host, *text;
    } rows[] = {{NULL, 0, "127.0.0.1", "1"}, {"0.0.0.0", 5433, "127.0.0.1", "5433"}, {"::1", 7, "::1", "7"}};
    for (size_t i = 0; i < DK_COUNT(rows); i++) {
        DK_AUTO_CONNINFO dk_conninfo conninfo = DK_CONNINFO_INIT;
        DOCKER_AUTO_CONTAINER docker_container container = {.address = dk_strdup(rows[i].address),
                                                            .port = rows[i].port};
        docker_admin_conninfo(&test.project, &container, "word", &conninfo);
        assert_string_equal(dk_conninfo_get(&conninfo, "host"), rows[i].host);
        assert_string_equal(dk_conninfo_get(&conninfo, "port"), rows[i].text);
        assert_string_equal(dk_conninfo_get(&conninfo, "password"), "word");
    }
    test_close(&test);
}

static void wait_for(const char *state, const char *log, size_t length, const char *code,
                     const char *detail) {
    docker_test test;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    DOCKER_AUTO_CONTAINER docker_container container = {0};
    fake_answer answers[] = {PING,
                             {"GET", "/v1.41/containers/c0ffee/logs", 200, log, NULL, 0, length},
                             {"GET", "/v1.41/containers/", 200, NULL, NULL, 0, 0}};
    test_engine(&test, "", DOCKER_URL, answers, DK_COUNT(answers));
    DK_AUTOFREE char *now = inspected(&test, state, "postgres:16", "127.0.0.1", 1);
    DK_AUTOFREE char *before = inspected(&test, "running", "postgres:16", "127.0.0.1", 1);
    answers[2].body = now;
    parse_container(&test, before, &container);
    assert_false(docker_wait(&test.engine, &test.project, &container, "word", dk_now_ms() + 400, &error));
    assert_string_equal(error.code, code);
    assert_non_null(strstr(error.detail ? error.detail : "", detail));
    assert_non_null(error.hint);
    test_close(&test);
}

#define FULL "\2\0\0\0\0\0\0\47initdb: error: No space left on device\n"

static void test_why_it_is_not_ready(void **state) {
    (void)state;
    wait_for("exited", FULL, sizeof FULL - 1, "disk-full", "No space left");
    wait_for("exited", "", 0, "container-failed", "");
    wait_for("restarting", FULL, sizeof FULL - 1, "disk-full", "No space left");
    wait_for("running", FULL, sizeof FULL - 1, "not-ready", "No space left");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_how_devkit_connects),
                                       cmocka_unit_test(test_why_it_is_not_ready)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

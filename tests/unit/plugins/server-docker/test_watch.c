/* plugins/server-docker/watch.c */
#include "docker_project.h"

static void say(docker_watch *watch, const char *line) {
    assert_true(docker_watch_line(watch, line, strlen(line)));
}

static void test_marks(void **state) {
    (void)state;
    docker_watch watch = {0};
    say(&watch, "The files belonging to this database system will be owned by user \"postgres\".");
    assert_true(watch.initialises && !watch.initialised && !watch.accepts);
    say(&watch, "2026 LOG:  database system is ready to accept connections"); /* the temporary server */
    assert_true(watch.accepts && !watch.initialised);
    say(&watch, "");
    say(&watch, "PostgreSQL init process complete; ready for start up.");
    assert_true(watch.initialised);
    for (int i = 0; i < 20; i++)
        say(&watch, "more");
    DK_AUTOFREE char *last = docker_watch_last(&watch);
    assert_int_equal(watch.last.count, 12);
    assert_null(strstr(last, "init process"));
    docker_watch_end(&watch);
}

static void test_time(void **state) {
    (void)state;
    assert_int_equal(docker_unix_time("1970-01-02T00:00:01.5Z"), 86401);
    assert_int_equal(docker_unix_time("2026-11-21T16:24:39.562Z"), 1795278279);
    assert_int_equal(docker_unix_time("yesterday"), 0);
    assert_int_equal(docker_unix_time(""), 0);
}

#define FRAME "\1\0\0\0\0\0\0\25database is starting\n"

static void test_from_the_engine(void **state) {
    (void)state;
    static const fake_answer answers[] = {
        PING, {"GET", "/v1.41/containers/c0ffee/logs", 200, FRAME, NULL, 0, sizeof FRAME - 1}};
    docker_test test;
    docker_watch watch;
    DOCKER_AUTO_CONTAINER docker_container container = {0};
    test_engine(&test, "", DOCKER_URL, answers, DK_COUNT(answers));
    DK_AUTOFREE char *text = inspected(&test, "running", "postgres:16", "127.0.0.1", 1);
    parse_container(&test, text, &container);
    docker_watch_start(&test.engine, &container, &watch);
    for (int i = 0; i < 50 && !watch.ended; i++)
        assert_true(docker_watch_step(&watch, 50, NULL));
    assert_true(watch.ended);
    DK_AUTOFREE char *last = docker_watch_last(&watch);
    assert_string_equal(last, "database is starting");
    assert_true(fake_http_saw(&test.fake, "since=1795278279"));
    docker_watch_end(&watch);
    test_close(&test);
}

/* Another logging driver than json-file: the engine has no log to give. */
static void test_no_log(void **state) {
    (void)state;
    static const fake_answer answers[] = {
        PING, {"GET", "/v1.41/containers/c0ffee/logs", 501, "{\"message\":\"no\"}", NULL, 0, 0}};
    docker_test test;
    docker_watch watch;
    DOCKER_AUTO_CONTAINER docker_container container = {0};
    test_engine(&test, "", DOCKER_URL, answers, DK_COUNT(answers));
    DK_AUTOFREE char *text = inspected(&test, "running", "postgres:16", "127.0.0.1", 1);
    parse_container(&test, text, &container);
    docker_watch_start(&test.engine, &container, &watch);
    for (int i = 0; i < 50 && !watch.ended; i++)
        assert_true(docker_watch_step(&watch, 50, NULL));
    int64_t before = dk_now_ms();
    assert_true(docker_watch_step(&watch, 50, NULL)); /* and it is no busy loop afterwards */
    assert_true(dk_now_ms() - before >= 40);
    docker_watch_end(&watch);
    test_close(&test);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_marks), cmocka_unit_test(test_time),
                                       cmocka_unit_test(test_from_the_engine), cmocka_unit_test(test_no_log)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

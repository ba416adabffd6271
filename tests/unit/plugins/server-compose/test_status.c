/* plugins/server-compose/status.c without a server; with one: tests/integration/test_compose.py */
#include "compose_project.h"

#define NOBODY "services: {db: {image: postgres, ports: ['127.0.0.1:1:5432']}}\n"
#define URL_NOBODY "postgresql://ann:geheim77@localhost:1/shop"

static void expect(dk_context *context, dk_server_state wanted, const char *problem, const char *hint) {
    dk_server_status status = DK_SERVER_STATUS_INIT;
    assert_true(compose_server_status(context, &status, NULL));
    assert_string_equal(dk_server_state_name(status.state), dk_server_state_name(wanted));
    if (problem)
        assert_says(status.problem, problem);
    else
        assert_null(status.problem);
    if (hint)
        assert_says(status.hint, hint);
    assert_string_equal(status.provider, "compose");
    assert_string_equal(status.database, "shop");
    assert_string_equal(status.role, "ann");
    assert_false(status.owned);
    assert_string_equal(dk_json_string(status.details, "service", ""), "db");
    assert_string_equal(dk_json_string(status.details, "file", ""), "compose.yml");
    assert_says(dk_json_string(status.details, "remove", ""), "docker compose rm");
    dk_server_status_release(&status);
    fake_free(context);
}

static void inspected(const char *text) {
    engine.inspected = json_loads(text, 0, NULL);
    assert_non_null(engine.inspected);
}

static void test_not_running(void **state) {
    (void)state;
    dk_context *context = compose_context(NOBODY, URL_NOBODY);
    expect(context, DK_SERVER_ABSENT, NULL, NULL);
    context = compose_context(NOBODY, URL_NOBODY);
    add_container(context, "db", "exited", 0);
    expect(context, DK_SERVER_STOPPED, NULL, NULL);
    context = compose_context(NOBODY, URL_NOBODY);
    add_container(context, "db", "exited", 0);
    inspected("{\"State\": {\"ExitCode\": 1}}");
    expect(context, DK_SERVER_STOPPED, "ended with exit status 1", "devkit logs");
    context = compose_context(NOBODY, URL_NOBODY);
    add_container(context, "db", "restarting", 0);
    expect(context, DK_SERVER_UNHEALTHY, "again and again", "devkit logs");
    context = compose_context(NOBODY, URL_NOBODY);
    add_container(context, "db", "paused", 0);
    expect(context, DK_SERVER_UNHEALTHY, "paused", "docker unpause shop_db_1");
}

static void test_running(void **state) {
    (void)state;
    dk_context *context = compose_context(NOBODY, URL_NOBODY);
    add_container(context, "db", "running", 1);
    expect(context, DK_SERVER_STARTING, "could not connect", NULL);
    context = compose_context(NOBODY, URL_LOCAL);
    add_container(context, "db", "running", 1);
    expect(context, DK_SERVER_UNHEALTHY, "published at 127.0.0.1:1", "devkit doctor --fix");
    context = compose_context("services: {db: {image: postgres}}\n", URL_NAMED);
    add_container(context, "db", "running", 0);
    expect(context, DK_SERVER_UNHEALTHY, "publishes no port", "ports: [\"127.0.0.1:5432:5432\"]");
}

static void test_without_an_engine(void **state) {
    (void)state;
    dk_context *context = compose_context(NOBODY, URL_NOBODY);
    json_decref(engine.containers);
    engine.containers = NULL;
    expect(context, DK_SERVER_STOPPED, "no engine answers", "start it");
}

static void test_details(void **state) {
    (void)state;
    dk_server_status status = DK_SERVER_STATUS_INIT;
    dk_context *context = compose_context(NOBODY, URL_NOBODY);
    add_container(context, "db", "running", 1);
    inspected("{\"RestartCount\": 2, \"State\": {\"Health\": {\"Status\": \"starting\"}, \"Pid\": 4711}}");
    assert_true(compose_server_status(context, &status, NULL));
    assert_string_equal(dk_json_string(status.details, "health", ""), "starting");
    assert_string_equal(dk_json_string(status.details, "container", ""), "shop_db_1");
    assert_int_equal(dk_json_int(status.details, "restarts", 0), 2);
    assert_int_equal(status.pid, 4711);
    assert_int_equal(status.port, 1);
    dk_server_status_release(&status);
    fake_free(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_not_running), cmocka_unit_test(test_running),
                                       cmocka_unit_test(test_without_an_engine),
                                       cmocka_unit_test(test_details)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

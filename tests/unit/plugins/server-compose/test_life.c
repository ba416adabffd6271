/* plugins/server-compose/life.c without a server; with one: tests/integration/test_compose.py */
#include "compose_project.h"

#define NOBODY "services: {db: {image: postgres, ports: ['127.0.0.1:1:5432']}, app: {build: .}}\n"
#define URL_NOBODY "postgresql://ann:geheim77@localhost:1/shop"

static void expect_up(dk_context *context, const char *code, int starts) {
    dk_server_status status = DK_SERVER_STATUS_INIT;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    bool changed = false;
    assert_false(compose_server_up(context, 200, &status, &changed, &error));
    assert_string_equal(error.code, code);
    assert_int_equal(engine.starts, starts);
    assert_non_null(error.hint ? error.hint : error.message);
    dk_server_status_release(&status);
    fake_free(context);
}

static void test_up(void **state) {
    (void)state;
    dk_context *context = compose_context(NOBODY, URL_NOBODY);
    add_container(context, "db", "exited", 0); /* started as it is, by the engine: its word is passed on */
    expect_up(context, "port-taken", 1);
    context = compose_context(NOBODY, URL_NOBODY);
    add_container(context, "db", "running", 1);
    expect_up(context, "not-listening", 0);
    context = compose_context(NOBODY, URL_LOCAL);
    add_container(context, "db", "running", 1);
    expect_up(context, "port-mismatch", 0);
    context = compose_context(NOBODY, URL_NOBODY);
    add_container(context, "db", "paused", 0);
    expect_up(context, "container-paused", 0);
    context = compose_context(NOBODY, URL_NOBODY);
    json_decref(engine.containers);
    engine.containers = NULL;
    expect_up(context, "docker-unreachable", 0);
    DK_AUTOFREE char *path = dk_strdup(getenv("PATH"));
    context = compose_context(NOBODY, URL_NOBODY);
    setenv("PATH", "/nowhere", 1);
    expect_up(context, "program-missing", 0);
    setenv("PATH", path, 1);
}

static void test_down(void **state) {
    (void)state;
    static const struct {
        const char *state;
        bool changed;
    } cases[] = {
        {NULL, false}, {"exited", false}, {"created", false}, {"running", true}, {"restarting", true}};
    for (size_t i = 0; i < DK_COUNT(cases); i++) {
        bool changed = !cases[i].changed;
        dk_context *context = compose_context(NOBODY, URL_NOBODY);
        if (cases[i].state)
            add_container(context, "db", cases[i].state, 0);
        assert_true(compose_server_down(context, &changed, NULL));
        assert_int_equal(changed, cases[i].changed);
        assert_int_equal(engine.stops, cases[i].changed);
        fake_free(context);
    }
}

static void test_destroy_refuses(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    dk_context *context = compose_context(NOBODY, URL_NOBODY);
    assert_false(compose_server_destroy(context, &error));
    assert_int_equal(error.error_class, DK_ERROR_REFUSED);
    assert_says(error.hint, "docker compose rm --stop -v db");
    assert_int_equal(engine.stops, 0);
    fake_free(context);
}

static void test_logs(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    dk_context *context = compose_context(NOBODY, URL_NOBODY);
    assert_false(compose_server_logs(context, false, 50, &error));
    assert_string_equal(error.code, "no-log");
    add_container(context, "db", "exited", 0);
    add_container(context, "app", "running", 0);
    assert_true(compose_server_logs(context, true, 7, NULL));
    assert_string_equal(engine.log, "db 7 f");
    assert_true(compose_server_service_logs(context, "app", false, -1, NULL));
    assert_string_equal(engine.log, "app -1");
    assert_false(compose_server_service_logs(context, "apq", false, -1, &error));
    assert_string_equal(error.code, "no-such-service");
    assert_says(error.hint, "did you mean app?");
    fake_free(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_up), cmocka_unit_test(test_down),
                                       cmocka_unit_test(test_destroy_refuses), cmocka_unit_test(test_logs)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* plugins/server-compose/address.c */
#include "compose_project.h"

/* "URL" as it is reached, or the error's code. */
static void expect(dk_context *context, const char *expected, const char *code) {
    DK_AUTO_URL dk_url reached = DK_URL_INIT;
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    bool known = compose_server_reach(context, dk_database_get(context, NULL)->url, &reached, &error);
    assert_int_equal(known, code == NULL);
    if (code)
        assert_string_equal(error.code, code);
    dk_url_format(&reached, &text);
    assert_string_equal(dk_buf_text(&text), expected);
    fake_free(context);
}

static void test_a_name(void **state) {
    (void)state;
    dk_context *context = compose_context(NULL, URL_NAMED);
    expect(context, "postgresql+asyncpg://ann:geheim77@127.0.0.1:5433/shop", NULL);
    context = compose_context(NULL, URL_NAMED);
    add_container(context, "db", "running", 40123); /* what runs is right, not what the file says today */
    expect(context, "postgresql+asyncpg://ann:geheim77@127.0.0.1:40123/shop", NULL);
    context = compose_context("services: {db: {image: postgres, ports: ['5432']}}\n", URL_NAMED);
    expect(context, "postgresql+asyncpg://ann:geheim77@127.0.0.1/shop", "not-running");
    context = compose_context("services: {db: {image: postgres}}\n", URL_NAMED);
    expect(context, "postgresql+asyncpg://ann:geheim77@127.0.0.1:5432/shop", "not-published");
    context = compose_context(NULL, URL_NAMED);
    add_container(context, "db", "running", 0); /* made before the file had the port */
    expect(context, "postgresql+asyncpg://ann:geheim77@127.0.0.1:5432/shop", "not-published");
}

static void test_other_hosts_stay(void **state) {
    (void)state;
    expect(compose_context(NULL, URL_LOCAL), URL_LOCAL, NULL);
    expect(compose_context(NULL, "postgresql://a@db.example.com:5432/x"),
           "postgresql://a@db.example.com:5432/x", NULL);
}

static void test_an_engine_elsewhere(void **state) {
    (void)state;
    dk_context *context = compose_context(NULL, "postgresql://a@db/x");
    setenv("DOCKER_HOST", "ssh://me@192.0.2.7:22", 1);
    expect(context, "postgresql://a@192.0.2.7:5433/x", NULL);
    context = compose_context(NULL, "postgresql://a@db/x");
    setenv("DOCKER_HOST", "tcp://build.example:2375", 1);
    expect(context, "postgresql://a@build.example:5433/x", NULL);
    context = compose_context(NULL, "postgresql://a@db/x");
    setenv("DOCKER_HOST", "tcp://[::1]:2375", 1);
    expect(context, "postgresql://a@[::1]:5433/x", NULL);
    unsetenv("DOCKER_HOST");
}

/* Said of the file only where it is the file's fault. */
static void test_a_container_older_than_the_file(void **state) {
    (void)state;
    static const struct {
        const char *yaml, *message, *hint;
    } cases[] = {{COMPOSE_FILE, "compose.yml publishes port 5432", "up -d --force-recreate db"},
                 {"services: {db: {image: postgres}}\n", "publishes no port", "ports: [\"127.0.0.1:5432"}};
    for (size_t i = 0; i < DK_COUNT(cases); i++) {
        COMPOSE_SERVER_AUTO compose_server server;
        compose_container container = {.state = (char[]){"running"}};
        DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
        DK_AUTOFREE char *host = NULL;
        int port = 0;
        dk_context *context = compose_context(cases[i].yaml, URL_NAMED);
        assert_true(compose_server_open(context, &server, NULL));
        assert_false(compose_server_address(&server, &container, &host, &port, &error));
        assert_says(error.message, cases[i].message);
        assert_says(error.hint, cases[i].hint);
        fake_free(context);
    }
}

static void test_inside_a_container(void **state) {
    (void)state;
    dk_context *context = compose_context(NULL, URL_NAMED);
    assert_false(compose_server_name_works(context->root, "localhost"));
    write_file(context, ".dockerenv", "");
    assert_true(compose_server_name_works(context->root, "localhost"));
    assert_false(compose_server_name_works(context->root, "no-such-name.invalid"));
    fake_free(context);
}

static void test_a_url_from_the_file(void **state) {
    (void)state;
    COMPOSE_SERVER_AUTO compose_server server;
    compose_container none = {0};
    DK_AUTO_URL dk_url reached = DK_URL_INIT;
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    dk_context *context = compose_context(NULL, NULL);
    assert_true(compose_server_open(context, &server, NULL));
    assert_null(server.database->url);
    assert_true(compose_server_url(&server, &none, &reached, NULL));
    dk_url_format(&reached, &text);
    assert_string_equal(dk_buf_text(&text), "postgresql://ann:geheim77@127.0.0.1:5433/shop");
    assert_string_equal(dk_database_get(context, NULL)->url->database, "shop");
    fake_free(context);
}

static void test_mismatches(void **state) {
    (void)state;
    static const struct {
        const char *url;
        int port;
        const char *problem, *hint;
    } cases[] = {
        {URL_LOCAL, 5433, NULL, NULL},
        {URL_NAMED, 5499, NULL, NULL},
        {URL_LOCAL, 0, NULL, NULL},
        {"postgresql://a@localhost:5432/x", 5433,
         "says port 5432 (.env:2), but service \"db\" is published at 127.0.0.1:5433", "devkit doctor --fix"},
        {URL_LOCAL, 5499, "compose.yml publishes port 5433, but the container was made with port 5499",
         "docker compose up -d db"},
    };
    for (size_t i = 0; i < DK_COUNT(cases); i++) {
        COMPOSE_SERVER_AUTO compose_server server;
        char address[] = "127.0.0.1";
        compose_container container = {.address = address, .port = cases[i].port};
        dk_context *context = compose_context(NULL, cases[i].url);
        assert_true(compose_server_open(context, &server, NULL));
        DK_AUTOFREE char *hint = NULL;
        DK_AUTOFREE char *problem = compose_server_mismatch(&server, &container, &hint);
        assert_int_equal(problem != NULL, cases[i].problem != NULL);
        if (problem) {
            assert_says(problem, cases[i].problem);
            assert_says(hint, cases[i].hint);
        }
        fake_free(context);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_a_name),
                                       cmocka_unit_test(test_other_hosts_stay),
                                       cmocka_unit_test(test_an_engine_elsewhere),
                                       cmocka_unit_test(test_a_container_older_than_the_file),
                                       cmocka_unit_test(test_inside_a_container),
                                       cmocka_unit_test(test_a_url_from_the_file),
                                       cmocka_unit_test(test_mismatches)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

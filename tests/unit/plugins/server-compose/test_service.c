/* plugins/server-compose/service.c */
#include "compose_project.h"

static void test_finds_it(void **state) {
    (void)state;
    COMPOSE_SERVER_AUTO compose_server server;
    dk_context *context = compose_context(NULL, URL_NAMED);
    assert_true(compose_server_open(context, &server, NULL));
    assert_string_equal(server.service->name, "db");
    assert_string_equal(server.shown, "compose.yml");
    assert_true(compose_server_is_name(&server, "db"));
    assert_false(compose_server_is_name(&server, "localhost"));
    assert_false(compose_server_is_name(&server, NULL));
    assert_int_equal(compose_server_inner_port(&server), 5432);
    fake_free(context);
}

static void test_the_port_inside(void **state) {
    (void)state;
    static const struct {
        const char *yaml, *url;
        int port;
    } cases[] = {
        {NULL, NULL, 5432},
        {NULL, URL_LOCAL, 5432},
        {NULL, "postgresql://a@db:6000/x", 6000},
        {"services: {db: {image: postgres, environment: {PGPORT: 5999}}}\n", URL_LOCAL, 5999},
        {"services: {db: {image: postgres, environment: {PGPORT: none}}}\n", URL_LOCAL, 5432},
        {"services: {db: {image: postgres, container_name: pg}}\n", "postgresql://a@pg:7000/x", 7000}};
    for (size_t i = 0; i < DK_COUNT(cases); i++) {
        COMPOSE_SERVER_AUTO compose_server server;
        dk_context *context = compose_context(cases[i].yaml, cases[i].url);
        assert_true(compose_server_open(context, &server, NULL));
        assert_int_equal(compose_server_inner_port(&server), cases[i].port);
        fake_free(context);
    }
}

static void test_without_a_file_or_a_service(void **state) {
    (void)state;
    COMPOSE_SERVER_AUTO compose_server server;
    COMPOSE_SERVER_AUTO compose_server other;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    dk_context *context = compose_context("services: {app: {build: .}}\n", URL_LOCAL);
    assert_false(compose_server_open(context, &server, &error));
    assert_string_equal(error.code, "compose-service");
    DK_AUTOFREE char *path = dk_path_join(context->root, "compose.yml");
    unlink(path);
    assert_false(compose_server_open(context, &other, &error));
    assert_string_equal(error.code, "compose-missing");
    assert_says(error.hint, "[server.compose] file");
    fake_free(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_finds_it),
                                       cmocka_unit_test(test_the_port_inside),
                                       cmocka_unit_test(test_without_a_file_or_a_service)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

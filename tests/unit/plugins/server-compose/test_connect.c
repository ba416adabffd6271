/* plugins/server-compose/connect.c without a server; with one: tests/integration/test_compose.py */
#include "compose_project.h"

#define NOBODY "services: {db: {image: postgres, ports: ['127.0.0.1:1:5432']}}\n"

static void test_nobody_there(void **state) {
    (void)state;
    COMPOSE_SERVER_AUTO compose_server server;
    compose_container none = {0};
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    DK_AUTO_CONNINFO dk_conninfo conninfo = DK_CONNINFO_INIT;
    bool superuser = true;
    int version = 0;
    dk_context *context = compose_context(NOBODY, URL_NAMED);
    assert_true(compose_server_open(context, &server, NULL));
    assert_null(compose_server_connect(&server, &none, 1000, &error));
    assert_string_equal(error.code, "not-listening");
    assert_says(error.message, "127.0.0.1:1");
    assert_false(compose_server_ready(&server, &none, 1000, &version, &error));
    assert_string_equal(error.code, "not-listening");
    assert_false(compose_server_admin(context, &conninfo, &superuser, &error));
    assert_string_equal(error.code, "not-listening");
    assert_int_equal(conninfo.pairs.count, 0);
    fake_free(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_nobody_there)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

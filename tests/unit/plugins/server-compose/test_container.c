/* plugins/server-compose/container.c */
#include "compose_project.h"

static void expect(dk_context *context, const char *id, const char *address, int port) {
    COMPOSE_SERVER_AUTO compose_server server;
    COMPOSE_CONTAINER_AUTO compose_container container = {0};
    assert_true(compose_server_open(context, &server, NULL));
    assert_true(compose_container_find(&server, "db", &container, NULL));
    if (!id) {
        assert_null(container.id);
        return;
    }
    assert_string_equal(container.id, id);
    assert_int_equal(container.port, port);
    if (address)
        assert_string_equal(container.address, address);
    else
        assert_null(container.address);
}

static void add(const char *id, const char *project, const char *folder, const char *state, const char *name,
                const char *ports) {
    DK_AUTOFREE char *text = dk_format(
        "{\"id\": \"%s\", \"name\": \"%s\", \"state\": \"%s\", \"project\": \"%s\", \"service\": \"db\", "
        "\"folder\": %s%s%s, \"ports\": [%s]}",
        id, name, state, project, folder ? "\"" : "", folder ? folder : "null", folder ? "\"" : "", ports);
    json_t *item = json_loads(text, 0, NULL);
    assert_non_null(item);
    json_array_append_new(engine.containers, item);
}

static void test_which_container(void **state) {
    (void)state;
    dk_context *context = compose_context(NULL, URL_LOCAL);
    DK_AUTOFREE char *slash = dk_format("%s/", context->root);
    expect(context, NULL, NULL, 0);
    add("other", "shop", "/elsewhere", "running", "shop_db_1", "");
    add("stranger", "else", NULL, "running", "else_db_1", "");
    expect(context, NULL, NULL, 0);
    add("renamed", "mine", slash, "exited", "mine_db_1", "");
    expect(context, "renamed", NULL, 0);
    add("unlabelled", "shop", NULL, "exited", "shop_db_1", "");
    expect(context, "unlabelled", NULL, 0);
    add("once", "shop", context->root, "running", "shop_db_run_4711", "");
    add("own", "shop", context->root, "exited", "shop_db_1", "");
    expect(context, "own", NULL, 0);
    fake_free(context);
}

static void test_where_it_is_published(void **state) {
    (void)state;
    static const struct {
        const char *ports, *address;
        int port;
    } cases[] = {
        {"", NULL, 0},
        {"{\"address\": \"0.0.0.0\", \"port\": 5433, \"container_port\": 5432}", "127.0.0.1", 5433},
        {"{\"address\": \"::\", \"port\": 5433, \"container_port\": 5432}", "127.0.0.1", 5433},
        {"{\"address\": \"10.0.0.7\", \"port\": 5433, \"container_port\": 5432}, "
         "{\"address\": \"::\", \"port\": 5433, \"container_port\": 5432}",
         "10.0.0.7", 5433},
        {"{\"address\": \"0.0.0.0\", \"port\": 5499, \"container_port\": 5432}, " /* of two the URL's */
         "{\"address\": \"10.0.0.7\", \"port\": 5433, \"container_port\": 5432}, "
         "{\"address\": \"::\", \"port\": 5499, \"container_port\": 5432}",
         "10.0.0.7", 5433},
        {"{\"port\": 0, \"container_port\": 5432}, {\"port\": 9, \"container_port\": 80}", NULL, 0}};
    for (size_t i = 0; i < DK_COUNT(cases); i++) {
        dk_context *context = compose_context(NULL, URL_LOCAL);
        add("x", "shop", context->root, "running", "shop_db_1", cases[i].ports);
        expect(context, "x", cases[i].address, cases[i].port);
        fake_free(context);
    }
}

static void test_without_an_engine(void **state) {
    (void)state;
    COMPOSE_SERVER_AUTO compose_server server;
    COMPOSE_CONTAINER_AUTO compose_container container = {0};
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    dk_context *context = compose_context(NULL, URL_LOCAL);
    json_decref(engine.containers);
    engine.containers = NULL;
    assert_true(compose_server_open(context, &server, NULL));
    assert_false(compose_container_find(&server, "db", &container, &error));
    assert_string_equal(error.code, "docker-unreachable");
    context->plugins.items[0].interface_count = 0;
    assert_null(compose_engine(context, &error));
    assert_string_equal(error.code, "no-such-containers");
    context->plugins.items[0].interface_count = 1;
    fake_free(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_which_container),
                                       cmocka_unit_test(test_where_it_is_published),
                                       cmocka_unit_test(test_without_an_engine)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

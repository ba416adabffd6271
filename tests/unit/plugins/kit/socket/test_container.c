/* plugins/kit/socket/container.c */
#include "engine.h"

static void test_who_may_stand_for_a_container(void **state) {
    (void)state;
    socket_process proxy = {.program = (char *)"docker-proxy"}, daemon = {.program = (char *)"dockerd"},
                   desktop = {.program = (char *)"com.docker.backend"},
                   server = {.program = (char *)"postgres"};
    assert_true(socket_may_be_container(NULL));
    assert_true(socket_may_be_container(&proxy));
    assert_true(socket_may_be_container(&daemon));
    assert_true(socket_may_be_container(&desktop));
    assert_false(socket_may_be_container(&server));
}

static void test_engine_is_asked_once(void **state) {
    (void)state;
    dk_context *context = engine_context(ENGINE_SHOP("5432"));
    DK_AUTO_JSON json_t *cache = NULL;
    DK_AUTO_JSON json_t *found = socket_container_of(context, &cache, 5432);
    assert_string_equal(dk_json_string(found, "name", ""), "shop-db-1");
    assert_null(socket_container_of(context, &cache, 5433));
    assert_int_equal(engine.asked, 1);
    fake_free(context);
}

static void test_no_engine_is_no_error(void **state) {
    (void)state;
    dk_context *context = engine_context(NULL), *without = fake_context(NULL, 0, "");
    DK_AUTO_JSON json_t *cache = NULL;
    DK_AUTO_JSON json_t *other = NULL;
    assert_null(socket_container_of(context, &cache, 5432));
    assert_null(socket_container_of(context, &cache, 5432));
    assert_int_equal(engine.asked, 1);
    assert_null(socket_container_of(without, &other, 5432));
    fake_free(context);
    fake_free(without);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_may_stand_for_a_container),
        cmocka_unit_test(test_engine_is_asked_once),
        cmocka_unit_test(test_no_engine_is_no_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* plugins/server/facts.c without a server; with one: tests/integration/test_status.py */
#include "fake_server.h"

static json_t *facts_of(const char *env, dk_server_state state, json_t *details) {
    dk_context *context = fake_project(env);
    dk_server_status status = {.state = state, .details = details};
    json_t *facts = server_facts(context, &status);
    assert_int_equal(status.state == DK_SERVER_READY, dk_json_bool(facts, "healthy", false));
    free(status.problem);
    free(status.hint);
    fake_free(context);
    return facts;
}

static void test_what_env_says(void **state) {
    (void)state;
    DK_AUTO_JSON json_t *facts = facts_of(FAKE_ENV "DATABASE_POOL_SIZE=5\nDATABASE_MAX_OVERFLOW=x\n"
                                                   "DATABASE_POOL_RECYCLE=1800\n",
                                          DK_SERVER_STOPPED, NULL);
    const json_t *pool = json_object_get(facts, "pool");
    assert_string_equal(dk_json_string(facts, "url", ""), "postgresql+asyncpg://app:***@127.0.0.1:1/tasks");
    assert_string_equal(dk_json_string(facts, "variable", ""), "DATABASE_URL");
    assert_string_equal(dk_json_string(facts, "origin", ""), ".env:1");
    assert_string_equal(dk_json_string(facts, "driver", ""), "asyncpg");
    assert_true(json_is_null(json_object_get(facts, "environment")));
    assert_int_equal(dk_json_int(pool, "size", 0), 5);
    assert_int_equal(dk_json_int(pool, "recycle", 0), 1800);
    assert_null(json_object_get(pool, "max_overflow"));
    assert_false(dk_json_bool(facts, "healthy", true));
}

static void test_drivers(void **state) {
    (void)state;
    DK_AUTO_JSON json_t *jdbc =
        facts_of("DATABASE_URL=jdbc:postgresql://h/d?user=a\n", DK_SERVER_STOPPED, NULL);
    assert_string_equal(dk_json_string(jdbc, "driver", ""), "jdbc");
    DK_AUTO_JSON json_t *plain = facts_of("DATABASE_URL=postgres://h/d\n", DK_SERVER_STOPPED, NULL);
    assert_true(json_is_null(json_object_get(plain, "driver")));
    DK_AUTO_JSON json_t *none = facts_of(NULL, DK_SERVER_STOPPED, NULL);
    assert_true(json_is_null(json_object_get(none, "url")));
    DK_AUTO_JSON json_t *wrong = facts_of("DATABASE_URL=nonsense\n", DK_SERVER_STOPPED, NULL);
    assert_null(json_object_get(wrong, "url"));
}

static void test_only_a_database_that_answers_is_healthy(void **state) {
    (void)state;
    DK_AUTO_JSON json_t *details = json_pack("{s:s}", "container", "app-db");
    DK_AUTO_JSON json_t *facts = facts_of(FAKE_ENV, DK_SERVER_READY, details);
    assert_false(dk_json_bool(facts, "healthy", true));
    assert_null(json_object_get(facts, "connections"));
    assert_null(json_object_get(facts, "kept"));
    assert_string_equal(dk_json_string(json_object_get(facts, "details"), "container", ""), "app-db");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_what_env_says), cmocka_unit_test(test_drivers),
                                       cmocka_unit_test(test_only_a_database_that_answers_is_healthy)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* plugins/server/address.c */
#include "fake_server.h"

static void expect(const char *env, const char *remembered, server_url_values values, const char *expected) {
    dk_context *context = fake_project(env);
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    bool done;
    fake.url = remembered;
    DK_AUTOFREE char *text = one_output(server_url, context, &values, &done, &error);
    if (done)
        assert_string_equal(text, expected);
    else
        assert_string_equal(error.code, expected);
    fake_free(context);
}

static void test_url(void **state) {
    (void)state;
    expect(FAKE_ENV, NULL, (server_url_values){0}, "postgresql+asyncpg://app:geheim@127.0.0.1:1/tasks\n");
    expect(FAKE_ENV, NULL, (server_url_values){.format = "libpq"},
           "postgresql://app:geheim@127.0.0.1:1/tasks\n");
    expect(FAKE_ENV, NULL, (server_url_values){.direct = true, .format = "libpq"},
           "postgresql://app:geheim@127.0.0.1:1/tasks\n");
    expect("DATABASE_URL=postgres://a:bbbb@ep-x-pooler.eu.neon.tech/d?sslmode=require\n", NULL,
           (server_url_values){.direct = true},
           "postgres://a:bbbb@ep-x.eu.neon.tech:5432/d?sslmode=require\n");
    expect("DATABASE_URL=postgres://a:bbbb@x.pooler.supabase.com:6543/d\n", NULL,
           (server_url_values){.direct = true}, "no-direct-endpoint");
    expect(FAKE_ENV, NULL, (server_url_values){.pooled = true}, "no-pooled-endpoint");
    expect(FAKE_ENV, NULL, (server_url_values){.pooled = true, .direct = true}, "usage");
}

static void test_a_url_that_the_server_remembers(void **state) {
    (void)state;
    expect(NULL, "postgresql://a:bbbb@127.0.0.1:20001/c", (server_url_values){0},
           "postgresql://a:bbbb@127.0.0.1:20001/c\n");
    expect(NULL, NULL, (server_url_values){0}, "env-missing");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_url),
                                       cmocka_unit_test(test_a_url_that_the_server_remembers)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

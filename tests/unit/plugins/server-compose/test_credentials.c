/* plugins/server-compose/credentials.c */
#include "compose_project.h"

static void test_what_the_image_makes(void **state) {
    (void)state;
    static const struct {
        const char *environment, *user, *password, *database;
    } cases[] = {
        {"{}", "postgres", NULL, "postgres"},
        {"{POSTGRES_PASSWORD: p}", "postgres", "p", "postgres"},
        {"{POSTGRES_USER: ann, POSTGRES_PASSWORD: p}", "ann", "p", "ann"},
        {"{POSTGRES_USER: ann, POSTGRES_PASSWORD: p, POSTGRES_DB: shop}", "ann", "p", "shop"},
        {"{POSTGRES_USER: '', POSTGRES_DB: shop, POSTGRES_PASSWORD_FILE: /run/x}", "postgres", NULL, "shop"},
        {"{POSTGRESQL_USERNAME: b, POSTGRESQL_PASSWORD: q, POSTGRESQL_DATABASE: d}", "b", "q", "d"}};
    for (size_t i = 0; i < DK_COUNT(cases); i++) {
        COMPOSE_SERVER_AUTO compose_server server;
        compose_credentials made;
        DK_AUTOFREE char *yaml =
            dk_format("services: {db: {image: postgres, environment: %s}}\n", cases[i].environment);
        dk_context *context = compose_context(yaml, URL_LOCAL);
        assert_true(compose_server_open(context, &server, NULL));
        compose_server_credentials(server.service, &made);
        assert_string_equal(made.user, cases[i].user);
        assert_string_equal(made.database, cases[i].database);
        assert_true(dk_streq(made.password, cases[i].password));
        fake_free(context);
    }
}

static void expect(const char *url, const char *code, const char *detail, const char *hint) {
    COMPOSE_SERVER_AUTO compose_server server;
    DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
    dk_context *context = compose_context(NULL, url);
    assert_true(compose_server_open(context, &server, NULL));
    dk_fail(&why, DK_ERROR_FAILED, code, "refused");
    compose_server_explain(&server, &why);
    if (detail) {
        assert_says(why.detail, detail);
        assert_says(why.hint, hint);
        assert_null(strstr(why.detail, "geheim"));
        assert_null(strstr(why.hint, "geheim"));
    } else {
        assert_null(why.detail);
    }
    fake_free(context);
}

static void test_explanations(void **state) {
    (void)state;
    expect(URL_LOCAL, "password-rejected", "were made with others", "\\password ann");
    expect("postgresql://ann:other@localhost:5433/shop", "password-rejected",
           "the password in the URL (.env:2) is not the one of POSTGRES_PASSWORD in compose.yml",
           "keeps the password");
    expect("postgresql://bob:geheim77@localhost:5433/shop", "password-rejected", "logs in as \"bob\"",
           "create \"bob\"");
    expect("postgresql://bob:geheim77@localhost:5433/shop", "role-missing", "makes the role \"ann\"",
           "create \"bob\"");
    expect("postgresql://ann:geheim77@localhost:5433/other", "database-missing", "makes \"shop\"",
           "createdb -U ann");
    expect(URL_LOCAL, "database-missing", "only when its volume is empty", "createdb -U ann -O ann shop");
    expect(URL_LOCAL, "not-listening", NULL, NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_what_the_image_makes),
                                       cmocka_unit_test(test_explanations)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

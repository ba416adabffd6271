/* plugins/neon/connection.c */
#include "neon_project.h"

#define URI(host) "{\"uri\":\"postgresql://app:geheim@" host "/tasks?sslmode=require\"}"

static const fake_answer answers[] = {
    {"GET", "/projects/p-1/endpoints", 200, BOTH_ENDPOINTS, NULL, 0, 0},
    {"GET", "/projects/p-1/connection_uri?branch_id=br-try-snow-2", 200, URI(OTHER_HOST), NULL, 0, 0},
    {"GET", "/projects/p-1/connection_uri", 200, URI(OTHER_HOST), NULL, 0, 0}, /* of another branch */
    {"GET", "/projects/p-1/branches/br-one/databases", 200,
     "{\"databases\":[{\"name\":\"neondb\",\"owner_name\":\"neondb_owner\"}]}", NULL, 0, 0},
    {"GET", "/projects/p-1/branches/br-two/databases", 200,
     "{\"databases\":[{\"name\":\"a\",\"owner_name\":\"x\"},{\"name\":\"b\",\"owner_name\":\"y\"}]}", NULL, 0,
     0},
};

static bool connect_to(neon_test *test, const char *branch, dk_error *error) {
    DK_AUTO_URL dk_url url = DK_URL_INIT;
    DK_AUTO_JSON json_t *json = json_pack("{s:s, s:s}", "id", branch, "name", "it");
    bool fine = neon_connection(&test->client, "p-1", json, "tasks", "app", &url, error);
    if (fine)
        assert_string_equal(dk_url_host_name(&url), OTHER_HOST);
    return fine;
}

static void test_never_another_branchs(void **state) {
    (void)state;
    neon_test test;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    neon_open(&test, "", NULL, answers, DK_COUNT(answers));
    assert_true(connect_to(&test, "br-try-snow-2", NULL));
    assert_false(connect_to(&test, "br-main-term-1", &error));
    assert_true(dk_error_is(&error, "neon-wrong-host"));
    assert_false(connect_to(&test, "br-bare", &error));
    assert_true(dk_error_is(&error, "neon-no-compute"));
    neon_close(&test);
}

static void expect_login(neon_test *test, const neon_place *place, const char *branch, const char *database,
                         const char *role, const char *expected) {
    DK_AUTO_JSON json_t *json = json_pack("{s:s}", "id", branch);
    DK_AUTOFREE char *used = NULL;
    DK_AUTOFREE char *user = NULL;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    bool fine = neon_login(&test->client, place, json, database, role, &used, &user, &error);
    DK_AUTOFREE char *found = fine ? dk_format("%s %s", used, user) : dk_strdup(error.code);
    assert_string_equal(found, expected);
}

static void test_login(void **state) {
    (void)state;
    neon_test test;
    char project[] = "p-1", endpoint[] = "ep-1";
    const neon_place here = {.project = project, .endpoint = endpoint}, away = {.project = project};
    neon_open(&test, "", NEON_ENV, answers, DK_COUNT(answers));
    expect_login(&test, &here, "br-one", NULL, NULL, "tasks app"); /* the application's own */
    expect_login(&test, &here, "br-one", "other", NULL, "other app");
    expect_login(&test, &away, "br-one", NULL, NULL, "neondb neondb_owner"); /* there is only one */
    expect_login(&test, &away, "br-one", NULL, "me", "neondb me");
    expect_login(&test, &away, "br-two", "b", NULL, "b y");
    expect_login(&test, &away, "br-two", NULL, NULL, "neon-database-missing");
    expect_login(&test, &away, "br-two", "c", NULL, "neon-database-missing");
    neon_close(&test);
}

MAIN(cmocka_unit_test(test_never_another_branchs), cmocka_unit_test(test_login))

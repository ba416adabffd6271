/* plugins/kit/pg/provision.c, on a real server */
#include "cluster.h"

static bool provision(const char *text, bool *changed) {
    DK_AUTO_URL dk_url url = DK_URL_INIT;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    pg_server_facts facts = {0};
    PG_AUTO_CONNECTION pg_connection *admin = cluster_connect(false);
    assert_true(dk_url_parse(text, &url, NULL));
    *changed = false;
    pg_provision_request request = {.admin_role = "postgres", .url = &url, .fresh = true};
    bool done = pg_provision(admin, &request, &facts, changed, &error);
    if (!done)
        print_message("%s\n", error.message);
    assert_true(!done || (facts.version >= 100000 && facts.start_time[0]));
    return done;
}

static void test_made_true_once(void **state) {
    (void)state;
    bool changed = false;
    assert_true(provision("postgresql://ann:\"it's\"@localhost/\"shop\"", &changed));
    assert_true(changed);
    assert_true(provision("postgresql://ann:other@localhost/\"shop\"", &changed));
    assert_false(changed); /* a password can't be compared; the login tells */
    PG_AUTO_CONNECTION pg_connection *admin = cluster_connect(false);
    expect_answer(admin,
                  "SELECT rolcanlogin AND rolcreatedb AND NOT rolsuper FROM pg_roles WHERE rolname = 'ann'",
                  "t");
    expect_answer(admin, "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = '\"shop\"'", "ann");
}

static void test_password(void **state) {
    (void)state;
    DK_AUTO_URL dk_url url = DK_URL_INIT;
    bool changed = false;
    assert_true(dk_url_parse("postgresql://asked:first@localhost/asked", &url, NULL));
    assert_true(provision("postgresql://asked:first@localhost/asked", &changed));
    PG_AUTO_CONNECTION pg_connection *admin = cluster_connect(false);
    free(url.password);
    url.password = dk_strdup("second");
    assert_true(pg_set_password(admin, &url, NULL));
    DK_AUTO_CONNINFO dk_conninfo conninfo = DK_CONNINFO_INIT;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    dk_url_conninfo(&url, &conninfo);
    const char *port = dk_conninfo_get(&cluster.socket, "port");
    dk_conninfo_set(&conninfo, "host", "127.0.0.1");
    dk_conninfo_set(&conninfo, "port", port);
    PG_AUTO_CONNECTION pg_connection *asked = pg_connect(&conninfo, NULL, NULL, &error);
    assert_non_null(asked);
    dk_conninfo_set(&conninfo, "password", "first");
    assert_null(pg_connect(&conninfo, NULL, NULL, &error));
    assert_true(dk_error_is(&error, "password-rejected"));
}

/* What an administrator's tool made belongs to the URL's role afterwards. */
static void test_nobodys_database(void **state) {
    (void)state;
    bool changed = false;
    PG_AUTO_CONNECTION pg_connection *admin = cluster_connect(false);
    run_sql(admin, "CREATE DATABASE made_before");
    assert_true(provision("postgresql://ben:x@localhost/made_before", &changed));
    assert_true(changed);
    expect_answer(admin, "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'made_before'",
                  "ben");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_made_true_once), cmocka_unit_test(test_password),
                                       cmocka_unit_test(test_nobodys_database)};
    return cmocka_run_group_tests(tests, cluster_start, cluster_stop);
}

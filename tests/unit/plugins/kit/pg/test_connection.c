#include "cluster.h"

static void test_connects(void **state) {
    (void)state;
    PG_AUTO_CONNECTION pg_connection *connection = cluster_connect(false);
    assert_true(pg_server_version(connection) >= 150000);
    assert_true(pg_backend_pid(connection) > 0);
    assert_true(pg_is_alive(connection));
    expect_answer(connection, "show search_path", "pg_catalog");
    expect_answer(connection, "show application_name", "devkit");
    expect_answer(connection, "show client_encoding", "UTF8");
    expect_answer(connection, "show client_connection_check_interval", "100ms");
    expect_answer(connection, "show idle_in_transaction_session_timeout", "1min");
    expect_answer(connection, "show standard_conforming_strings", "on");
}

/* The session's own settings win over those of the role; a plain session has the role's. */
static void test_settings_of_the_role(void **state) {
    (void)state;
    PG_AUTO_CONNECTION pg_connection *admin = cluster_connect(false);
    run_sql(admin, "create role strict login superuser; alter role strict set statement_timeout = '7s';"
                   "alter role strict set default_transaction_read_only = on");
    DK_AUTO_CONNINFO dk_conninfo conninfo = DK_CONNINFO_INIT;
    dk_conninfo_copy(&conninfo, &cluster.socket);
    dk_conninfo_set(&conninfo, "user", "strict");
    pg_options options = {.statement_timeout_ms = 1234, .lock_timeout_ms = 55};
    PG_AUTO_CONNECTION pg_connection *own = pg_connect(&conninfo, NULL, &options, NULL);
    assert_non_null(own);
    expect_answer(own, "show statement_timeout", "1234ms");
    expect_answer(own, "show lock_timeout", "55ms");
    expect_answer(own, "show default_transaction_read_only", "off");
    options.plain = true;
    PG_AUTO_CONNECTION pg_connection *plain = pg_connect(&conninfo, NULL, &options, NULL);
    assert_non_null(plain);
    expect_answer(plain, "show statement_timeout", "7s");
    expect_answer(plain, "show default_transaction_read_only", "on");
}

static void test_keeps_given_options(void **state) {
    (void)state;
    DK_AUTO_CONNINFO dk_conninfo conninfo = DK_CONNINFO_INIT;
    dk_conninfo_copy(&conninfo, &cluster.socket);
    dk_conninfo_set(&conninfo, "options", "-c work_mem=5MB");
    PG_AUTO_CONNECTION pg_connection *connection = pg_connect(&conninfo, "template1", NULL, NULL);
    assert_non_null(connection);
    expect_answer(connection, "show work_mem", "5MB");
    expect_answer(connection, "show search_path", "pg_catalog");
    expect_answer(connection, "select current_database()", "template1");
}

/* PGHOSTADDR and PGSERVICE of the environment would lead elsewhere than conninfo says. */
static void test_environment_does_not_redirect(void **state) {
    (void)state;
    setenv("PGHOSTADDR", "192.0.2.1", 1);
    setenv("PGSERVICE", "production", 1);
    PG_AUTO_CONNECTION pg_connection *connection = cluster_connect(false);
    assert_true(pg_is_alive(connection));
}

/* In two halves; and what began but came to nothing is tried anew, with the cause when that fails, too. */
static void test_in_two_halves(void **state) {
    (void)state;
    pg_connection *started = pg_connect_start(&cluster.socket, "template1", NULL);
    PG_AUTO_CONNECTION pg_connection *ready =
        pg_connect_finish(started, &cluster.socket, "template1", NULL, NULL);
    assert_non_null(ready);
    expect_answer(ready, "select current_database()", "template1");
    pg_close(pg_connect_start(&cluster.socket, NULL, NULL)); /* not wanted any more */
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    started = pg_connect_start(&cluster.socket, "nowhere", NULL);
    assert_null(pg_connect_finish(started, &cluster.socket, "nowhere", NULL, &error));
    assert_string_equal(error.code, "database-missing");
    DK_AUTO_CONNINFO dk_conninfo elsewhere = DK_CONNINFO_INIT;
    dk_conninfo_set(&elsewhere, "host", "/nowhere");
    started = pg_connect_start(&elsewhere, NULL, NULL);
    PG_AUTO_CONNECTION pg_connection *anew = pg_connect_finish(started, &cluster.socket, NULL, NULL, NULL);
    assert_non_null(anew);
}

static void test_is_alive_sees_the_end(void **state) {
    (void)state;
    PG_AUTO_CONNECTION pg_connection *victim = cluster_connect(false);
    PG_AUTO_CONNECTION pg_connection *killer = cluster_connect(false);
    assert_true(pg_is_alive(victim));
    assert_true(pg_runf(killer, NULL, "select pg_terminate_backend(%d)", pg_backend_pid(victim)));
    for (int i = 0; i < 200 && pg_is_alive(victim); i++)
        usleep(10 * 1000);
    assert_false(pg_is_alive(victim));
}

static void count_notice(void *data, const char *severity, const char *message) {
    dk_strv_addf(data, "%s: %s", severity, message);
}

static void test_notices_are_collected(void **state) {
    (void)state;
    DK_AUTO_STRV dk_strv notices = DK_STRV_INIT;
    PG_AUTO_CONNECTION pg_connection *connection = cluster_connect(false);
    run_sql(connection, "do $$ begin raise notice 'unheard'; end $$");
    pg_on_notice(connection, count_notice, &notices);
    run_sql(connection, "do $$ begin raise warning 'heard'; end $$");
    assert_int_equal(notices.count, 1);
    assert_string_equal(notices.items[0], "WARNING: heard");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_connects),
        cmocka_unit_test(test_settings_of_the_role),
        cmocka_unit_test(test_keeps_given_options),
        cmocka_unit_test(test_environment_does_not_redirect),
        cmocka_unit_test(test_in_two_halves),
        cmocka_unit_test(test_is_alive_sees_the_end),
        cmocka_unit_test(test_notices_are_collected),
    };
    return cmocka_run_group_tests(tests, cluster_start, cluster_stop);
}

#include "cluster.h"

static void tcp(dk_conninfo *conninfo, const char *user, const char *password) {
    DK_AUTOFREE char *port = dk_format("%d", cluster.port);
    dk_conninfo_set(conninfo, "host", "127.0.0.1");
    dk_conninfo_set(conninfo, "port", port);
    dk_conninfo_set(conninfo, "user", user);
    dk_conninfo_set(conninfo, "dbname", "postgres");
    if (password)
        dk_conninfo_set(conninfo, "password", password);
}

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

static void expect_failure(const dk_conninfo *conninfo, const char *code, const char *sqlstate,
                           const char *detail) {
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    pg_options options = {.connect_timeout_ms = 5000};
    pg_connection *connection = pg_connect(conninfo, NULL, &options, &error);
    assert_null(connection);
    assert_string_equal(error.code, code);
    assert_string_equal(error.sqlstate, sqlstate);
    assert_contains(error.detail, detail);
    assert_contains(error.message, "could not connect to database");
    if (strcmp(code, "connection-failed") != 0)
        assert_non_null(error.hint);
}

static void test_failures_by_cause(void **state) {
    (void)state;
    PG_AUTO_CONNECTION pg_connection *admin = cluster_connect(false);
    run_sql(admin,
            "create role asked login password 'right'; create role unwanted login; create role nologin");
    static const struct {
        const char *user, *password, *database, *code, *sqlstate, *detail;
    } rows[] = {
        {"asked", "wrong", "postgres", "password-rejected", "28P01", "password authentication failed"},
        {"asked", NULL, "postgres", "password-rejected", "", "asks for a password"},
        {"unwanted", NULL, "postgres", "hba-rejected", "28000", "pg_hba.conf"},
        {"nobody-here", NULL, "postgres", "role-missing", "28000", "does not exist"},
        {"nologin", NULL, "postgres", "connection-failed", "28000", "not permitted to log in"},
        {"postgres", NULL, "nothing", "database-missing", "3D000", "does not exist"},
    };
    unsetenv("PGPASSWORD");
    for (size_t i = 0; i < DK_COUNT(rows); i++) {
        DK_AUTO_CONNINFO dk_conninfo conninfo = DK_CONNINFO_INIT;
        tcp(&conninfo, rows[i].user, rows[i].password);
        dk_conninfo_set(&conninfo, "dbname", rows[i].database);
        expect_failure(&conninfo, rows[i].code, rows[i].sqlstate, rows[i].detail);
    }
    DK_AUTO_CONNINFO dk_conninfo right = DK_CONNINFO_INIT;
    tcp(&right, "asked", "right");
    PG_AUTO_CONNECTION pg_connection *connection = pg_connect(&right, NULL, NULL, NULL);
    assert_non_null(connection);
}

static void test_nobody_listens(void **state) {
    (void)state;
    DK_AUTO_CONNINFO dk_conninfo conninfo = DK_CONNINFO_INIT;
    DK_AUTOFREE char *port = dk_format("%d", free_port());
    tcp(&conninfo, "postgres", NULL);
    dk_conninfo_set(&conninfo, "port", port);
    expect_failure(&conninfo, "not-listening", "", "refused");
    dk_conninfo_set(&conninfo, "host", "/nowhere");
    expect_failure(&conninfo, "not-listening", "", "No such file");
}

/* A port that accepts and says nothing. */
static void test_silent_server(void **state) {
    (void)state;
    DK_AUTO_CONNINFO dk_conninfo conninfo = DK_CONNINFO_INIT;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, length), 0);
    assert_int_equal(listen(fd, 1), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &length), 0);
    tcp(&conninfo, "postgres", NULL);
    DK_AUTOFREE char *port = dk_format("%d", ntohs(address.sin_port));
    dk_conninfo_set(&conninfo, "port", port);
    int64_t before = dk_now_ms();
    assert_null(pg_connect(&conninfo, NULL, &(pg_options){.connect_timeout_ms = 200}, &error));
    assert_string_equal(error.code, "connection-failed");
    assert_contains(error.detail, "no answer within 200 ms");
    assert_in_range(dk_now_ms() - before, 190, 5000);
    close(fd);
}

static void test_too_many_connections(void **state) {
    (void)state;
    pg_connection *connections[40] = {0};
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    size_t count = 0;
    while (count < DK_COUNT(connections) &&
           (connections[count] = pg_connect(&cluster.socket, NULL, NULL, &error)))
        count++;
    assert_string_equal(error.code, "too-many-connections");
    assert_string_equal(error.sqlstate, "53300");
    for (size_t i = 0; i < count; i++)
        pg_close(connections[i]);
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
        cmocka_unit_test(test_failures_by_cause),
        cmocka_unit_test(test_nobody_listens),
        cmocka_unit_test(test_silent_server),
        cmocka_unit_test(test_too_many_connections),
        cmocka_unit_test(test_is_alive_sees_the_end),
        cmocka_unit_test(test_notices_are_collected),
    };
    return cmocka_run_group_tests(tests, cluster_start, cluster_stop);
}

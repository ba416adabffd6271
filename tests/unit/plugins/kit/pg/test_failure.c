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
    assert_string_equal(error.code, "not-answering");
    assert_contains(error.detail, "accepts connections, but did not answer within 200 ms");
    assert_in_range(dk_now_ms() - before, 190, 5000);
    close(fd);
}

/* A login and then silence: the statement is waited for as long as was asked. */
static void test_silent_session(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    pg_options options = {.answer_timeout_ms = 200};
    PG_AUTO_CONNECTION pg_connection *connection = pg_connect(&cluster.socket, NULL, &options, NULL);
    assert_true(pg_run(connection, "select pg_sleep(0.01)", NULL, &error));
    int64_t before = dk_now_ms();
    assert_false(pg_run(connection, "select pg_sleep(20)", NULL, &error));
    assert_string_equal(error.code, "not-answering");
    assert_contains(error.message, "did not answer a query within 200 ms");
    assert_in_range(dk_now_ms() - before, 190, 5000);
    assert_false(pg_query(connection, "select 1", NULL, 0, NULL, &error));
    assert_string_equal(error.code, "connection-busy");
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

/* A statement's failure keeps what PostgreSQL said; one without a server's answer says what libpq knows. */
static void test_failed_statement(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    PG_AUTO_CONNECTION pg_connection *connection = cluster_connect(false);
    assert_false(pg_run(connection, "select * from nowhere", NULL, &error));
    assert_string_equal(error.sqlstate, "42P01");
    assert_string_equal(error.message, "relation \"nowhere\" does not exist");
    assert_null(error.detail);
    assert_false(pg_run(connection, "select 1 from pg_terminate_backend(pg_backend_pid())", NULL, NULL));
    assert_false(pg_run(connection, "select 1", NULL, &error));
    assert_string_equal(error.code, "connection-lost");
    assert_contains(error.hint, "devkit logs");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_failures_by_cause),    cmocka_unit_test(test_nobody_listens),
        cmocka_unit_test(test_silent_server),        cmocka_unit_test(test_silent_session),
        cmocka_unit_test(test_too_many_connections), cmocka_unit_test(test_failed_statement),
    };
    return cmocka_run_group_tests(tests, cluster_start, cluster_stop);
}

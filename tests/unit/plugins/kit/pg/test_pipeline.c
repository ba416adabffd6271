#include "cluster.h"

static void test_results_in_order(void **state) {
    (void)state;
    PG_AUTO_CONNECTION pg_connection *connection = cluster_connect(false);
    static const char *const sql[] = {"create temporary table p(n int)", "insert into p values (1), (2)",
                                      "select sum(n) from p", "select 'x' where false"};
    pg_result *results[DK_COUNT(sql)];
    assert_true(pg_pipeline(connection, sql, DK_COUNT(sql), results, NULL));
    assert_int_equal(pg_int(results[2], 0, 0), 3);
    assert_int_equal(pg_rows(results[3]), 0);
    for (size_t i = 0; i < DK_COUNT(sql); i++)
        pg_result_free(results[i]);
    expect_answer(connection, "select count(*) from p", "2");
    assert_true(pg_pipeline(connection, sql + 1, 1, NULL, NULL)); /* results thrown away */
    assert_true(pg_pipeline(connection, NULL, 0, NULL, NULL));
    expect_answer(connection, "select count(*) from p", "4");
}

static void test_failure_undoes_all(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    PG_AUTO_CONNECTION pg_connection *connection = cluster_connect(false);
    static const char *const sql[] = {"create table public.undone(n int)", "select 1/0", "select 2"};
    pg_result *results[3] = {NULL, NULL, NULL};
    assert_false(pg_pipeline(connection, sql, 3, results, &error));
    assert_string_equal(error.sqlstate, "22012");
    assert_null(results[0]);
    expect_answer(connection, "select count(*) from pg_class where relname = 'undone'", "0");
}

static void test_many(void **state) {
    (void)state;
    enum { COUNT = 5000 };
    PG_AUTO_CONNECTION pg_connection *connection = cluster_connect(false);
    static const char *sql[COUNT];
    static pg_result *results[COUNT];
    for (size_t i = 0; i < COUNT; i++)
        sql[i] = "select repeat('x', 1000)";
    assert_true(pg_pipeline(connection, sql, COUNT, results, NULL));
    for (size_t i = 0; i < COUNT; i++) {
        assert_int_equal(strlen(pg_value(results[i], 0, 0)), 1000);
        pg_result_free(results[i]);
    }
}

static void test_lost_connection(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    PG_AUTO_CONNECTION pg_connection *connection = cluster_connect(false);
    static const char *const sql[] = {"select pg_terminate_backend(pg_backend_pid())", "select 2"};
    assert_false(pg_pipeline(connection, sql, 2, NULL, &error));
    assert_string_equal(error.code, "connection-lost");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_results_in_order),
        cmocka_unit_test(test_failure_undoes_all),
        cmocka_unit_test(test_many),
        cmocka_unit_test(test_lost_connection),
    };
    return cmocka_run_group_tests(tests, cluster_start, cluster_stop);
}

#include "cluster.h"

#include "base/signal.h"

static pg_connection *session;

static int setup(void **state) {
    (void)state;
    session = cluster_connect(false);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    pg_close(session);
    signal_reset();
    return 0;
}

static void test_values(void **state) {
    (void)state;
    PG_AUTO_RESULT pg_result *result = NULL;
    assert_true(pg_run(session,
                       "select 1; select 7::bigint, null, true, 'x' union all select -8, 'a', false, ''",
                       &result, NULL));
    assert_int_equal(pg_rows(result), 2);
    assert_int_equal(pg_columns(result), 4);
    assert_int_equal(pg_int(result, 0, 0), 7);
    assert_int_equal(pg_int(result, 1, 0), -8);
    assert_null(pg_value(result, 0, 1));
    assert_int_equal(pg_int(result, 0, 1), 0);
    assert_true(pg_bool(result, 0, 2));
    assert_false(pg_bool(result, 1, 2));
    assert_string_equal(pg_value(result, 1, 3), "");
    assert_null(pg_value(result, 2, 0));
    assert_null(pg_value(result, 0, 4));
}

static void test_parameters(void **state) {
    (void)state;
    PG_AUTO_RESULT pg_result *result = NULL;
    const char *const parameters[] = {"it's \\ \"", NULL};
    assert_true(pg_query(session, "select $1::text, $2::int is null", parameters, 2, &result, NULL));
    assert_string_equal(pg_value(result, 0, 0), "it's \\ \"");
    assert_true(pg_bool(result, 0, 1));
}

static void test_quoting_is_read_back(void **state) {
    (void)state;
    static const char *const texts[] = {"it's", "a\\'b\\\\", "", "\n\t", "$$"};
    for (size_t i = 0; i < DK_COUNT(texts); i++) {
        DK_AUTO_BUF dk_buf sql = DK_BUF_INIT;
        dk_buf_add(&sql, "select ");
        pg_quote_literal(&sql, texts[i]);
        dk_buf_add(&sql, " as ");
        pg_quote_identifier(&sql, "a \"b\" c");
        expect_answer(session, dk_buf_text(&sql), texts[i]);
    }
}

static void test_errors(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    run_sql(session,
            "create table public.unique_numbers(n int unique); insert into public.unique_numbers values (1)");
    assert_false(pg_run(session, "insert into public.unique_numbers values (1)", NULL, &error));
    assert_string_equal(error.code, "sql-failed");
    assert_string_equal(error.sqlstate, "23505");
    assert_contains(error.message, "duplicate key value");
    assert_contains(error.detail, "Key (n)=(1)");
    assert_false(
        pg_run(session, "do $$ begin raise exception 'no' using hint = 'ask'; end $$", NULL, &error));
    assert_string_equal(error.message, "no");
    assert_string_equal(error.hint, "ask");
    assert_contains(error.detail, "PL/pgSQL function");
    expect_answer(session, "select 1", "1"); /* the session goes on */
}

/* COPY can't be served by pg_run, but must neither hang nor spoil the session. */
static void test_copy_does_not_hang(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    run_sql(session, "create temporary table copied(n int)");
    assert_false(pg_run(session, "copy copied from stdin", NULL, &error));
    assert_string_equal(error.sqlstate, "57014");
    assert_true(pg_run(session, "copy (select generate_series(1, 100000)) to stdout", NULL, NULL));
    expect_answer(session, "select 1", "1");
}

static void test_large_message(void **state) {
    (void)state;
    DK_AUTO_BUF dk_buf sql = DK_BUF_INIT;
    dk_buf_add(&sql, "select length('");
    for (int i = 0; i < 200000; i++)
        dk_buf_add(&sql, "0123456789012345678901234567890123456789");
    dk_buf_add(&sql, "')");
    expect_answer(session, dk_buf_text(&sql), "8000000");
}

static void test_send_and_finish(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    PG_AUTO_RESULT pg_result *result = NULL;
    bool done = true;
    assert_true(pg_send(session, "select pg_sleep(0.3), 5", &error));
    assert_true(pg_finish(session, 20, &done, &result, &error));
    assert_false(done);
    assert_false(pg_run(session, "select 1", NULL, &error));
    assert_string_equal(error.code, "connection-busy");
    assert_true(pg_finish(session, -1, &done, &result, NULL));
    assert_true(done);
    assert_int_equal(pg_int(result, 0, 1), 5);
}

static void test_cancel(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    bool done;
    assert_true(pg_send(session, "select pg_sleep(60)", NULL));
    assert_true(pg_finish(session, 50, &done, NULL, NULL));
    pg_cancel(session);
    assert_false(pg_finish(session, 20000, &done, NULL, &error));
    assert_string_equal(error.sqlstate, "57014");
    expect_answer(session, "select 1", "1");
}

static void test_interruption(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    signal_install();
    int64_t before = dk_now_ms();
    pid_t child = fork();
    if (child == 0) {
        usleep(200 * 1000);
        kill(getppid(), SIGINT);
        _exit(0);
    }
    assert_false(pg_run(session, "select pg_sleep(60)", NULL, &error));
    assert_string_equal(error.code, "interrupted");
    assert_true(dk_now_ms() - before < 20000);
    assert_false(pg_run(session, "select 1", NULL, &error));
    assert_string_equal(error.code, "interrupted");
    pg_ignore_interruption(session, true);
    expect_answer(session, "select 1", "1"); /* whoever cleans up may */
    waitpid(child, NULL, 0);
}

static void test_lost_connection(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    assert_false(pg_run(session, "select pg_terminate_backend(pg_backend_pid())", NULL, &error));
    assert_string_equal(error.code, "connection-lost");
    assert_string_equal(error.sqlstate, "57P01");
    assert_false(pg_run(session, "select 1", NULL, &error));
    assert_string_equal(error.code, "connection-lost");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_values, setup, teardown),
        cmocka_unit_test_setup_teardown(test_parameters, setup, teardown),
        cmocka_unit_test_setup_teardown(test_quoting_is_read_back, setup, teardown),
        cmocka_unit_test_setup_teardown(test_errors, setup, teardown),
        cmocka_unit_test_setup_teardown(test_copy_does_not_hang, setup, teardown),
        cmocka_unit_test_setup_teardown(test_large_message, setup, teardown),
        cmocka_unit_test_setup_teardown(test_send_and_finish, setup, teardown),
        cmocka_unit_test_setup_teardown(test_cancel, setup, teardown),
        cmocka_unit_test_setup_teardown(test_interruption, setup, teardown),
        cmocka_unit_test_setup_teardown(test_lost_connection, setup, teardown),
    };
    return cmocka_run_group_tests(tests, cluster_start, cluster_stop);
}

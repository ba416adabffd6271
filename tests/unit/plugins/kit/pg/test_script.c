#include "cluster.h"

#include "base/signal.h"

static pg_connection *session;

static int setup(void **state) {
    (void)state;
    session = cluster_connect(true);
    run_sql(session, "drop schema public cascade; create schema public");
    return 0;
}

static int teardown(void **state) {
    (void)state;
    pg_close(session);
    signal_reset();
    return 0;
}

static bool run(const char *text, bool transaction, dk_error *error) {
    const pg_script_options options = {.shown_path = "m/1.sql", .transaction = transaction};
    return pg_script_run(session, text, strlen(text), &options, error);
}

static void must_run(const char *text, bool transaction) {
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    if (!run(text, transaction, &error))
        fail_msg("%s: %s", error.message, error.detail ? error.detail : "");
}

static void test_runs(void **state) {
    (void)state;
    must_run("", true);
    must_run("-- nothing\n", false);
    must_run("create table t(n int);\ninsert into t values (1);\n\ninsert into t select 2; -- end", true);
    expect_answer(session, "select sum(n) from t", "3");
    must_run("vacuum t; create index concurrently on t(n);", false);
    must_run("create function f() returns int language sql begin atomic select 1; end; select f();", true);
}

static void expect_error(const char *text, bool transaction, const char *message, const char *detail) {
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    assert_false(run(text, transaction, &error));
    if (!dk_starts_with(error.message, message))
        fail_msg("\"%s\" instead of \"%s\"", error.message, message);
    if (detail)
        assert_contains(error.detail, detail);
    expect_answer(session, "select 1", "1"); /* no transaction is left open and failed */
}

static void test_places_of_errors(void **state) {
    (void)state;
    for (int transaction = 0; transaction < 2; transaction++) {
        expect_error("select 1;\nselect *\n  form t;\nselect 2;", transaction,
                     "m/1.sql:3:3: syntax error at or near \"form\"", "    3 |   form t\n      |   ^");
        expect_error("select '\xC3\xA4\xE2\x82\xAC';\n/* \xC3\xA4 */ select '\xC3\xA4', missing;",
                     transaction, "m/1.sql:2:21: column \"missing\" does not exist", NULL);
        expect_error("select 1;\n\n  select\n 1/0;\nselect 2", transaction, "m/1.sql:3:3: division by zero",
                     "    3 | select\n    4 |  1/0");
        expect_error(
            "create table u(n int unique);\ninsert into u values (1);\ninsert into u values (1);drop table u",
            transaction, "m/1.sql:3:1: duplicate key", "Key (n)=(1) already exists");
        run_sql(session, "drop table if exists u");
        expect_error("\n do $$ begin\n perform missing(); end $$", transaction,
                     "m/1.sql:2:2: function missing()", "PL/pgSQL function");
        expect_error("select 1;\n select 'a", transaction, "m/1.sql:2:9: unclosed string", NULL);
        expect_error("create temporary table c(n int); copy c from\n stdin (format binary);", transaction,
                     "m/1.sql:1: needs psql", NULL);
    }
}

static void test_hint_and_state(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    run_sql(session, "create table t(name int)");
    assert_false(run("select nam from t", true, &error));
    assert_string_equal(error.code, "sql-failed");
    assert_string_equal(error.sqlstate, "42703");
    assert_contains(error.hint, "t.name");
}

static void test_first_line(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    const pg_script_options options = {.shown_path = "x.sql", .first_line = 40, .transaction = true};
    assert_false(pg_script_run(session, "\nselect x", 9, &options, &error));
    assert_true(dk_starts_with(error.message, "x.sql:41:8: "));
    assert_contains(error.detail, "   41 | select x");
}

/* Nothing of a failed script stays; a script outside a transaction keeps what went before. */
static void test_all_or_nothing(void **state) {
    (void)state;
    expect_error("create table a1(); select 1/0", true, "m/1.sql:1:20: division", NULL);
    expect_error("create table a2(); select 1/0", false, "m/1.sql:1:20: division", NULL);
    expect_answer(session, "select string_agg(relname, ',') from pg_class where relname in ('a1', 'a2')",
                  "a2");
}

static void test_bookkeeping(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    run_sql(session, "create table done(name text primary key)");
    pg_script_options options = {
        .shown_path = "m/1.sql", .transaction = true, .before_commit = "insert into done values ('1')"};
    assert_true(pg_script_run(session, "create table b1()", 17, &options, NULL));
    assert_false(pg_script_run(session, "create table b2()", 17, &options, &error));
    assert_contains(error.message, "noting it as done failed: duplicate key");
    options.before_commit = "insert into done values ('2')";
    static const char own[] = "begin; create table b3(); commit;";
    assert_true(pg_script_run(session, own, strlen(own), &options, NULL));
    static const char failing[] = "begin; create table b4(); select 1/0; commit;";
    options.before_commit = "insert into done values ('3')";
    assert_false(pg_script_run(session, failing, strlen(failing), &options, NULL));
    expect_answer(session, "select string_agg(name, ',' order by name) from done", "1,2");
    expect_answer(session,
                  "select string_agg(relname, ',' order by relname) from pg_class where relname ~ '^b\\d$'",
                  "b1,b3");
}

static void expect_no_table(const char *name) {
    DK_AUTOFREE char *sql = dk_format("select to_regclass('%s') is null", name);
    expect_answer(session, sql, "t");
}

/* Found before anything runs: what stands before a COMMIT could not be taken back any more. */
static void test_transaction_ended_by_script(void **state) {
    (void)state;
    static const char *const endings[] = {"commit",
                                          "END",
                                          "abort",
                                          "Rollback",
                                          "rollback work",
                                          "commit and chain",
                                          "prepare transaction 'x'",
                                          "rollback and chain"};
    for (size_t i = 0; i < DK_COUNT(endings); i++) {
        DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
        DK_AUTOFREE char *text = dk_format("create table e();\n %s;\nselect 1;", endings[i]);
        assert_false(run(text, true, &error));
        assert_string_equal(error.code, "transaction-ended");
        assert_contains(error.message, "m/1.sql:2:2: ");
        assert_contains(error.hint, "transaction:false");
        expect_no_table("e");
        DK_AUTOFREE char *twice =
            dk_format("begin;create table e();%s; begin;\n select 1/0;\ncommit;", endings[i]);
        assert_false(run(twice, true, NULL));
        expect_no_table("e");
    }
    must_run("savepoint a; rollback to savepoint a; rollback work to a; rollback transaction to a; set local "
             "work_mem = '5MB'; prepare work as select 1; select 1",
             true);
    must_run("begin; create table chained(); commit and chain;", true);
    expect_answer(session, "select count(*) from chained", "0");
    assert_false(pg_run(session, "savepoint open", NULL, NULL)); /* only within a transaction */
}

static void test_transaction_left_open_by_script(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    assert_false(run("create table f();\nbegin;\ncreate table g();", false, &error));
    assert_string_equal(error.code, "transaction-open");
    assert_contains(error.hint, "COMMIT");
    expect_answer(session, "select to_regclass('f') is null, now() = statement_timestamp()", "f");
    expect_no_table("g");
    must_run("begin; create table g(); commit;", false);
}

static void test_copy_to_stdout_does_not_hang(void **state) {
    (void)state;
    for (int transaction = 0; transaction < 2; transaction++) {
        must_run("copy (select generate_series(1, 100000)) to stdout; create table after_copy();",
                 transaction);
        run_sql(session, "drop table after_copy");
    }
}

static void test_bytes_that_are_no_utf8(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    assert_false(run("select 1;\nselect 'fa\xC3\xA7"
                     "ade';\nselect 'gar\xE7on';\n",
                     true, &error));
    assert_string_equal(error.sqlstate, "22021");
    assert_true(dk_starts_with(error.message, "m/1.sql:3:12: invalid byte sequence"));
    assert_contains(error.hint, "UTF-8");
    must_run("set client_encoding = 'LATIN1';\nselect 'gar\xE7on';\nreset client_encoding;", true);
}

static void test_deferred_constraint(void **state) {
    (void)state;
    expect_error("create table d(n int primary key, m int references d deferrable initially deferred);"
                 "insert into d values (1, 7);",
                 true, "m/1.sql: insert or update on table \"d\" violates foreign key", NULL);
}

static void test_many_statements(void **state) {
    (void)state;
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    dk_buf_add(&text, "create table many(n int primary key);\n");
    for (int i = 0; i < 20000; i++)
        dk_buf_addf(&text, "insert into many values (%d);\n", i);
    int64_t before = dk_now_ms();
    must_run(dk_buf_text(&text), true);
    print_message("20,000 INSERTs: %d ms\n", (int)(dk_now_ms() - before));
    expect_answer(session, "select count(*) from many", "20000");
    run_sql(session, "drop table many");
    dk_buf_add(&text, "insert into many values (17000), (30000);\n");
    expect_error(dk_buf_text(&text), true, "m/1.sql:20002:1: duplicate key", "(17000)");
}

static void test_interrupted(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    signal_install();
    pid_t child = fork();
    if (child == 0) {
        usleep(200 * 1000);
        kill(getppid(), SIGINT);
        _exit(0);
    }
    assert_false(run("create table interrupted(); select pg_sleep(60)", true, &error));
    waitpid(child, NULL, 0);
    assert_string_equal(error.code, "interrupted");
    signal_reset();
    expect_answer(session, "select count(*) from pg_class where relname = 'interrupted'", "0");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_runs, setup, teardown),
        cmocka_unit_test_setup_teardown(test_places_of_errors, setup, teardown),
        cmocka_unit_test_setup_teardown(test_hint_and_state, setup, teardown),
        cmocka_unit_test_setup_teardown(test_first_line, setup, teardown),
        cmocka_unit_test_setup_teardown(test_all_or_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bookkeeping, setup, teardown),
        cmocka_unit_test_setup_teardown(test_transaction_ended_by_script, setup, teardown),
        cmocka_unit_test_setup_teardown(test_transaction_left_open_by_script, setup, teardown),
        cmocka_unit_test_setup_teardown(test_copy_to_stdout_does_not_hang, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bytes_that_are_no_utf8, setup, teardown),
        cmocka_unit_test_setup_teardown(test_deferred_constraint, setup, teardown),
        cmocka_unit_test_setup_teardown(test_many_statements, setup, teardown),
        cmocka_unit_test_setup_teardown(test_interrupted, setup, teardown),
    };
    return cmocka_run_group_tests(tests, cluster_start, cluster_stop);
}

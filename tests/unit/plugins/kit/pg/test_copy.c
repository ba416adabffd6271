#include "cluster.h"

#include "base/signal.h"

#include <sys/resource.h>

static pg_connection *session;
static char *folder;

static int setup(void **state) {
    (void)state;
    session = cluster_connect(true);
    folder = make_scratch();
    run_sql(session,
            "drop schema public cascade; create schema public; create table tasks(id int, name text, n int)");
    return 0;
}

static int teardown(void **state) {
    (void)state;
    pg_close(session);
    dk_remove_tree(folder, NULL);
    free(folder);
    signal_reset();
    return 0;
}

static bool copy_file(const char *table, const char *name, int64_t *rows, dk_error *error) {
    DK_AUTOFREE char *path = dk_path_join(folder, name);
    DK_AUTOFREE char *shown = dk_format("seeds/%s", name);
    return pg_copy_csv(session, table, path, shown, NULL, rows, error);
}

static void expect_rows(const char *table, const char *text, int64_t count) {
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    int64_t rows = -1;
    write_text(folder, "tasks.csv", text);
    if (!copy_file(table, "tasks.csv", &rows, &error))
        fail_msg("%s: %s", error.message, error.detail ? error.detail : "");
    assert_int_equal(rows, count);
}

static void test_rows_go_in(void **state) {
    (void)state;
    expect_rows("tasks", "id,name\n1,\"a,\"\"b\"\"\nc\"\n2,\n", 2);
    expect_answer(session, "select name from tasks where id = 1", "a,\"b\"\nc");
    expect_answer(session, "select name is null from tasks where id = 2", "t");
    expect_rows("public.tasks", "\xEF\xBB\xBFname,id\r\nx,3\r\ny,4\r\n", 2);
    expect_answer(session, "select name from tasks where id = 4", "y");
    expect_rows("tasks", "id", 0);
    expect_rows("tasks", "id\n5", 1);
    run_sql(session, "create schema \"Other s\"; create table \"Other s\".\"T\"(\"a b\" int)");
    expect_rows("Other s.T", "\"a b\"\n1\n", 1);
}

static void test_within_transaction(void **state) {
    (void)state;
    run_sql(session, "begin");
    expect_rows("tasks", "id\n1\n", 1);
    run_sql(session, "rollback");
    expect_answer(session, "select count(*) from tasks", "0");
}

static void expect_error(const char *text, const char *message, const char *detail) {
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    write_text(folder, "tasks.csv", text);
    assert_false(copy_file("tasks", "tasks.csv", NULL, &error));
    if (!dk_starts_with(error.message, message))
        fail_msg("\"%s\" instead of \"%s\"", error.message, message);
    if (detail)
        assert_contains(error.detail, detail);
    expect_answer(session, "select count(*) from tasks", "0");
}

static void test_errors_name_line_and_row(void **state) {
    (void)state;
    expect_error("id,name\n1,a\nx,b\n3,c\n",
                 "seeds/tasks.csv:3: invalid input syntax for type integer: \"x\"",
                 "    3 | x,b\ncolumn id: \"x\"");
    expect_error("id,name\n1,\"a\n\nb\"\nx,b\n", "seeds/tasks.csv:5: invalid input", "    5 | x,b");
    expect_error("id,name\r\n1,\"a\nb\"\r\nx,b\r\n", "seeds/tasks.csv:4: invalid input", "    4 | x,b");
    expect_error("id,name\n1,\"a\nb\",\n", "seeds/tasks.csv:2: extra data after last expected column", NULL);
    expect_error("id,name\n1\n", "seeds/tasks.csv:2: missing data for column \"name\"", "    2 | 1");
    expect_error("id,name\n1,\"a\n", "seeds/tasks.csv:2: unterminated CSV quoted field", NULL);
    expect_error("\xEF\xBB\xBFid\n\xFF\n", "seeds/tasks.csv:2: invalid byte sequence", NULL);
    run_sql(session, "alter table tasks add check (id < 5), add unique (id)");
    expect_error("id,name\n1,a\n7,b\n", "seeds/tasks.csv:3: new row for relation", "Failing row contains");
    expect_error("id,name\n1,a\n1,b\n", "seeds/tasks.csv:3: duplicate key", "Key (id)=(1) already exists");
}

static void test_errors_of_the_header(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    expect_error("", "seeds/tasks.csv:1: the file is empty", NULL);
    expect_error("id,,n\n1,2,3\n", "seeds/tasks.csv:1: a column without a name", NULL);
    expect_error("id,nam\n1,a\n", "seeds/tasks.csv: column \"nam\" of relation \"tasks\" does not exist",
                 NULL);
    assert_false(copy_file("missing", "tasks.csv", NULL, &error));
    assert_contains(error.message, "seeds/tasks.csv: relation \"missing\" does not exist");
    assert_false(copy_file("tasks", "missing.csv", NULL, &error));
    assert_string_equal(error.code, "file-unreadable");
    assert_false(copy_file("tasks", "..", NULL, &error));
    assert_string_equal(error.code, "file-unreadable");
}

/* Before PostgreSQL 18, a line "\." ends the data silently. */
static void test_marker_line(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    write_text(folder, "names.csv", "name\na\n\\.\nb\n");
    bool ok = copy_file("tasks", "names.csv", NULL, &error);
    if (pg_server_version(session) < 180000) {
        assert_false(ok);
        assert_string_equal(error.code, "csv-marker");
    }
    run_sql(session, "truncate tasks");
    write_text(folder, "names.csv", "name\na\n\"\\.\"\nb\\.c\n");
    assert_true(copy_file("tasks", "names.csv", NULL, &error));
    expect_answer(session, "select count(*) from tasks", "3");
}

/* Fewer rows than the file has are no truncation when a trigger leaves them out. */
static void test_rows_that_a_trigger_leaves_out(void **state) {
    (void)state;
    run_sql(session,
            "create function only_a() returns trigger language plpgsql as $$ begin if new.name like 'a%' "
            "then return new; end if; return null; end $$; create trigger only_a before insert on tasks "
            "for each row execute function only_a()");
    expect_rows("tasks", "name\na\nC:\\.config\n\\.x\n\"\\.\"\na2\n", 2);
}

static void write_many(const char *name, long count, long bad) {
    DK_AUTOFREE char *path = dk_path_join(folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("id,name,n\n", file);
    for (long i = 2; i <= count + 1; i++)
        fprintf(file, i == bad ? "bad%ld,x,1\n" : "%ld,\"a somewhat longer name, with a comma\",7\n", i);
    fclose(file);
}

static void test_row_70003(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    write_many("tasks.csv", 200000, 70003);
    assert_false(copy_file("tasks", "tasks.csv", NULL, &error));
    assert_true(dk_starts_with(error.message, "seeds/tasks.csv:70003: invalid input syntax"));
    assert_contains(error.detail, "70003 | bad70003,x,1");
}

static void test_many_rows_in_constant_memory(void **state) {
    (void)state;
    struct rusage before, after;
    int64_t rows = 0;
    write_many("tasks.csv", 1000000, 0);
    getrusage(RUSAGE_SELF, &before);
    assert_true(copy_file("tasks", "tasks.csv", &rows, NULL));
    getrusage(RUSAGE_SELF, &after);
    assert_int_equal(rows, 1000000);
    assert_true(after.ru_maxrss - before.ru_maxrss < 8 * 1024); /* the file has 45 MB */
}

static void test_interrupted(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    run_sql(session,
            "create function slow() returns trigger language plpgsql as $$ begin perform pg_sleep(0.01); "
            "return new; end $$; create trigger slow before insert on tasks for each row execute function "
            "slow()");
    write_many("tasks.csv", 300000, 0);
    signal_install();
    pid_t child = fork();
    if (child == 0) {
        usleep(300 * 1000);
        kill(getppid(), SIGINT);
        _exit(0);
    }
    int64_t before = dk_now_ms();
    assert_false(copy_file("tasks", "tasks.csv", NULL, &error));
    waitpid(child, NULL, 0);
    assert_string_equal(error.code, "interrupted");
    assert_true(dk_now_ms() - before < 9000);
    signal_reset();
    expect_answer(session, "select count(*) from tasks", "0");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_rows_go_in, setup, teardown),
        cmocka_unit_test_setup_teardown(test_within_transaction, setup, teardown),
        cmocka_unit_test_setup_teardown(test_errors_name_line_and_row, setup, teardown),
        cmocka_unit_test_setup_teardown(test_errors_of_the_header, setup, teardown),
        cmocka_unit_test_setup_teardown(test_marker_line, setup, teardown),
        cmocka_unit_test_setup_teardown(test_rows_that_a_trigger_leaves_out, setup, teardown),
        cmocka_unit_test_setup_teardown(test_row_70003, setup, teardown),
        cmocka_unit_test_setup_teardown(test_many_rows_in_constant_memory, setup, teardown),
        cmocka_unit_test_setup_teardown(test_interrupted, setup, teardown),
    };
    return cmocka_run_group_tests(tests, cluster_start, cluster_stop);
}

#include "cluster.h"

#include <kit/pg/script_internal.h>

static void expect_parsed(const char *output, const char *message, const char *sqlstate, const char *detail,
                          const char *hint) {
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    assert_false(pg_fail_psql(output, "s.sql", 11, &error));
    assert_string_equal(error.message, message);
    assert_string_equal(error.sqlstate, sqlstate);
    assert_string_equal(error.detail ? error.detail : "", detail);
    assert_string_equal(error.hint ? error.hint : "", hint);
}

static void test_messages(void **state) {
    (void)state;
    expect_parsed("psql:<stdin>:1: NOTICE:  00000: hello\nLOCATION:  exec, pl.c:1\n"
                  "psql:<stdin>:3: ERROR:  42P01: relation \"x\" does not exist\nLINE 1: select x\n"
                  "               ^\nHINT:  Try.\nLOCATION:  parser, p.c:2",
                  "s.sql:13: relation \"x\" does not exist", "42P01", "LINE 1: select x\n               ^",
                  "Try.");
    expect_parsed("psql:<stdin>:2: ERROR:  no state here\nDETAIL:  because", "s.sql:12: no state here", "",
                  "because", "");
    expect_parsed("psql:<stdin>:4: error: invalid command \\nope", "s.sql:14: invalid command \\nope", "", "",
                  "");
    expect_parsed("something else", "s.sql: psql failed", "", "something else", "");
    expect_parsed("", "s.sql: psql failed", "", "", "");
}

static bool run(pg_connection *session, const char *text, bool transaction, dk_error *error) {
    pg_script_options options = {.shown_path = "s.sql",
                                 .transaction = transaction,
                                 .before_commit = "insert into done values (1)",
                                 .psql_conninfo = &cluster.socket};
    return pg_script_run(session, text, strlen(text), &options, error);
}

static void test_runs_through_psql(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    PG_AUTO_CONNECTION pg_connection *session = cluster_connect(true);
    run_sql(session, "create table done(n int)");
    static const char good[] =
        "\\set count 3\ncreate table p(n int, s text);\ncopy p from stdin;\n1\tit's\n2\t;\n\\.\n"
        "insert into p values (:count, '');\n";
    if (!run(session, good, true, &error))
        fail_msg("%s: %s", error.message, error.detail ? error.detail : "");
    expect_answer(session, "select sum(n) from p", "6");
    expect_answer(session, "select count(*) from done", "1");
    assert_false(run(session, "\\set a 1\ninsert into p values (9);\n\nselect missing;\n", true, &error));
    assert_true(dk_starts_with(error.message, "s.sql:4: column \"missing\" does not exist"));
    assert_string_equal(error.sqlstate, "42703");
    assert_int_equal(error.child_status, 3);
    expect_answer(session, "select count(*) from p where n = 9", "0");
    assert_false(run(session, "\\nonsense\n", false, &error));
    assert_contains(error.message, "s.sql:1: ");
    assert_contains(error.message, "nonsense");
}

static void test_bad_copy_data(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    PG_AUTO_CONNECTION pg_connection *session = cluster_connect(true);
    run_sql(session, "create table numbers(n int)");
    assert_false(run(session, "copy numbers from stdin;\n1\nx\n\\.\n", true, &error));
    assert_contains(error.message, "invalid input syntax");
    assert_contains(error.detail, "COPY numbers, line 2");
}

/* \ir and \i name files beside the script, from wherever devkit was called. */
static void test_includes(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    PG_AUTO_CONNECTION pg_connection *session = cluster_connect(true);
    DK_AUTOFREE char *folder = make_scratch();
    DK_AUTOFREE char *path = dk_path_join(folder, "main.sql");
    pg_script_options options = {
        .shown_path = "main.sql", .transaction = true, .psql_conninfo = &cluster.socket};
    write_text(folder, "part.sql", "insert into included values (1);\n");
    write_text(folder, "main.sql", "create table included(n int);\n\\ir part.sql\n\\i part.sql\n");
    bool ran = pg_script_run_file(session, path, &options, &error);
    dk_remove_tree(folder, NULL);
    if (!ran)
        fail_msg("%s: %s", error.message, error.detail ? error.detail : "");
    expect_answer(session, "select count(*) from included", "2");
}

/* 65 MiB of comments between the two statements: too much to be read into memory at once. */
static void write_large_script(FILE *file, const char *last) {
    char *line = malloc((size_t)1024 * 1024);
    memset(line, 'x', (size_t)1024 * 1024);
    memcpy(line, "-- ", 3);
    line[1024 * 1024 - 1] = '\n';
    fputs("create table large(n int);\n", file);
    for (int i = 0; i < 65; i++)
        fwrite(line, 1, (size_t)1024 * 1024, file);
    fputs(last, file);
    fclose(file);
    free(line);
}

static void test_large_file(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    PG_AUTO_CONNECTION pg_connection *session = cluster_connect(true);
    char path[] = "/tmp/devkit-large-XXXXXX";
    pg_script_options options = {
        .shown_path = "large.sql", .transaction = true, .psql_conninfo = &cluster.socket};
    write_large_script(fdopen(mkstemp(path), "w"), "insert into large values (1), (missing);\n");
    bool ran = pg_script_run_file(session, path, &options, &error);
    write_large_script(fopen(path, "w"), "insert into large values (1), (2);\n");
    bool ran_mended = pg_script_run_file(session, path, &options, NULL);
    unlink(path);
    assert_false(ran);
    assert_true(dk_starts_with(error.message, "large.sql:67: column \"missing\" does not exist"));
    assert_true(ran_mended); /* and nothing of the first try was left */
    expect_answer(session, "select sum(n) from large", "3");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_messages),      cmocka_unit_test(test_runs_through_psql),
        cmocka_unit_test(test_bad_copy_data), cmocka_unit_test(test_includes),
        cmocka_unit_test(test_large_file),
    };
    return cmocka_run_group_tests(tests, cluster_start, cluster_stop);
}

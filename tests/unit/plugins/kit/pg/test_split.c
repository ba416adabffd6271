#include "../test_support.h"

#include <kit/pg/split_internal.h>

static void expect_statements(const char *text, const char *const *expected, size_t count) {
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    pg_script script;
    if (!pg_script_split(text, strlen(text), &script, &error))
        fail_msg("%s: %s", text, error.message);
    if (script.count != count)
        fail_msg("%s: %zu statements instead of %zu", text, script.count, count);
    for (size_t i = 0; i < count; i++) {
        DK_AUTOFREE char *statement =
            dk_strndup(text + script.statements[i].start, script.statements[i].length);
        assert_string_equal(statement, expected[i]);
    }
    assert_false(script.needs_psql);
    pg_script_release(&script);
}
#define EXPECT(text, ...)                                                                                    \
    do {                                                                                                     \
        static const char *const expected[] = {__VA_ARGS__};                                                 \
        expect_statements(text, expected, DK_COUNT(expected));                                               \
    } while (0)

static void test_plain(void **state) {
    (void)state;
    expect_statements("", NULL, 0);
    expect_statements(" ;; -- nothing\n ; /* at ; all */", NULL, 0);
    EXPECT("select 1", "select 1");
    EXPECT("select 1;select 2 ; ", "select 1", "select 2");
    EXPECT("-- a ; b\nselect 1 -- c\n;\nselect 2 /* ; */ + 3;", "select 1", "select 2 /* ; */ + 3");
    EXPECT("select 1;\n\xEF\xBB\xBF-- put together\nselect 2", "select 1", "select 2");
    EXPECT("\xEF\xBB\xBFselect 1;\r\nselect 2;\r\n", "select 1", "select 2");
}

static void test_quotes(void **state) {
    (void)state;
    EXPECT("select ';''; ' ; select 2", "select ';''; '", "select 2");
    EXPECT("select '\\'; select 2", "select '\\'", "select 2");
    EXPECT("select E'\\'; ' ; select 2", "select E'\\'; '", "select 2");
    EXPECT("select e'a'\n  '\\';' ; select 2", "select e'a'\n  '\\';'", "select 2");
    EXPECT("select 'a'\n'\\'; select 2", "select 'a'\n'\\'", "select 2");
    EXPECT("select E'a' , '\\'; select 2", "select E'a' , '\\'", "select 2");
    EXPECT("select name'\\'; select 2", "select name'\\'", "select 2");
    EXPECT("select \"a\"\";\" ; select U&\"d;\", U&'x;', B'1;', X';'; select 2", "select \"a\"\";\"",
           "select U&\"d;\", U&'x;', B'1;', X';'", "select 2");
}

static void test_dollar_quotes(void **state) {
    (void)state;
    EXPECT("do $$ begin; end $$; select 2", "do $$ begin; end $$", "select 2");
    EXPECT("do $a$ $$;$b$; $a$; select 2", "do $a$ $$;$b$; $a$", "select 2");
    EXPECT("do $\xC3\xA4_1$;$\xC3\xA4_1$; select 2", "do $\xC3\xA4_1$;$\xC3\xA4_1$", "select 2");
    EXPECT("select $1; select a$b$ ; select c$b$", "select $1", "select a$b$", "select c$b$");
    EXPECT("select $ ; select $1$ ; select 3", "select $", "select $1$", "select 3");
}

static void test_comments(void **state) {
    (void)state;
    EXPECT("/* a /* ; */ ; */ select 1; select 2 --;", "select 1", "select 2");
    EXPECT("select 1 - -1; select 4/2; select 2 */* ; */ 3", "select 1 - -1", "select 4/2",
           "select 2 */* ; */ 3");
}

static void test_parentheses(void **state) {
    (void)state;
    EXPECT("create rule r as on insert to t do also (delete from a; delete from b); select 2",
           "create rule r as on insert to t do also (delete from a; delete from b)", "select 2");
    EXPECT("select ) ; select 2", "select )", "select 2");
}

static void test_atomic_bodies(void **state) {
    (void)state;
    EXPECT("create function f() returns int begin atomic select 1; select 2; end; select 3",
           "create function f() returns int begin atomic select 1; select 2; end", "select 3");
    EXPECT(
        "CREATE OR REPLACE PROCEDURE p() BEGIN ATOMIC SELECT CASE WHEN a THEN b END; SELECT 1; END; select 3",
        "CREATE OR REPLACE PROCEDURE p() BEGIN ATOMIC SELECT CASE WHEN a THEN b END; SELECT 1; END",
        "select 3");
    EXPECT("begin; create table f(a int); end; select 1", "begin", "create table f(a int)", "end",
           "select 1");
    EXPECT("create table begin_log(); select 2", "create table begin_log()", "select 2");
}

static void test_places(void **state) {
    (void)state;
    static const char text[] = "-- \xC3\xA4\n\n  select 1; /* \xC3\xA4 */ select '\n\n';\nselect 3";
    pg_script script;
    assert_true(pg_script_split(text, strlen(text), &script, NULL));
    static const int places[][2] = {{3, 3}, {3, 21}, {6, 1}};
    assert_int_equal(script.count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(script.statements[i].line, places[i][0]);
        assert_int_equal(script.statements[i].column, places[i][1]);
    }
    pg_script_release(&script);
}

static void expect_psql(const char *text, int line, size_t statements) {
    pg_script script;
    assert_true(pg_script_split(text, strlen(text), &script, NULL));
    assert_true(script.needs_psql);
    assert_int_equal(script.psql_line, line);
    assert_int_equal(script.count, statements);
    pg_script_release(&script);
}

static void test_psql(void **state) {
    (void)state;
    expect_psql("\\set a 1\nselect 'it''s';", 1, 0);
    expect_psql("select 1;\n\\i other's.sql", 2, 1);
    expect_psql("select 1;\n\nCOPY t (a, b) FROM stdin;\n1\tit's\n\\.\n", 3, 2);
    expect_psql("copy t from STDIN with (format csv);\n\"open\n", 1, 1);
    EXPECT("copy t from '/tmp/stdin'; select 1", "copy t from '/tmp/stdin'", "select 1");
    EXPECT("copy (select a from stdin) to stdout; select 1", "copy (select a from stdin) to stdout",
           "select 1");
}

static void expect_failure(const char *text, size_t length, const char *place, const char *what) {
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    pg_script script;
    assert_false(pg_script_split(text, length, &script, &error));
    assert_string_equal(error.code, "sql-unterminated");
    assert_true(dk_starts_with(error.message, place));
    assert_contains(error.message, what);
    assert_null(script.statements);
}

static void test_failures(void **state) {
    (void)state;
    static const struct {
        const char *text, *place, *what;
    } rows[] = {
        {"select 1;\n select 'a", "2:9: ", "unclosed string"},
        {"select E'a\\'", "1:9: ", "unclosed string"},
        {"select E'a\\", "1:9: ", "unclosed string"},
        {"select \"a", "1:8: ", "unclosed quoted identifier"},
        {"\n\n/* /* */", "3:1: ", "unclosed comment"},
        {"do\n$x$ $y$", "2:1: ", "unclosed dollar"},
    };
    for (size_t i = 0; i < DK_COUNT(rows); i++)
        expect_failure(rows[i].text, strlen(rows[i].text), rows[i].place, rows[i].what);
    expect_failure("s\0e\0", 4, "1:2: ", "NUL");
}

static void test_many_statements_on_one_line(void **state) {
    (void)state;
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    for (int i = 0; i < 200000; i++)
        dk_buf_add(&text, "select 1;");
    pg_script script;
    int64_t before = dk_now_ms();
    assert_true(pg_script_split(text.data, text.length, &script, NULL));
    assert_int_equal(script.count, 200000);
    assert_int_equal(script.statements[199999].column, 199999 * 9 + 1);
    assert_true(dk_now_ms() - before < 5000); /* linear; quadratic would need minutes */
    pg_script_release(&script);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),         cmocka_unit_test(test_quotes),
        cmocka_unit_test(test_dollar_quotes), cmocka_unit_test(test_comments),
        cmocka_unit_test(test_parentheses),   cmocka_unit_test(test_atomic_bodies),
        cmocka_unit_test(test_places),        cmocka_unit_test(test_psql),
        cmocka_unit_test(test_failures),      cmocka_unit_test(test_many_statements_on_one_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "../test_support.h"

#include <kit/pg/pg.h>

static void test_identifiers(void **state) {
    (void)state;
    static const char *const rows[][2] = {
        {"tasks", "\"tasks\""}, {"A b-c", "\"A b-c\""}, {"say \"hi\"", "\"say \"\"hi\"\"\""}, {"", "\"\""}};
    for (size_t i = 0; i < DK_COUNT(rows); i++) {
        DK_AUTO_BUF dk_buf sql = DK_BUF_INIT;
        pg_quote_identifier(&sql, rows[i][0]);
        assert_string_equal(dk_buf_text(&sql), rows[i][1]);
    }
}

static void test_tables(void **state) {
    (void)state;
    static const char *const rows[][2] = {
        {"tasks", "\"tasks\""}, {"app.Tasks", "\"app\".\"Tasks\""}, {"a.b.c", "\"a\".\"b.c\""}};
    for (size_t i = 0; i < DK_COUNT(rows); i++) {
        DK_AUTO_BUF dk_buf sql = DK_BUF_INIT;
        pg_quote_table(&sql, rows[i][0]);
        assert_string_equal(dk_buf_text(&sql), rows[i][1]);
    }
}

static void test_literals(void **state) {
    (void)state;
    static const char *const rows[][2] = {
        {"it's", "'it''s'"}, {"a\\'b", "E'a\\\\''b'"}, {"", "''"}, {NULL, "null"}};
    for (size_t i = 0; i < DK_COUNT(rows); i++) {
        DK_AUTO_BUF dk_buf sql = DK_BUF_INIT;
        dk_buf_add(&sql, "= ");
        pg_quote_literal(&sql, rows[i][0]);
        assert_string_equal(dk_buf_text(&sql) + 2, rows[i][1]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_identifiers), cmocka_unit_test(test_tables),
                                       cmocka_unit_test(test_literals)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

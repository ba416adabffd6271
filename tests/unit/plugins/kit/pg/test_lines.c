#include "../test_support.h"

#include <kit/pg/split_internal.h>

static void test_lines_and_columns(void **state) {
    (void)state;
    static const char text[] = "\xEF\xBB\xBF"
                               "a\xC3\xA4"
                               "b\n\nc";
    static const struct {
        size_t position;
        int line, column;
    } rows[] = {{3, 1, 1}, {4, 1, 2}, {6, 1, 3}, {8, 2, 1}, {9, 3, 1}, {10, 3, 2}, {99, 3, 2}};
    pg_line_counter lines = pg_lines_begin(text, strlen(text));
    for (size_t i = 0; i < DK_COUNT(rows); i++) {
        int line, column;
        pg_lines_at(&lines, rows[i].position, &line, &column);
        assert_int_equal(line, rows[i].line);
        assert_int_equal(column, rows[i].column);
    }
}

static void test_column_after_line_only(void **state) {
    (void)state;
    pg_line_counter lines = pg_lines_begin("ab\ncd", 5);
    int line, column;
    pg_lines_at(&lines, 4, &line, NULL);
    assert_int_equal(line, 2);
    pg_lines_at(&lines, 4, &line, &column);
    assert_int_equal(column, 2);
}

static void test_utf8_offset(void **state) {
    (void)state;
    assert_int_equal(pg_utf8_offset("a\xC3\xA4\xE2\x82\xAC"
                                    "b",
                                    7, 3),
                     6);
    assert_int_equal(pg_utf8_offset("ab", 2, 0), 0);
    assert_int_equal(pg_utf8_offset("ab", 2, 9), 2);
}

static void test_utf8_valid(void **state) {
    (void)state;
    static const struct {
        const char *text;
        size_t valid;
    } rows[] = {{"", 0},
                {"a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80z", 11},
                {"a\xE4 b", 1},
                {"ab\xC3", 2},
                {"\xC0\xAF", 0},
                {"\xE0\x9F\xBF", 0},
                {"\xED\xA0\x80", 0},
                {"\xF4\x90\x80\x80", 0},
                {"\xF0\x8F\x80\x80", 0},
                {"\xE2\x82z", 0},
                {"\x80", 0},
                {"\xFF", 0}};
    for (size_t i = 0; i < DK_COUNT(rows); i++)
        assert_int_equal(pg_utf8_valid(rows[i].text, strlen(rows[i].text)), rows[i].valid);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines_and_columns),
        cmocka_unit_test(test_column_after_line_only),
        cmocka_unit_test(test_utf8_offset),
        cmocka_unit_test(test_utf8_valid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

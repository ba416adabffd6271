#include "../test_support.h"

#include <kit/pg/pg.h>

static void expect_part(const char *text, size_t start, size_t length, const char *expected) {
    DK_AUTOFREE char *part = dk_strndup(text + start, length);
    assert_string_equal(part, expected);
}

static void test_without_markers(void **state) {
    (void)state;
    static const char text[] = "select 1;\n-- migrate: up\n--migrate:upwards\n";
    pg_sections found;
    assert_true(pg_sections_find(text, strlen(text), &found, NULL));
    assert_false(found.has_sections);
    assert_false(found.has_down);
    assert_true(found.up_transaction);
    assert_int_equal(found.up_line, 1);
    expect_part(text, found.up_start, found.up_length, text);
}

static void test_up_and_down(void **state) {
    (void)state;
    static const char text[] = "-- a comment\r\n--  migrate:up transaction:false\r\nselect 1;\r\n"
                               "--migrate:down\nselect 2;\n";
    pg_sections found;
    assert_true(pg_sections_find(text, strlen(text), &found, NULL));
    assert_true(found.has_sections && found.has_down);
    assert_false(found.up_transaction);
    assert_true(found.down_transaction);
    assert_int_equal(found.up_line, 3);
    assert_int_equal(found.down_line, 5);
    expect_part(text, found.up_start, found.up_length, "select 1;\r\n");
    expect_part(text, found.down_start, found.down_length, "select 2;\n");
}

static void test_up_alone(void **state) {
    (void)state;
    static const char text[] = "\xEF\xBB\xBF-- migrate:up\nselect 1;";
    pg_sections found;
    assert_true(pg_sections_find(text, strlen(text), &found, NULL));
    assert_true(found.has_sections);
    assert_false(found.has_down);
    expect_part(text, found.up_start, found.up_length, "select 1;");
    static const char empty[] = "-- migrate:up\n-- migrate:down";
    assert_true(pg_sections_find(empty, strlen(empty), &found, NULL));
    assert_int_equal(found.up_length, 0);
    assert_int_equal(found.down_length, 0);
}

static void test_failures(void **state) {
    (void)state;
    static const struct {
        const char *text, *message;
    } rows[] = {
        {"-- migrate:up\n-- migrate:up\n", "2:1: a second `-- migrate:up`"},
        {"-- migrate:up\n-- migrate:down\n\n-- migrate:down\n", "4:1: a second `-- migrate:down`"},
        {"-- migrate:down\n-- migrate:up\n", "1:1: `-- migrate:down` without"},
        {"\nselect 1;\n-- migrate:up\n", "2:1: SQL before"},
        {"-- migrate:up transaction:no\n", "1:1: unknown option \"transaction:no\""},
    };
    for (size_t i = 0; i < DK_COUNT(rows); i++) {
        DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
        pg_sections found;
        assert_false(pg_sections_find(rows[i].text, strlen(rows[i].text), &found, &error));
        assert_string_equal(error.code, "sql-sections");
        assert_contains(error.message, rows[i].message);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_without_markers),
        cmocka_unit_test(test_up_and_down),
        cmocka_unit_test(test_up_alone),
        cmocka_unit_test(test_failures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

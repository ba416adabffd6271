#include "../test_support.h"

#include <kit/pg/script_internal.h>

static void expect_excerpt(const char *text, size_t start, size_t position, int first_line,
                           const char *expected) {
    DK_AUTO_BUF dk_buf shown = DK_BUF_INIT;
    pg_excerpt(&shown, text, start, strlen(text) - start, position, first_line);
    assert_string_equal(dk_buf_text(&shown), expected);
}

static void test_caret(void **state) {
    (void)state;
    expect_excerpt("select *\nform t", 0, 9, 1, "    1 | select *\n    2 | form t\n      | ^");
    expect_excerpt("a;\nselect\n1\n2\n3 + x", 3, 18, 10,
                   "   12 | 1\n   13 | 2\n   14 | 3 + x\n      |     ^");
    expect_excerpt("select '\xC3\xA4\xC3\xB6', x\r\n", 0, 15, 1,
                   "    1 | select '\xC3\xA4\xC3\xB6', x\n      |              ^");
    expect_excerpt("a\tb", 0, 2, 1, "    1 | a b\n      |   ^");
    expect_excerpt("select", 0, 6, 1, "    1 | select\n      |       ^");
}

static void test_head(void **state) {
    (void)state;
    expect_excerpt("a\nb", 0, SIZE_MAX, 5, "    5 | a\n    6 | b");
    expect_excerpt("a\nb\nc\nd\ne", 0, SIZE_MAX, 1, "    1 | a\n    2 | b\n    3 | c\n    4 | d\n      | …");
}

static void test_long_line(void **state) {
    (void)state;
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT, shown = DK_BUF_INIT;
    for (int i = 0; i < 100000; i++)
        dk_buf_add(&text, "\xC3\xA4");
    dk_buf_add(&text, "X");
    for (int i = 0; i < 100000; i++)
        dk_buf_add(&text, "y");
    pg_excerpt(&shown, text.data, 0, text.length, 200000, 1);
    assert_true(shown.length < 600);
    assert_contains(dk_buf_text(&shown), "\xC3\xA4Xy");
    /* The caret stands below the X: as many characters before it as there are before the X. */
    const char *line = dk_buf_text(&shown), *x = strchr(line, 'X'), *caret = strrchr(line, '\n') + 1;
    size_t before = 0;
    for (const char *at = line; at < x; at++)
        before += ((unsigned char)*at & 0xC0) != 0x80;
    assert_int_equal(strchr(caret, '^') - caret, before);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_caret),
        cmocka_unit_test(test_head),
        cmocka_unit_test(test_long_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

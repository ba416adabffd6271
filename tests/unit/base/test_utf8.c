/* cli/base/utf8.c */
#include "base/utf8.h"
#include "scratch.h"

static void test_valid_characters(void **state) {
    (void)state;
    assert_int_equal(utf8_length("a", 1), 1);
    assert_int_equal(utf8_length("é", 2), 2);
    assert_int_equal(utf8_length("→", 3), 3);
    assert_int_equal(utf8_length("🐘", 4), 4);
}

static void test_invalid_characters(void **state) {
    (void)state;
    static const char *const wrong[] = {
        "\x80",             /* starts in the middle */
        "\xc0\xaf",         /* overlong */
        "\xe0\x80\xaf",     /* overlong */
        "\xed\xa0\x80",     /* surrogate */
        "\xf4\x90\x80\x80", /* beyond Unicode */
        "\xe2\x86",         /* cut off */
        "\xff",
    };
    for (size_t i = 0; i < DK_COUNT(wrong); i++)
        assert_int_equal(utf8_length(wrong[i], strlen(wrong[i])), 0);
    assert_int_equal(utf8_length("é", 1), 0);
    assert_int_equal(utf8_length("", 0), 0);
}

static void test_repair(void **state) {
    (void)state;
    DK_AUTOFREE char *valid = utf8_repair("añ→🐘");
    assert_string_equal(valid, "añ→🐘");
    DK_AUTOFREE char *repaired = utf8_repair("\xe2\x86|\xc3");
    assert_string_equal(repaired, "\xef\xbf\xbd\xef\xbf\xbd|\xef\xbf\xbd");
}

static void test_width(void **state) {
    (void)state;
    assert_int_equal(utf8_width(""), 0);
    assert_int_equal(utf8_width("abc"), 3);
    assert_int_equal(utf8_width("é→"), 2);
    assert_int_equal(utf8_width("e\xcc\x81"), 1); /* combining accent */
    assert_int_equal(utf8_width("日本"), 4);
    assert_int_equal(utf8_width("\xff"), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_valid_characters),
        cmocka_unit_test(test_invalid_characters),
        cmocka_unit_test(test_repair),
        cmocka_unit_test(test_width),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* cli/base/number.c */
#include "scratch.h"

typedef struct parsed {
    const char *text;
    int64_t value; /* -1: not accepted */
} parsed;

static void test_int64(void **state) {
    (void)state;
    int64_t value = 0;
    assert_true(dk_parse_int64("-42", &value));
    assert_int_equal(value, -42);
    assert_true(dk_parse_int64("9223372036854775807", &value));
    assert_true(value == INT64_MAX);
    static const char *const wrong[] = {"", " 1", "1 ", "1x", "0x10", "9223372036854775808", "-", "1.0"};
    for (size_t i = 0; i < DK_COUNT(wrong); i++)
        assert_false(dk_parse_int64(wrong[i], &value));
    assert_false(dk_parse_int64(NULL, &value));
}

static void check(const parsed *rows, size_t count, bool (*parse)(const char *, int64_t *)) {
    for (size_t i = 0; i < count; i++) {
        int64_t value = -1;
        bool accepted = parse(rows[i].text, &value);
        if (accepted != (rows[i].value >= 0) || (accepted && value != rows[i].value))
            fail_msg("\"%s\" gave %lld", rows[i].text, (long long)value);
    }
}

static void test_sizes(void **state) {
    (void)state;
    static const parsed rows[] = {
        {"0", 0},
        {"1000", 1000},
        {"20GB", INT64_C(20) << 30},
        {"512 MiB", 512 << 20},
        {"1.5k", 1536},
        {"3b", 3},
        {"2TB", INT64_C(2) << 40},
        {"", -1},
        {"GB", -1},
        {"-1", -1},
        {"1.GB", -1},
        {"1 parsec", -1},
        {"9999999999999999999", -1},
        {"99999999999TB", -1},
        {"1GB x", -1},
    };
    check(rows, DK_COUNT(rows), dk_parse_size);
}

static void test_durations(void **state) {
    (void)state;
    static const parsed rows[] = {
        {"250ms", 250},    {"90s", 90000}, {"5m", 300000},    {"2h", 7200000},
        {"7d", 604800000}, {"1.5s", 1500}, {"1w", 604800000}, {"90", -1},
        {"5 m", 300000},   {"", -1},       {"s", -1},         {"1mo", -1},
    };
    check(rows, DK_COUNT(rows), dk_parse_duration);
}

static void expect_size(int64_t bytes, const char *expected) {
    char text[DK_FORMATTED];
    dk_format_size(bytes, text);
    assert_string_equal(text, expected);
}

static void test_format_size(void **state) {
    (void)state;
    expect_size(0, "0 B");
    expect_size(1023, "1023 B");
    expect_size(1024, "1.0 kB");
    expect_size(1288490189, "1.2 GB");
    expect_size(INT64_C(15) << 30, "15 GB");
    expect_size((1 << 20) - 1, "1.0 MB");
    expect_size(INT64_MAX, "8.0 EB");
    expect_size(INT64_MIN, "-8.0 EB");
}

static void expect_duration(int64_t milliseconds, const char *expected) {
    char text[DK_FORMATTED];
    dk_format_duration(milliseconds, text);
    assert_string_equal(text, expected);
}

static void test_format_duration(void **state) {
    (void)state;
    expect_duration(-5, "0 ms");
    expect_duration(9, "9 ms");
    expect_duration(999, "999 ms");
    expect_duration(1400, "1.4 s");
    expect_duration(9960, "10 s");
    expect_duration(59499, "59 s");
    expect_duration(59600, "1 min 0 s");
    expect_duration(123000, "2 min 3 s");
    expect_duration(3600000, "1 h 0 min");
    expect_duration(INT64_C(86400000) * 3, "3 d");
    char text[DK_FORMATTED];
    dk_format_duration(INT64_MAX, text);
    assert_true(strlen(text) < DK_FORMATTED);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_int64),           cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_durations),       cmocka_unit_test(test_format_size),
        cmocka_unit_test(test_format_duration),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* cli/base/time.c */
#include "scratch.h"
#include <devkit/system.h>

static void test_format(void **state) {
    (void)state;
    char text[21];
    dk_format_time(0, text);
    assert_string_equal(text, "1970-01-01T00:00:00Z");
    dk_format_time(1700000000, text);
    assert_string_equal(text, "2023-11-14T22:13:20Z");
    dk_format_time(INT64_MAX, text);
    assert_string_equal(text, "9999-12-31T23:59:59Z");
    dk_format_time(-1, text);
    assert_string_equal(text, "1970-01-01T00:00:00Z");
}

static void test_clocks(void **state) {
    (void)state;
    int64_t before = dk_now_ms();
    dk_sleep_ms(20);
    assert_in_range(dk_now_ms() - before, 20, 5000);
    assert_true(dk_unix_time() > 1700000000);
}

static void test_random_hex(void **state) {
    (void)state;
    char first[301];
    char second[301];
    dk_random_hex(first, 300);
    dk_random_hex(second, 300);
    assert_int_equal(strlen(first), 300);
    assert_int_equal(strspn(first, "0123456789abcdef"), 300);
    assert_string_not_equal(first, second);
    assert_memory_not_equal(first, first + 128, 100); /* not one block over and over */
    dk_random_hex(first, 0);
    assert_string_equal(first, "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_format),
        cmocka_unit_test(test_clocks),
        cmocka_unit_test(test_random_hex),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

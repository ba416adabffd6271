/* cli/base/buf.c */
#include "scratch.h"

static void test_empty(void **state) {
    (void)state;
    dk_buf buf = DK_BUF_INIT;
    assert_string_equal(dk_buf_text(&buf), "");
    dk_buf_trim_end(&buf);
    dk_buf_truncate(&buf, 0);
    DK_AUTOFREE char *text = dk_buf_detach(&buf);
    assert_string_equal(text, "");
    dk_buf_release(&buf);
}

static void test_grows_and_stays_terminated(void **state) {
    (void)state;
    DK_AUTO_BUF dk_buf buf = DK_BUF_INIT;
    for (int i = 0; i < 10000; i++) {
        dk_buf_addf(&buf, "%d,", i % 10);
        assert_int_equal(buf.data[buf.length], '\0');
    }
    assert_int_equal(buf.length, 20000);
    dk_buf_append(&buf, "a\0b", 3);
    assert_int_equal(buf.length, 20003);
    assert_memory_equal(buf.data + 20000, "a\0b", 4);
}

static void test_long_format(void **state) {
    (void)state;
    DK_AUTO_BUF dk_buf buf = DK_BUF_INIT;
    dk_buf_addf(&buf, "%0500d", 7);
    assert_int_equal(buf.length, 500);
    assert_int_equal(buf.data[499], '7');
}

static void test_limit_drops_the_rest(void **state) {
    (void)state;
    DK_AUTO_BUF dk_buf buf = {.limit = 5};
    dk_buf_add(&buf, "abc");
    assert_false(buf.overflowed);
    dk_buf_add(&buf, "defgh");
    assert_true(buf.overflowed);
    assert_string_equal(dk_buf_text(&buf), "abcde");
    dk_buf_add_char(&buf, 'x');
    assert_string_equal(dk_buf_text(&buf), "abcde");
}

static void test_exactly_the_limit_is_no_overflow(void **state) {
    (void)state;
    DK_AUTO_BUF dk_buf buf = {.limit = 5};
    dk_buf_add(&buf, "abcde");
    assert_false(buf.overflowed);
}

static void test_trim_and_truncate(void **state) {
    (void)state;
    DK_AUTO_BUF dk_buf buf = DK_BUF_INIT;
    dk_buf_add(&buf, " a b \r\n\t ");
    dk_buf_trim_end(&buf);
    assert_string_equal(dk_buf_text(&buf), " a b");
    dk_buf_truncate(&buf, 100);
    assert_int_equal(buf.length, 4);
    dk_buf_truncate(&buf, 2);
    assert_string_equal(dk_buf_text(&buf), " a");
}

static void test_detach_empties(void **state) {
    (void)state;
    DK_AUTO_BUF dk_buf buf = DK_BUF_INIT;
    dk_buf_add(&buf, "abc");
    DK_AUTOFREE char *text = dk_buf_detach(&buf);
    assert_string_equal(text, "abc");
    assert_int_equal(buf.length, 0);
    dk_buf_add(&buf, "again");
    assert_string_equal(dk_buf_text(&buf), "again");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_grows_and_stays_terminated),
        cmocka_unit_test(test_long_format),
        cmocka_unit_test(test_limit_drops_the_rest),
        cmocka_unit_test(test_exactly_the_limit_is_no_overflow),
        cmocka_unit_test(test_trim_and_truncate),
        cmocka_unit_test(test_detach_empties),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

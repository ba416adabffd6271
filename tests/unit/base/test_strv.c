/* cli/base/strv.c */
#include "scratch.h"

static void test_is_null_terminated(void **state) {
    (void)state;
    DK_AUTO_STRV dk_strv list = DK_STRV_INIT;
    for (int i = 0; i < 100; i++) {
        dk_strv_addf(&list, "%d", i);
        assert_null(list.items[list.count]);
    }
    assert_int_equal(list.count, 100);
    assert_string_equal(list.items[42], "42");
}

static void test_contains_sort_join(void **state) {
    (void)state;
    DK_AUTO_STRV dk_strv list = DK_STRV_INIT;
    dk_strv_sort(&list);
    dk_strv_add(&list, "b");
    dk_strv_add_owned(&list, dk_strdup("a"));
    dk_strv_add(&list, "B");
    dk_strv_sort(&list);
    DK_AUTOFREE char *joined = dk_strv_join(&list, ", ");
    assert_string_equal(joined, "B, a, b");
    assert_true(dk_strv_contains(&list, "a"));
    assert_false(dk_strv_contains(&list, "c"));
}

static void test_add_all_of_itself(void **state) {
    (void)state;
    DK_AUTO_STRV dk_strv list = DK_STRV_INIT;
    dk_strv_add(&list, "x");
    dk_strv_add(&list, "y");
    dk_strv_add_all(&list, &list);
    DK_AUTOFREE char *joined = dk_strv_join(&list, "");
    assert_string_equal(joined, "xyxy");
}

static void test_split(void **state) {
    (void)state;
    DK_AUTO_STRV dk_strv list = DK_STRV_INIT;
    dk_strv_split(&list, "a::b:", ':');
    assert_int_equal(list.count, 4);
    assert_string_equal(list.items[1], "");
    assert_string_equal(list.items[3], "");
    dk_strv_split(&list, "", ':');
    assert_int_equal(list.count, 5);
}

static void test_empty_join_and_release(void **state) {
    (void)state;
    dk_strv list = DK_STRV_INIT;
    DK_AUTOFREE char *joined = dk_strv_join(&list, ",");
    assert_string_equal(joined, "");
    dk_strv_add(&list, "x");
    dk_strv_release(&list);
    assert_int_equal(list.count, 0);
    assert_null(list.items);
    dk_strv_release(&list);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_is_null_terminated),     cmocka_unit_test(test_contains_sort_join),
        cmocka_unit_test(test_add_all_of_itself),      cmocka_unit_test(test_split),
        cmocka_unit_test(test_empty_join_and_release),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

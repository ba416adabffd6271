/* name.c: free text, within reason. */
#include "fake_stores.h"

static void good_and_bad(void **state) {
    (void)state;
    static const char *const good[] = {"a", "before / after", "v1.2 (green)", "ünï ☂", "-x", "..", "100%"};
    static const char *const bad[] = {"", " a", "a ", "a\nb", "a\tb", "\x7f", "\xff\xfe"};
    for (size_t i = 0; i < DK_COUNT(good); i++)
        assert_true(snapshot_name_check(good[i], &fake.error));
    for (size_t i = 0; i < DK_COUNT(bad); i++) {
        assert_false(snapshot_name_check(bad[i], &fake.error));
        assert_string_equal(fake.error.code, "name-invalid");
        assert_int_equal(fake.error.error_class, DK_ERROR_USAGE);
    }
    char longest[DK_SNAPSHOT_NAME_MAX + 2] = {0};
    memset(longest, 'a', DK_SNAPSHOT_NAME_MAX);
    assert_true(snapshot_name_check(longest, NULL));
    longest[DK_SNAPSHOT_NAME_MAX] = 'a';
    assert_false(snapshot_name_check(longest, NULL));
}

static void by_default(void **state) {
    (void)state;
    DK_AUTOFREE char *one = snapshot_name_default();
    DK_AUTOFREE char *two = snapshot_name_default();
    assert_int_equal(strlen(one), strlen("2026-11-21-184500-3f9a"));
    assert_string_not_equal(one, two);
    assert_true(snapshot_name_check(one, NULL));
}

static void numbered(void **state) {
    (void)state;
    DK_AUTO_JSON json_t *entries =
        json_pack("[{s:s},{s:s},{s:s}]", "name", "day", "name", "day-2", "name", "other");
    DK_AUTOFREE char *third = snapshot_name_free("day", entries);
    DK_AUTOFREE char *first = snapshot_name_free("new", entries);
    assert_string_equal(third, "day-3");
    assert_string_equal(first, "new");
}

int main(void) {
    static const struct CMUnitTest tests[] = {FAKE_TEST(good_and_bad), FAKE_TEST(by_default),
                                              FAKE_TEST(numbered)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

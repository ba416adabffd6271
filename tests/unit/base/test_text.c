/* cli/base/text.c */
#include "scratch.h"

static void test_prefix_suffix_equal(void **state) {
    (void)state;
    assert_true(dk_starts_with("abc", "ab"));
    assert_false(dk_starts_with("a", "ab"));
    assert_true(dk_ends_with("a.sql", ".sql"));
    assert_false(dk_ends_with("sql", ".sql"));
    assert_true(dk_streq(NULL, NULL));
    assert_false(dk_streq(NULL, ""));
    assert_true(dk_streq("x", "x"));
}

static void test_natural_order(void **state) {
    (void)state;
    static const char *const ordered[] = {"",
                                          "1_a.sql",
                                          "2_x",
                                          "02_y",
                                          "10_x",
                                          "010_y",
                                          "a",
                                          "a1",
                                          "a1b",
                                          "a2",
                                          "a10",
                                          "a10b2",
                                          "a10b10",
                                          "a18446744073709551616",
                                          "a18446744073709551617",
                                          "b"};
    for (size_t i = 0; i < DK_COUNT(ordered); i++)
        for (size_t j = 0; j < DK_COUNT(ordered); j++) {
            int order = dk_natural_compare(ordered[i], ordered[j]);
            if ((i < j && order >= 0) || (i == j && order != 0) || (i > j && order <= 0))
                fail_msg("%s and %s compare as %d", ordered[i], ordered[j], order);
        }
}

static void test_equal_numbers_differ_still(void **state) {
    (void)state;
    assert_true(dk_natural_compare("a01", "a1") != 0);
    assert_int_equal(dk_natural_compare("a01", "a1") < 0, dk_natural_compare("a1", "a01") > 0);
    assert_true(dk_natural_compare("a01b", "a1c") < 0); /* what follows counts first */
}

static void test_nearest(void **state) {
    (void)state;
    static const char *const words[] = {"reset", "migrate", "seed", "snapshot", "up"};
    assert_string_equal(dk_nearest("rest", words, DK_COUNT(words)), "reset");
    assert_string_equal(dk_nearest("migarte", words, DK_COUNT(words)), "migrate");
    assert_string_equal(dk_nearest("Snapshto", words, DK_COUNT(words)), "snapshot");
    assert_string_equal(dk_nearest("reset", words, DK_COUNT(words)), "reset");
    assert_null(dk_nearest("frobnicate", words, DK_COUNT(words)));
    assert_null(dk_nearest("", words, DK_COUNT(words)));
    assert_string_equal(dk_nearest("u", words, DK_COUNT(words)), "up");
    assert_null(dk_nearest("xy", words, DK_COUNT(words)));
    assert_null(dk_nearest("seed", NULL, 0));
}

/* In a short word two slips make another word, and words typed right don't excuse the wrong one. */
static void test_nearest_is_not_generous(void **state) {
    (void)state;
    static const char *const words[] = {"wait",        "down",           "run",       "reset.undo",
                                        "migrate new", "migrate status", "post-merge"};
    static const char *const strangers[] = {"init",         "rest",      "migrate init", "migrate no",
                                            "migrate rest", "reset.foo", "post-it"};
    for (size_t i = 0; i < DK_COUNT(strangers); i++) {
        const char *found = dk_nearest(strangers[i], words, DK_COUNT(words));
        if (found)
            fail_msg("%s for %s", found, strangers[i]);
    }
    static const char *const files[] = {"9_b", "10_c"};
    assert_string_equal(dk_nearest("10_d", files, DK_COUNT(files)), "10_c");
    assert_string_equal(dk_nearest("wiat", words, DK_COUNT(words)), "wait");
    assert_string_equal(dk_nearest("migrate nw", words, DK_COUNT(words)), "migrate new");
    assert_string_equal(dk_nearest("migrate stauts", words, DK_COUNT(words)), "migrate status");
    assert_string_equal(dk_nearest("migrat status", words, DK_COUNT(words)), "migrate status");
    assert_string_equal(dk_nearest("reste.undo", words, DK_COUNT(words)), "reset.undo");
    assert_string_equal(dk_nearest("post-merg", words, DK_COUNT(words)), "post-merge");
}

static void test_nearest_by_a_part(void **state) {
    (void)state;
    static const char *const ids[] = {"env-keys", "not-listening", "password-rejected", "disk",
                                      "server.local"};
    assert_string_equal(dk_nearest_part("password", ids, DK_COUNT(ids)), "password-rejected");
    assert_string_equal(dk_nearest_part("pasword", ids, DK_COUNT(ids)), "password-rejected");
    assert_string_equal(dk_nearest_part("Listening", ids, DK_COUNT(ids)), "not-listening");
    assert_string_equal(dk_nearest_part("keys", ids, DK_COUNT(ids)), "env-keys");
    assert_string_equal(dk_nearest_part("dsik", ids, DK_COUNT(ids)), "disk"); /* a whole one comes first */
    assert_string_equal(dk_nearest_part("local", ids, DK_COUNT(ids)), "server.local");
    assert_null(dk_nearest_part("kays", ids, DK_COUNT(ids)));
    assert_null(dk_nearest_part("pssword-rejection", ids, 2));
    assert_null(dk_nearest_part("-", ids, DK_COUNT(ids)));
}

static void test_nearest_of_very_long_words(void **state) {
    (void)state;
    char word[500];
    memset(word, 'a', sizeof word - 1);
    word[sizeof word - 1] = '\0';
    const char *const words[] = {word};
    assert_null(dk_nearest(word, words, 1));
    assert_null(dk_nearest("aaaa", words, 1));
    assert_null(dk_nearest_part(word, words, 1));
    assert_null(dk_nearest_part("aaaa", words, 1));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_prefix_suffix_equal),        cmocka_unit_test(test_natural_order),
        cmocka_unit_test(test_equal_numbers_differ_still), cmocka_unit_test(test_nearest),
        cmocka_unit_test(test_nearest_is_not_generous),    cmocka_unit_test(test_nearest_of_very_long_words),
        cmocka_unit_test(test_nearest_by_a_part),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

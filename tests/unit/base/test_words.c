/* cli/base/words.c */
#include "base/words.h"
#include "scratch.h"

static void expect_words(const char *text, const char *joined_by_bars) {
    DK_AUTO_STRV dk_strv words = DK_STRV_INIT;
    if (words_split(text, &words) != WORDS_PLAIN)
        fail_msg("not plain: %s", text);
    DK_AUTOFREE char *joined = dk_strv_join(&words, "|");
    assert_string_equal(joined, joined_by_bars);
}

static void test_plain(void **state) {
    (void)state;
    expect_words("alembic upgrade head", "alembic|upgrade|head");
    expect_words("  a\t b ", "a|b");
    expect_words("python -m 'my module' \"x y\"", "python|-m|my module|x y");
    expect_words("a'b'\"c\"d", "abcd");
    expect_words("a '' \"\"", "a||");
    expect_words("a\\ b \\'", "a b|'");
    expect_words("\"a\\\"b\\\\c\\d\"", "a\"b\\c\\d");
    expect_words("'$HOME' '*'", "$HOME|*");
    expect_words("x a~b c#d --opt=1 {} y=2", "x|a~b|c#d|--opt=1|{}|y=2");
    expect_words("", "");
}

static void test_needs_a_shell(void **state) {
    (void)state;
    static const char *const texts[] = {
        "a | b",     "a && b",    "a; b",     "a > f",        "a < f",    "echo $HOME",     "echo \"$HOME\"",
        "a `b`",     "\"`b`\"",   "ls *.sql", "ls ?",         "ls [ab]",  "X=1 alembic up", "~/bin/x",
        "a ~/x",     "a # b",     "cd x",     "source x",     ". x",      "exec x",         "(a)",
        "a\nb",      "a &",       "! a",      "{ a",          "a \\\n b", "exit 4",         "return 1",
        "umask 022", "time make", "wait",     "command -v x",
    };
    for (size_t i = 0; i < DK_COUNT(texts); i++) {
        DK_AUTO_STRV dk_strv words = DK_STRV_INIT;
        if (words_split(texts[i], &words) != WORDS_NEED_SHELL)
            fail_msg("plain: %s", texts[i]);
    }
}

static void test_unterminated(void **state) {
    (void)state;
    static const char *const texts[] = {"a 'b", "a \"b", "a \\", "\"a\\"};
    for (size_t i = 0; i < DK_COUNT(texts); i++) {
        DK_AUTO_STRV dk_strv words = DK_STRV_INIT;
        assert_int_equal(words_split(texts[i], &words), WORDS_UNTERMINATED);
    }
}

static void test_quote(void **state) {
    (void)state;
    static const char *const pairs[][2] = {
        {"plain-1.2/x:y=z@%+,", "plain-1.2/x:y=z@%+,"},
        {"", "''"},
        {"a b", "'a b'"},
        {"it's", "'it'\\''s'"},
        {"$x", "'$x'"},
        {"*.sql", "'*.sql'"},
        {"postgresql://u:***@h/d", "'postgresql://u:***@h/d'"},
    };
    for (size_t i = 0; i < DK_COUNT(pairs); i++) {
        DK_AUTOFREE char *quoted = words_quote(pairs[i][0]);
        assert_string_equal(quoted, pairs[i][1]);
    }
}

static void test_quoted_splits_back(void **state) {
    (void)state;
    static const char *const words[] = {"a", "", "b c", "'", "\"", "\\", "$(x)", "tab\there", "ünïcode"};
    for (size_t i = 0; i < DK_COUNT(words); i++) {
        DK_AUTOFREE char *quoted = words_quote(words[i]);
        DK_AUTOFREE char *line = dk_format("cmd %s", quoted);
        DK_AUTO_STRV dk_strv back = DK_STRV_INIT;
        assert_int_equal(words_split(line, &back), WORDS_PLAIN);
        assert_int_equal(back.count, 2);
        assert_string_equal(back.items[1], words[i]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_needs_a_shell),
        cmocka_unit_test(test_unterminated),
        cmocka_unit_test(test_quote),
        cmocka_unit_test(test_quoted_splits_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

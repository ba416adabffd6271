/* Changing one value of a .env file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include "config/dotenv.h"
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

static void test_rewrite(void **state) {
    static const struct {
        const char *text, *value, *expected;
    } rows[] = {
        {"A=1\nK=old # c\nB=2\n", "new", "A=1\nK=new # c\nB=2\n"},
        {"export K = 'old'\t#c", "new", "export K = 'new'\t#c"},
        {"K=\"old\"\r\nB=1\r\n", "n\"w", "K=\"n\\\"w\"\r\nB=1\r\n"},
        {"K='old'", "it's", "K=\"it's\""},
        {"K=old", "two words", "K=two words"},
        {"K=old", " led", "K=\" led\""},
        {"K=old", "a#b", "K=a#b"},
        {"K=old", "a #b", "K=\"a #b\""},
        {"K=old", "pa$$w", "K='pa$$w'"},
        {"K=old", "pa$'w", "K=\"pa\\$'w\""},
        {"K=old", "a\nb", "K=\"a\\nb\""},
        {"K=old", "", "K="},
        {"K= # c", "v", "K= v # c"},
        {"K=", "v", "K=v"},
        {"K=1\nK=2\n", "3", "K=1\nK=3\n"},
        {"K=\"a\nb\"\nX=1", "c", "K=\"c\"\nX=1"},
        {"\xEF\xBB\xBFK=1", "2", "\xEF\xBB\xBFK=2"},
        {"", "v", "K=v\n"},
        {"A=1", "v", "A=1\nK=v\n"},
        {"A=1\r\n", "v", "A=1\r\nK=v\r\n"},
        {"#K=1\n", "v", "#K=1\nK=v\n"},
    };
    (void)state;
    for (size_t i = 0; i < DK_COUNT(rows); i++) {
        DK_AUTO_BUF dk_buf rewritten = DK_BUF_INIT;
        DOTENV_AUTO dotenv_file parsed = DOTENV_INIT;
        assert_true(
            dotenv_rewrite(rows[i].text, strlen(rows[i].text), ".env", "K", rows[i].value, &rewritten, NULL));
        assert_string_equal(dk_buf_text(&rewritten), rows[i].expected);
        assert_true(
            dotenv_parse(dk_buf_text(&rewritten), rewritten.length, ".env", NULL, NULL, &parsed, NULL));
        assert_string_equal(dotenv_find(&parsed, "K")->value, rows[i].value);
    }
}

static void test_refused(void **state) {
    DK_AUTO_BUF dk_buf rewritten = DK_BUF_INIT;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    (void)state;
    static const char *const names[] = {"", "1A", "A B", "A=B", "A\nB", "ä"};
    for (size_t i = 0; i < DK_COUNT(names); i++) {
        assert_false(dotenv_rewrite("", 0, ".env", names[i], "v", &rewritten, &error));
        assert_true(dk_error_is(&error, "dotenv-invalid"));
    }
    assert_false(dotenv_rewrite("K='", 3, ".env", "K", "v", &rewritten, &error));
    assert_int_equal(rewritten.length, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rewrite),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Reading .env files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include "config/dotenv.h"
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

static const char *lookup(void *data, const char *name) {
    (void)data;
    return strcmp(name, "OUTSIDE") == 0 ? "from outside" : strcmp(name, "EMPTY") == 0 ? "" : NULL;
}

static void parse(const char *text, dotenv_file *parsed) {
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    if (!dotenv_parse(text, strlen(text), ".env", lookup, NULL, parsed, &error))
        fail_msg("%s: %s", text, error.message);
}

/* What K is in each text. */
static void test_values(void **state) {
    static const char *const rows[][2] = {
        {"K=v", "v"},
        {"K=v\n", "v"},
        {"K=v\r\n", "v"},
        {"\xEF\xBB\xBFK=v", "v"},
        {"K=", ""},
        {"K=\n", ""},
        {"K=\r\n", ""},
        {"K = v w  ", "v w"},
        {"K\t=\tv", "v"},
        {"  K=v", "v"},
        {"export K=v", "v"},
        {"export   K = v", "v"},
        {"# c\n\n  # d\nK=v", "v"},
        {"K=v # comment", "v"},
        {"K=v\t# comment", "v"},
        {"K=v#no", "v#no"},
        {"K=#no", "#no"},
        {"K= # comment", ""},
        {"K=a=b=c", "a=b=c"},
        {"K=it's", "it's"},
        {"K=say \"x\"", "say \"x\""},
        {"K=back\\slash\\n", "back\\slash\\n"},
        {"K='v' # c", "v"},
        {"K=' v '", " v "},
        {"K='a\\nb $OUTSIDE ${OUTSIDE} \"'", "a\\nb $OUTSIDE ${OUTSIDE} \""},
        {"K='two\nlines'", "two\nlines"},
        {"K=''", ""},
        {"K=\"\"", ""},
        {"K=\"v\"#c", "v"},
        {"K=\" v # not \" # c", " v # not "},
        {"K=\"a\\nb\\tc\\rd\"", "a\nb\tc\rd"},
        {"K=\"q\\\"q \\\\ \\$OUTSIDE \\x\"", "q\"q \\ $OUTSIDE \\x"},
        {"K=\"one\ntwo\"", "one\ntwo"},
        {"K=\"one\r\ntwo\"\r\n", "one\ntwo"},
        {"K=1\nK=2\nK=3", "3"},
        {"A=1\nK=$A", "1"},
        {"A=1\nK=${A}2", "12"},
        {"A=1\nK=x$A.y", "x1.y"},
        {"A=1\nK=\"<$A>\"", "<1>"},
        {"A=1\nA=2\nK=$A", "2"},
        {"K=$OUTSIDE", "from outside"},
        {"OUTSIDE=inside\nK=$OUTSIDE", "inside"},
        {"K=$NOWHERE", ""},
        {"K=a${NOWHERE}b", "ab"},
        {"K=${NOWHERE:-std}", "std"},
        {"K=${EMPTY:-std}", "std"},
        {"K=${EMPTY-std}", ""},
        {"K=${NOWHERE-std}", "std"},
        {"K=${OUTSIDE:-std}", "from outside"},
        {"K=${NOWHERE:-${OUTSIDE}!}", "from outside!"},
        {"K=${NOWHERE:-${NOWHERE:-deep}}", "deep"},
        {"K=${NOWHERE:-}", ""},
        {"K=1\nK=${K}2", "12"},
        {"K=a$", "a$"},
        {"K=a$ b", "a$ b"},
        {"K=$5", "$5"},
        {"K=${", "${"},
        {"K=${A", "${A"},
        {"K=${A+b}", "${A+b}"},
        {"K=${}", "${}"},
        {"A='$OUTSIDE'\nK=$A", "$OUTSIDE"},
        {"DOTTED.NAME-X=1\nK=2", "2"},
    };
    (void)state;
    for (size_t i = 0; i < DK_COUNT(rows); i++) {
        DOTENV_AUTO dotenv_file parsed = DOTENV_INIT;
        parse(rows[i][0], &parsed);
        const dotenv_entry *entry = dotenv_find(&parsed, "K");
        if (!entry)
            fail_msg("no K in %s", rows[i][0]);
        if (strcmp(entry->value, rows[i][1]) != 0)
            fail_msg("%s gives \"%s\", not \"%s\"", rows[i][0], entry->value, rows[i][1]);
    }
}

static void test_lines(void **state) {
    DOTENV_AUTO dotenv_file parsed = DOTENV_INIT;
    (void)state;
    parse("A=1\n\n# c\nB=\"x\ny\n\"\nC='a\nb'\nexport=9\nD=4", &parsed);
    static const struct {
        const char *name;
        int line;
    } rows[] = {{"A", 1}, {"B", 4}, {"C", 7}, {"export", 9}, {"D", 10}};
    assert_int_equal(parsed.count, DK_COUNT(rows));
    for (size_t i = 0; i < DK_COUNT(rows); i++) {
        assert_string_equal(parsed.entries[i].name, rows[i].name);
        assert_int_equal(parsed.entries[i].line, rows[i].line);
    }
    assert_null(dotenv_find(&parsed, "E"));
}

static void test_errors(void **state) {
    static const char *const rows[][2] = {
        {"A=1\nB=\"open\nC=2", ".env:2:3: a \" that is never closed"},
        {"A=1\nB='open\nC=2", ".env:2:3: a ' that is never closed"},
        {"B=\"open\\\"", ".env:1:3: a \" that is never closed"},
        {"A=1\n1A=2", ".env:2:1: a variable's name must begin"},
        {"=x", ".env:1:1: a variable's name must begin"},
        {"A", ".env:1:2: a variable without a ="},
        {"export A", ".env:1:9: a variable without a ="},
        {"A B=1", ".env:1:3: a = must follow"},
        {"A: hunter2", ".env:1:2: a = must follow"},
        {"A='x' y", ".env:1:7: something after the closing quote"},
        {"A=\"a\nb\" y", ".env:2:4: something after the closing quote"},
        {"ä=1", ".env:1:1: a variable's name must begin"},
    };
    (void)state;
    for (size_t i = 0; i < DK_COUNT(rows); i++) {
        DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
        dotenv_file parsed = DOTENV_INIT;
        if (dotenv_parse(rows[i][0], strlen(rows[i][0]), ".env", NULL, NULL, &parsed, &error))
            fail_msg("%s was accepted", rows[i][0]);
        assert_true(dk_error_is(&error, "dotenv-invalid"));
        assert_int_equal(error.error_class, DK_ERROR_USAGE);
        if (!dk_starts_with(error.message, rows[i][1]))
            fail_msg("\"%s\" is not \"%s\"", error.message, rows[i][1]);
        assert_int_equal(parsed.count, 0);
    }
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    dotenv_file parsed = DOTENV_INIT;
    assert_false(dotenv_parse("A=1\0B", 5, ".env", NULL, NULL, &parsed, &error));
    assert_non_null(strstr(error.message, "NUL"));
}

static void test_errors_show_no_value(void **state) {
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    dotenv_file parsed = DOTENV_INIT;
    (void)state;
    const char text[] = "URL=\"postgres://u:hunter2@h/d";
    assert_false(dotenv_parse(text, strlen(text), ".env", NULL, NULL, &parsed, &error));
    assert_string_equal(error.detail, "URL=…");
    assert_null(strstr(error.message, "hunter2"));
}

/* Doubling lines must not take all memory. */
static void test_bomb(void **state) {
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    dotenv_file parsed = DOTENV_INIT;
    (void)state;
    dk_buf_add(&text, "A=0123456789\n");
    for (int i = 0; i < 60; i++)
        dk_buf_add(&text, "A=$A$A\n");
    assert_false(dotenv_parse(dk_buf_text(&text), text.length, ".env", NULL, NULL, &parsed, &error));
    assert_non_null(strstr(error.message, "beyond all measure"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values), cmocka_unit_test(test_lines),
        cmocka_unit_test(test_errors), cmocka_unit_test(test_errors_show_no_value),
        cmocka_unit_test(test_bomb),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Values on their way in and out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include "config/value.h"
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

/* One key of each kind. */
static const config_key text = {.path = "t", .type = CONFIG_TEXT};
static const config_key choice = {.path = "c", .type = CONFIG_TEXT, .choices = "aside in-place"};
static const config_key list = {.path = "l", .type = CONFIG_LIST};
static const config_key number = {.path = "n", .type = CONFIG_INTEGER, .maximum = 10};
static const config_key yes = {.path = "b", .type = CONFIG_BOOL};
static const config_key bytes = {.path = "s", .type = CONFIG_SIZE};
static const config_key period = {.path = "d", .type = CONFIG_DURATION};
static const config_key setting = {.path = "x", .type = CONFIG_SETTING};

typedef struct value_case {
    const config_key *key;
    const char *source;
    const char *toml; /* NULL: an error */
    const char *json; /* or what the problem says */
} value_case;

static void check(const value_case *row, bool valid, config_value *value, config_problem *problem) {
    if (valid != (row->toml != NULL))
        fail_msg("%s is %s: %s", row->source, valid ? "accepted" : "refused", valid ? "" : problem->what);
    if (!valid) {
        if (!strstr(problem->what, row->json))
            fail_msg("\"%s\" does not say \"%s\"", problem->what, row->json);
        config_problem_release(problem);
        return;
    }
    DK_AUTO_BUF dk_buf toml = DK_BUF_INIT;
    config_value copy;
    config_value_copy(&copy, value);
    config_value_release(value);
    config_value_write_toml(&copy, &toml);
    assert_string_equal(dk_buf_text(&toml), row->toml);
    json_t *json = config_value_json(&copy);
    char *dumped = json_dumps(json, JSON_ENCODE_ANY | JSON_COMPACT);
    assert_string_equal(dumped, row->json);
    free(dumped);
    json_decref(json);
    config_value_release(&copy);
}

static void test_from_text(void **state) {
    static const value_case rows[] = {
        {&text, "", "\"\"", "\"\""},
        {&text, "a\"b\\", "\"a\\\"b\\\\\"", "\"a\\\"b\\\\\""},
        {&text, "a\n\t\x01", "\"a\\n\\t\\u0001\"", "\"a\\n\\t\\u0001\""},
        {&choice, "aside", "\"aside\"", "\"aside\""},
        {&choice, "asde", NULL, "can't be \"asde\""},
        {&choice, "", NULL, "can't be \"\""},
        {&list, "", "[]", "[]"},
        {&list, "a", "[\"a\"]", "[\"a\"]"},
        {&list, " a , b c ,, ", "[\"a\", \"b c\"]", "[\"a\",\"b c\"]"},
        {&number, "0", "0", "0"},
        {&number, "10", "10", "10"},
        {&number, "11", NULL, "must be between 0 and 10, not 11"},
        {&number, "-1", NULL, "must be between 0 and 10, not -1"},
        {&number, "1x", NULL, "must be a whole number, not \"1x\""},
        {&number, "", NULL, "must be a whole number"},
        {&yes, "true", "true", "true"},
        {&yes, "Off", "false", "false"},
        {&yes, "1", "true", "true"},
        {&yes, "maybe", NULL, "must be true or false, not \"maybe\""},
        {&yes, "", NULL, "must be true or false"},
        {&bytes, "20GB", "\"20GB\"", "21474836480"},
        {&bytes, "1000", "\"1000\"", "1000"},
        {&bytes, "much", NULL, "must be a size"},
        {&bytes, "", NULL, "must be a size"},
        {&period, "7d", "\"7d\"", "604800000"},
        {&period, "", "\"\"", "0"},
        {&period, "soon", NULL, "must be a duration"},
        {&setting, "100", "\"100\"", "\"100\""},
    };
    (void)state;
    for (size_t i = 0; i < DK_COUNT(rows); i++) {
        config_value value;
        config_problem problem;
        bool valid = config_value_from_text(rows[i].key, rows[i].source, &value, &problem);
        check(&rows[i], valid, &value, &problem);
    }
}

static void test_from_node(void **state) {
    static const value_case rows[] = {
        {&text, "'x'", "\"x\"", "\"x\""},
        {&text, "1", NULL, "must be a text, not a whole number"},
        {&text, "['x']", NULL, "must be a text, not a list"},
        {&choice, "'in-place'", "\"in-place\"", "\"in-place\""},
        {&choice, "'x'", NULL, "can't be \"x\""},
        {&list, "['a', 'b']", "[\"a\", \"b\"]", "[\"a\",\"b\"]"},
        {&list, "[]", "[]", "[]"},
        {&list, "'a'", NULL, "must be a list of texts, not a text"},
        {&list, "['a', 1]", NULL, "must be a list of texts, not a whole number"},
        {&number, "3", "3", "3"},
        {&number, "'3'", NULL, "must be a whole number, not a text"},
        {&number, "3.0", NULL, "must be a whole number, not a number"},
        {&number, "99", NULL, "must be between"},
        {&yes, "false", "false", "false"},
        {&yes, "0", NULL, "must be true or false, not a whole number"},
        {&bytes, "'1 KB'", "\"1 KB\"", "1024"},
        {&bytes, "1024", "\"1024\"", "1024"},
        {&bytes, "-1", NULL, "must be a size"},
        {&bytes, "true", NULL, "must be a size such as \"20GB\", not a bool"},
        {&period, "'5m'", "\"5m\"", "300000"},
        {&period, "0", "\"0s\"", "0"},
        {&period, "5", NULL, "must be a duration such as \"7d\", not a whole number"},
        {&setting, "'a'", "\"a\"", "\"a\""},
        {&setting, "12", "\"12\"", "\"12\""},
        {&setting, "true", "\"true\"", "\"true\""},
        {&setting, "1.1", "\"1.1\"", "\"1.1\""},
        {&setting, "[1]", NULL, "must be a text, number or bool, not a list"},
        {&setting, "2026-01-01", NULL, "not a date or time"},
    };
    (void)state;
    for (size_t i = 0; i < DK_COUNT(rows); i++) {
        char *source = dk_format("k = %s", rows[i].source);
        toml_node root;
        toml_place place;
        char *problem_text = NULL;
        assert_true(toml_parse(source, strlen(source), &root, &place, &problem_text));
        config_value value;
        config_problem problem;
        bool valid = config_value_from_node(rows[i].key, &root.children[0], &value, &problem);
        if (!valid)
            assert_true(problem.place.line == 1 && problem.place.column >= 5);
        check(&rows[i], valid, &value, &problem);
        toml_release(&root);
        free(source);
    }
}

static void test_hints(void **state) {
    static const struct {
        const config_key *key;
        const char *source, *hint;
    } rows[] = {
        {&choice, "asde", "did you mean \"aside\"? Choices: aside, in-place"},
        {&choice, "zzzzzzzz", "choices: aside, in-place"},
        {&bytes, "x", "units: B, KB, MB, GB, TB (powers of 1024)"},
        {&period, "x", "units: ms, s, m, h, d"},
    };
    (void)state;
    for (size_t i = 0; i < DK_COUNT(rows); i++) {
        config_value value;
        config_problem problem;
        assert_false(config_value_from_text(rows[i].key, rows[i].source, &value, &problem));
        assert_string_equal(problem.hint, rows[i].hint);
        config_problem_release(&problem);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_from_text),
        cmocka_unit_test(test_from_node),
        cmocka_unit_test(test_hints),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

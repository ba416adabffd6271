/* plugins/kit/compose/expand.c */
#include "model.h"

static void expect(const char *text, const char *expected, const char *expected_problem) {
    DK_AUTO_BUF dk_buf expanded = DK_BUF_INIT;
    DK_AUTOFREE char *problem = NULL;
    bool good = compose_expand(text, model_lookup, NULL, &expanded, &problem);
    assert_int_equal(good, expected_problem == NULL);
    assert_string_equal(dk_buf_text(&expanded), expected);
    if (expected_problem)
        assert_string_equal(problem, expected_problem);
    else
        assert_null(problem);
}

static void test_forms(void **state) {
    (void)state;
    expect("plain", "plain", NULL);
    expect("", "", NULL);
    expect("a$$b", "a$b", NULL);
    expect("$PORT:5432", "5433:5432", NULL);
    expect("${PORT}:5432", "5433:5432", NULL);
    expect("${PORT:-1}:5432", "5433:5432", NULL);
    expect("${NONE:-5434}:5432", "5434:5432", NULL);
    expect("${EMPTY:-x}|${EMPTY-x}|${NONE-x}|${NONE}", "x||x|", NULL);
    expect("${PORT:+set}|${EMPTY:+set}|${EMPTY+set}|${NONE+set}", "set||set|", NULL);
    expect("${PORT:?no}${EMPTY?no}", "5433", NULL);
    expect("${NONE:-${OTHER:-deep}}-${NONE:-$NAME}", "deep-shop", NULL);
    expect("${NONE:-a:b}", "a:b", NULL);
    expect("${_x1}$_x1", "yy", NULL);
}

static void test_problems(void **state) {
    (void)state;
    expect("a${NONE:?set it in .env}b", "ab", "NONE is not set: set it in .env");
    expect("${EMPTY:?}", "", "EMPTY is not set");
    expect("${NONE?}", "", "NONE is not set");
    expect("cost 5$", "cost 5$", "a single \"$\" is no variable; write \"$$\" for the character");
    expect("${PORT", "${PORT", "a single \"$\" is no variable; write \"$$\" for the character");
    expect("${1x}", "", "\"${1x}\" is not a variable");
    expect("${PORT!x}", "", "\"${PORT!x}\" is not a variable");
    expect("${PORT:}", "", "\"${PORT:}\" is not a variable");
    expect("${}", "", "\"${}\" is not a variable");
    expect("${NONE:?first} ${NONE:?second}", " ", "NONE is not set: first");
}

static void test_depth(void **state) {
    (void)state;
    dk_buf text = DK_BUF_INIT;
    for (int i = 0; i < 1000; i++)
        dk_buf_add(&text, "${NONE:-");
    for (int i = 0; i < 1000; i++)
        dk_buf_add(&text, "}");
    expect(dk_buf_text(&text), "", "variables stand too deep in one another");
    dk_buf_release(&text);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_forms), cmocka_unit_test(test_problems),
                                       cmocka_unit_test(test_depth)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

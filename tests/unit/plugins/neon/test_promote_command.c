/* plugins/neon/promote_command.c */
#include "neon_answers.h"

#define CALLS                                                                                                \
    {"POST", "/projects/p-1/branches/br-try-snow-2/set_as_default", 200, "{\"operations\":[]}", NULL, 0, 0}, \
    {                                                                                                        \
        "GET", "/projects/p-1/connection_uri?branch_id=br-try-snow-2", 200,                                  \
            "{\"uri\":\"postgresql://app:geheim@" OTHER_HOST "/tasks\"}", NULL, 0, 0                         \
    }

static const fake_answer answers[] = {USUAL, CALLS};
static const fake_answer bare[] = {
    {"GET", "/projects?limit=400", 200, PROJECTS, NULL, 0, 0},
    {"GET", "/projects/p-1/endpoints", 200, ENDPOINTS, NULL, 3, 0}, /* until it gets one */
    {"GET", "/projects/p-1/endpoints", 200, BOTH_ENDPOINTS, NULL, 0, 0},
    {"GET", "/projects/p-1/branches?", 200, BRANCHES, NULL, 0, 0},
    {"POST", "/projects/p-1/endpoints", 201,
     "{\"endpoint\":{\"id\":\"ep-late-snow-87654321\"},\"operations\":[]}", NULL, 0, 0},
    CALLS,
};

static void expect_mended(const fake_answer *rows, size_t count, bool makes_endpoint) {
    neon_test test;
    const neon_promote_values values = {.branch = "try"};
    neon_open(&test, "", NEON_ENV, rows, count);
    neon_say_yes(&test);
    DK_AUTOFREE char *text = neon_output(&test, neon_promote_run, &values, true);
    DK_AUTOFREE char *env = neon_read_env(&test);
    assert_contains(text, "try is the default branch");
    assert_contains(text, ".env:2");
    assert_contains(env, "app:geheim@" OTHER_HOST "/tasks?ssl=require # here\nOTHER=1\n");
    assert_string_equal(dk_json_string(dk_result(test.context), "mended", ""), ".env:2");
    assert_string_equal(dk_json_string(dk_result(test.context), "previous", ""), "br-main-term-1");
    assert_int_equal(neon_count(&test, "POST /projects/p-1/endpoints"), makes_endpoint);
    neon_close(&test);
}

static void test_default_and_env(void **state) {
    (void)state;
    expect_mended(answers, DK_COUNT(answers), false);
    expect_mended(bare, DK_COUNT(bare), true);
}

static void test_nothing_unasked(void **state) {
    (void)state;
    neon_test test;
    const neon_promote_values values = {.branch = "try"};
    neon_open(&test, "", NEON_ENV, answers, DK_COUNT(answers));
    DK_AUTOFREE char *text = neon_output(&test, neon_promote_run, &values, false);
    assert_contains(text, "confirmation-needed");
    assert_int_equal(neon_count(&test, "POST"), 0);
    neon_close(&test);
}

static void test_an_env_of_another_place(void **state) {
    (void)state;
    neon_test test;
    const neon_promote_values values = {.branch = "try", .project = "p-1"};
    neon_open(&test, "", "DATABASE_URL=postgresql://a:b@localhost/d\n", answers, DK_COUNT(answers));
    neon_say_yes(&test);
    DK_AUTOFREE char *text = neon_output(&test, neon_promote_run, &values, true);
    DK_AUTOFREE char *env = neon_read_env(&test);
    assert_string_equal(env, "DATABASE_URL=postgresql://a:b@localhost/d\n");
    assert_null(strstr(text, ".env"));
    neon_close(&test);
}

MAIN(cmocka_unit_test(test_default_and_env), cmocka_unit_test(test_nothing_unasked),
     cmocka_unit_test(test_an_env_of_another_place))

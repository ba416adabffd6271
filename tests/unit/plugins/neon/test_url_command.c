/* plugins/neon/url_command.c */
#include "neon_answers.h"

static const fake_answer answers[] = {
    USUAL,
    {"GET", "/projects/p-1/connection_uri?branch_id=br-try-snow-2", 200,
     "{\"uri\":\"postgresql://app:geheim@" OTHER_HOST "/tasks?sslmode=require\"}", NULL, 0, 0}};

static void expect(const char *env, const neon_url_values *values, const char *printed, int calls) {
    neon_test test;
    neon_open(&test, "", env, answers, DK_COUNT(answers));
    DK_AUTOFREE char *text = neon_output(&test, neon_url_run, values, true);
    assert_string_equal(text, printed);
    assert_int_equal(neon_count(&test, "GET") > 0, calls);
    neon_close(&test);
}

#define POOLED "ep-cool-moon-12345678-pooler.c-10.eu-central-1.aws.neon.tech"

static void test_the_applications_own(void **state) {
    (void)state;
    static const char pooled[] = "postgresql+asyncpg://app:geheim@" POOLED "/tasks?ssl=require\n";
    static const char direct[] = NEON_URL "\n";
    expect(NEON_ENV, &(neon_url_values){0}, direct, 0);
    expect(NEON_ENV, &(neon_url_values){.direct = true}, direct, 0);
    expect(NEON_ENV, &(neon_url_values){.pooled = true}, pooled, 0);
}

static void test_a_branch(void **state) {
    (void)state;
    expect(NEON_ENV, &(neon_url_values){.branch = "try"},
           "postgresql://app:geheim@" OTHER_HOST "/tasks?sslmode=require\n", 1);
    expect(NEON_ENV, &(neon_url_values){.branch = "try", .pooled = true},
           "postgresql://app:geheim@ep-late-snow-87654321-pooler.c-10.eu-central-1.aws.neon.tech/"
           "tasks?sslmode=require\n",
           1);
}

static void test_mistakes(void **state) {
    (void)state;
    neon_test test;
    neon_open(&test, "", "DATABASE_URL=postgresql://a:b@localhost/d\n", answers, DK_COUNT(answers));
    DK_AUTOFREE char *both =
        neon_output(&test, neon_url_run, &(neon_url_values){.direct = true, .pooled = true}, false);
    assert_true(dk_starts_with(both, "usage\n"));
    DK_AUTOFREE char *other = neon_output(&test, neon_url_run, &(neon_url_values){.direct = true}, false);
    assert_true(dk_starts_with(other, "not-neon\n"));
    neon_close(&test);
}

MAIN(cmocka_unit_test(test_the_applications_own), cmocka_unit_test(test_a_branch),
     cmocka_unit_test(test_mistakes))

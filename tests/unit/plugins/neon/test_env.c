/* plugins/neon/env.c */
#include "neon_project.h"

static bool mend(neon_test *test, const char *old_host, const char *branch_url, char **where,
                 dk_error *error) {
    DK_AUTO_URL dk_url url = DK_URL_INIT;
    assert_true(dk_url_parse(branch_url, &url, NULL));
    return neon_env_mend(test->context, old_host, &url, where, error);
}

static void expect(const char *before, const char *branch_url, const char *after) {
    neon_test test;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    DK_AUTOFREE char *where = NULL;
    neon_open(&test, "", before, NULL, 0);
    if (!mend(&test, HOST, branch_url, &where, &error))
        fail_msg("%s: %s", error.message, error.detail);
    DK_AUTOFREE char *found = neon_read_env(&test);
    assert_string_equal(found, after);
    assert_true((where != NULL) == (strcmp(before, after) != 0));
    neon_close(&test);
}

static void test_one_line(void **state) {
    (void)state;
    expect(NEON_ENV, "postgresql://app:geheim@" OTHER_HOST "/tasks?sslmode=require",
           "# ours\nDATABASE_URL=postgresql+asyncpg://app:geheim@" OTHER_HOST
           "/tasks?ssl=require # here\nOTHER=1\n");
    expect("A=1\r\nDATABASE_URL='postgres://"
           "app:geheim@ep-cool-moon-12345678-pooler.c-10.eu-central-1.aws.neon.tech:5433"
           "/x?options=endpoint%3Dep-cool-moon-12345678-pooler&a=b'\r\n",
           "postgresql://app:geheim@" OTHER_HOST "/tasks",
           "A=1\r\nDATABASE_URL='postgres://"
           "app:geheim@ep-late-snow-87654321-pooler.c-10.eu-central-1.aws.neon.tech:5433"
           "/x?options=endpoint%3Dep-late-snow-87654321-pooler&a=b'\r\n");
}

/* Children of a protected branch have passwords of their own. */
static void test_another_password(void **state) {
    (void)state;
    expect("DATABASE_URL=postgresql://app:geheim@" HOST "/d\n", "postgresql://app:neu%40es@" OTHER_HOST "/d",
           "DATABASE_URL=postgresql://app:neu%40es@" OTHER_HOST "/d\n");
    expect("DATABASE_URL=postgresql://app:geheim@" HOST "/d\n", "postgresql://other:neues@" OTHER_HOST "/d",
           "DATABASE_URL=postgresql://app:geheim@" OTHER_HOST "/d\n");
}

static void test_nothing_to_do(void **state) {
    (void)state;
    expect(NEON_ENV, "postgresql://app:geheim@" HOST "/tasks", NEON_ENV);
    static const char elsewhere[] = "DATABASE_URL=postgresql://a:b@localhost/d\n";
    expect(elsewhere, "postgresql://app:geheim@" OTHER_HOST "/tasks", elsewhere);
}

static void expect_unchanged(const char *env, const char *variable) {
    neon_test test;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    DK_AUTOFREE char *where = NULL;
    neon_open(&test, "", env, NULL, 0);
    if (variable)
        setenv("DATABASE_URL", variable, 1);
    assert_false(mend(&test, HOST, "postgresql://app:x@" OTHER_HOST "/d", &where, &error));
    assert_true(dk_error_is(&error, "neon-env-unchanged"));
    assert_contains(error.hint, OTHER_HOST);
    DK_AUTOFREE char *found = neon_read_env(&test);
    assert_string_equal(found, env);
    unsetenv("DATABASE_URL");
    neon_close(&test);
}

static void test_what_can_not_be_mended(void **state) {
    (void)state;
    expect_unchanged("H=" HOST "\nDATABASE_URL=postgresql://app:x@${H}/d\n", NULL);
    expect_unchanged("X=1\n", "postgresql://app:x@" HOST "/d");
}

MAIN(cmocka_unit_test(test_one_line), cmocka_unit_test(test_another_password),
     cmocka_unit_test(test_nothing_to_do), cmocka_unit_test(test_what_can_not_be_mended))

/* plugins/doctor/env.c */
#include "doctor_project.h"

static void test_missing_and_copied(void **state) {
    (void)state;
    dk_context *context = doctor_project("", NULL, NULL);
    struct stat status;
    expect(context, &doctor_env_missing, DK_CHECK_OK, "not set");
    expect(context, &doctor_env_keys, DK_CHECK_SKIPPED, "no example");
    one_write(context, ".env.example", "# copy me\n" NO_SERVER, 0644);
    expect(context, &doctor_env_missing, DK_CHECK_FAIL, "cp .env.example .env");
    expect(context, &doctor_env_keys, DK_CHECK_SKIPPED, "env-missing");
    assert_null(dk_database_get(context, NULL)->url);
    assert_true(doctor_env_missing.fix(context, NULL));
    assert_non_null(dk_database_get(context, NULL)->url); /* what was known before is read anew */
    DK_AUTOFREE char *path = dk_path_join(context->root, ".env");
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    assert_true(doctor_env_missing.fix(context, NULL)); /* leaves one that is there alone */
    fake_free(context);
}

/* A container or CI that sets everything has no file, and needs none. */
static void test_all_in_the_environment(void **state) {
    (void)state;
    dk_context *context = doctor_project("", NULL, NULL);
    one_write(context, ".env.example", "DKT_ONE=\nDKT_TWO=\n", 0644);
    setenv("DKT_ONE", "1", 1);
    expect(context, &doctor_env_missing, DK_CHECK_FAIL, "cp .env.example .env");
    setenv("DKT_TWO", "", 1);
    expect(context, &doctor_env_missing, DK_CHECK_OK, "");
    unsetenv("DKT_ONE");
    unsetenv("DKT_TWO");
    fake_free(context);
}

static void test_without_a_url(void **state) {
    (void)state;
    dk_context *context = doctor_project("[database]\nserver = \"external\"\n", "X=1\n", NULL);
    expect(context, &doctor_env_missing, DK_CHECK_FAIL, "DATABASE_URL is set neither");
    fake_free(context);
    context = doctor_project("", NO_SERVER, NULL);
    expect(context, &doctor_env_missing, DK_CHECK_OK, ".env:1");
    fake_free(context);
    context = doctor_project("", "DATABASE_URL=nonsense\n", NULL);
    expect(context, &doctor_env_missing, DK_CHECK_SKIPPED, "url-invalid");
    fake_free(context);
}

static void test_keys(void **state) {
    (void)state;
    dk_context *context = doctor_project("", NO_SERVER "HERE=1\n", NULL);
    one_write(context, ".env.sample", "DATABASE_URL=x\nHERE=\nexport LACKING=1\nTOO=2\nPATH=x\n", 0644);
    expect(context, &doctor_env_keys, DK_CHECK_WARN, ".env lacks LACKING, TOO, which .env.sample has");
    fake_free(context);
    context = doctor_project("", "A=1\n", NULL);
    one_write(context, ".env.example", NO_SERVER, 0644);
    expect(context, &doctor_env_keys, DK_CHECK_FAIL,
           "grep -E '^(export )?(DATABASE_URL)=' .env.example >> .env");
    fake_free(context);
    context = doctor_project("", NO_SERVER, NULL);
    one_write(context, ".env.example", "A='open\n", 0644);
    expect(context, &doctor_env_keys, DK_CHECK_FAIL, ".env.example:1");
    fake_free(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_missing_and_copied),
                                       cmocka_unit_test(test_all_in_the_environment),
                                       cmocka_unit_test(test_without_a_url), cmocka_unit_test(test_keys)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

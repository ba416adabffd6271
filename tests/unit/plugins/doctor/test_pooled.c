/* plugins/doctor/pooled.c */
#include "doctor_project.h"

static void expect_env(const char *env, dk_check_status status, const char *text) {
    dk_context *context = doctor_project("", env, NULL);
    expect(context, &doctor_pooled_endpoint, status, text);
    fake_free(context);
}

static void test_hosts(void **state) {
    (void)state;
    expect_env(NO_SERVER, DK_CHECK_OK, "not known as a pooler");
    expect_env(NULL, DK_CHECK_SKIPPED, "not set");
    expect_env("DATABASE_URL=x\n", DK_CHECK_SKIPPED, "url-invalid");
    expect_env("DATABASE_URL=postgres://a:b@ep-x-1.eu.aws.neon.tech/d\n", DK_CHECK_OK, "");
    expect_env("DATABASE_URL=postgres://a:b@ep-x.my-pooler.example/d\n", DK_CHECK_OK,
               ""); /* first label only */
    expect_env("DATABASE_URL=postgres://a:b@ep-x-1-pooler.eu.aws.neon.tech/d\n", DK_CHECK_WARN,
               "take \"-pooler\" out");
    expect_env("DATABASE_URL=postgres://a:b@aws-0-eu.pooler.supabase.com:5432/d\n", DK_CHECK_WARN,
               "db.PROJECT");
    expect_env("DATABASE_URL=postgres://a:b@db.x.supabase.co:6543/d\n", DK_CHECK_WARN, "port 5432");
    expect_env("DATABASE_URL=postgres://a:b@db.x.supabase.co:5432/d\n", DK_CHECK_OK, "");
}

static void test_mending(void **state) {
    (void)state;
    dk_context *context = doctor_project(
        "", "# n\nDATABASE_URL=postgres://a:b@ep-x-pooler.neon.tech/d?sslmode=require # c\nX=1\n", NULL);
    context->globals.quiet = true;
    report_configure(context);
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    assert_true(doctor_pooled_endpoint.fix(context, NULL));
    DK_AUTOFREE char *path = dk_path_join(context->root, ".env");
    assert_true(dk_file_read(path, 0, &text, NULL));
    assert_string_equal(dk_buf_text(&text),
                        "# n\nDATABASE_URL=postgres://a:b@ep-x.neon.tech/d?sslmode=require # c\nX=1\n");
    expect(context, &doctor_pooled_endpoint, DK_CHECK_OK, "");
    assert_false(doctor_pooled_endpoint.fix(context, NULL));
    fake_free(context);
}

static void test_text(void **state) {
    (void)state;
    assert_null(doctor_text_without_pooler(NULL));
    assert_null(doctor_text_without_pooler("postgres://a@b/c"));
    DK_AUTOFREE char *text = doctor_text_without_pooler("postgres://a@b-pooler.c/d");
    assert_string_equal(text, "postgres://a@b.c/d");
    DK_AUTOFREE char *password = doctor_text_without_pooler("postgres://a:x-pooler.y@b-pooler.c/d");
    assert_string_equal(password, "postgres://a:x-pooler.y@b.c/d");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_hosts), cmocka_unit_test(test_mending),
                                       cmocka_unit_test(test_text)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* plugins/doctor/tls.c */
#include "doctor_project.h"

static void expect_env(const char *env, dk_check_status status, const char *text) {
    dk_context *context = doctor_project("", env, NULL);
    unsetenv("PGSSLMODE");
    expect(context, &doctor_tls, status, text);
    fake_free(context);
}

static void test_what_a_host_deserves(void **state) {
    (void)state;
    expect_env(NO_SERVER, DK_CHECK_OK, "needs none");
    expect_env("DATABASE_URL=postgres://a:b@db/d\n", DK_CHECK_OK, "needs none");
    expect_env("DATABASE_URL=postgres://a:b@10.1.2.3/d\n", DK_CHECK_OK, "");
    expect_env("DATABASE_URL=postgres://a:b@172.20.0.1/d\n", DK_CHECK_OK, "");
    expect_env("DATABASE_URL=postgres://a:b@192.168.7.1/d\n", DK_CHECK_OK, "");
    expect_env("DATABASE_URL=postgres://a:b@203.0.113.5/d\n", DK_CHECK_FAIL, "without sslmode");
    expect_env("DATABASE_URL=postgres://a:b@db.example.com/d\n", DK_CHECK_FAIL, "write sslmode=require");
    expect_env("DATABASE_URL=postgres://a:b@db.example.com/d?sslmode=prefer\n", DK_CHECK_FAIL,
               "with sslmode=prefer");
    expect_env("DATABASE_URL=postgresql+asyncpg://a:b@db.example.com/d\n", DK_CHECK_FAIL, "ssl=require");
    expect_env("DATABASE_URL=\n", DK_CHECK_SKIPPED, "not set");
    expect_env("DATABASE_URL=x\n", DK_CHECK_SKIPPED, "url-invalid");
}

static void expect_text(const char *text, const char *expected) {
    DK_AUTOFREE char *found = doctor_text_with_mode(text, "sslmode", "require");
    assert_string_equal(found, expected);
}

static void test_text(void **state) {
    (void)state;
    expect_text("postgres://a@h/d", "postgres://a@h/d?sslmode=require");
    expect_text("postgres://a@h/d?x=1", "postgres://a@h/d?x=1&sslmode=require");
    expect_text("postgres://a@h/d?sslmode=prefer", "postgres://a@h/d?sslmode=require");
    expect_text("postgres://a@h/d?x=1&sslmode=allow&y=2", "postgres://a@h/d?x=1&sslmode=require&y=2");
    expect_text("postgres://a@h/d?notsslmode=1", "postgres://a@h/d?notsslmode=1&sslmode=require");
}

static void test_mending(void **state) {
    (void)state;
    dk_context *context =
        doctor_project("", "A=1\nDATABASE_URL='postgres://a:b@db.example.com/d'\nZ=1\n", NULL);
    context->globals.quiet = true;
    report_configure(context);
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    assert_true(doctor_tls.fix(context, NULL));
    DK_AUTOFREE char *path = dk_path_join(context->root, ".env");
    assert_true(dk_file_read(path, 0, &text, NULL));
    assert_string_equal(dk_buf_text(&text),
                        "A=1\nDATABASE_URL='postgres://a:b@db.example.com/d?sslmode=require'\nZ=1\n");
    fake_free(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_what_a_host_deserves),
                                       cmocka_unit_test(test_text), cmocka_unit_test(test_mending)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

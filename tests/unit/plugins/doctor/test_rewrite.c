/* plugins/doctor/rewrite.c */
#include "doctor_project.h"

static void expect_can(const char *env, bool expected) {
    dk_context *context = doctor_project("", env, NULL);
    doctor_case of = {.context = context, .database = dk_database_get(context, NULL)};
    assert_int_equal(doctor_can_rewrite(&of), expected);
    fake_free(context);
}

static void test_what_can_be_rewritten(void **state) {
    (void)state;
    expect_can("# x\nDATABASE_URL=postgresql://a:b@localhost:5433/d\n", true);
    expect_can("P=5433\nDATABASE_URL=postgresql://a:b@localhost:${P}/d\n", false);
    dk_context *context = doctor_project("", NULL, NULL);
    setenv("DATABASE_URL", "postgresql://a:b@localhost:5433/d", 1);
    doctor_case of = {.context = context, .database = dk_database_get(context, NULL)};
    assert_false(doctor_can_rewrite(&of));
    unsetenv("DATABASE_URL");
    fake_free(context);
}

static void test_rewriting(void **state) {
    (void)state;
    dk_context *context =
        doctor_project("", "# x\r\nDATABASE_URL='postgres://a:b@h:1/d' # y\r\nZ=1\r\n", NULL);
    context->globals.quiet = true;
    report_configure(context);
    doctor_case of = {.context = context, .database = dk_database_get(context, NULL)};
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    assert_false(doctor_rewrite(&of, "nonsense", NULL));
    assert_true(doctor_rewrite(&of, "postgres://a:b@h:5432/d", NULL));
    DK_AUTOFREE char *path = dk_path_join(context->root, ".env");
    assert_true(dk_file_read(path, 0, &text, NULL));
    assert_string_equal(dk_buf_text(&text), "# x\r\nDATABASE_URL='postgres://a:b@h:5432/d' # y\r\nZ=1\r\n");
    fake_free(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_what_can_be_rewritten),
                                       cmocka_unit_test(test_rewriting)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

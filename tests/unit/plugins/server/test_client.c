/* plugins/server/client.c */
#include "fake_server.h"

#include "ui/ui.h"

static char *run_script(dk_context *context, const char *script, bool *done, dk_error *error) {
    server_words_values values = {0};
    dk_strv_add(&values.words, "sh");
    dk_strv_add(&values.words, "-c");
    dk_strv_add(&values.words, script);
    char *text = one_output(server_run, context, &values, done, error);
    dk_strv_release(&values.words);
    return text;
}

static void test_run_sets_the_environment_and_passes_the_status(void **state) {
    (void)state;
    dk_context *context = fake_project(FAKE_ENV);
    bool done;
    DK_AUTOFREE char *text = run_script(
        context, "echo $DATABASE_URL $PGHOST $PGPORT $PGUSER $PGPASSWORD $PGDATABASE; exit 9", &done, NULL);
    assert_true(done);
    assert_string_equal(text, "postgresql+asyncpg://app:geheim@127.0.0.1:1/tasks 127.0.0.1 1 app geheim "
                              "tasks\n");
    assert_int_equal(ui_exit_status(), 9);
    fake_free(context);
}

static void test_under_json_the_output_is_a_field(void **state) {
    (void)state;
    dk_context *context = fake_project(FAKE_ENV);
    context->globals.json = true;
    report_configure(context);
    bool done;
    DK_AUTOFREE char *text = run_script(context, "echo here; echo there >&2", &done, NULL);
    assert_true(done);
    assert_string_equal(text, "");
    assert_string_equal(dk_json_string(dk_result(context), "output", ""), "here\nthere\n");
    fake_free(context);
}

static void test_a_missing_program(void **state) {
    (void)state;
    dk_context *context = fake_project(FAKE_ENV);
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    server_words_values values = {0};
    bool done;
    dk_strv_add(&values.words, "/nonexistent/program");
    free(one_output(server_run, context, &values, &done, &error));
    assert_false(done);
    assert_true(dk_error_is(&error, "program-missing"));
    dk_strv_release(&values.words);
    fake_free(context);
}

/* No psql but ours: what it gets is what a user's psql would get. */
static void test_psql_gets_its_options_and_no_password_in_them(void **state) {
    (void)state;
    dk_context *context = fake_project(FAKE_ENV);
    static const char script[] = "#!/bin/sh\necho \"$*|$PGPASSWORD|$PGDATABASE\"\n";
    DK_AUTOFREE char *program = dk_path_join(context->root, "psql");
    assert_true(dk_file_write(program, script, strlen(script), 0755, NULL));
    DK_AUTOFREE char *config = dk_format("[server.local]\nbin_dir = \"%s\"\n", context->root);
    DK_AUTOFREE char *toml = dk_path_join(context->root, ".devkit.toml");
    assert_true(dk_file_write(toml, config, strlen(config), 0644, NULL));
    server_words_values values = {0};
    dk_strv_add(&values.words, "-c");
    dk_strv_add(&values.words, "SELECT 1");
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    bool done;
    DK_AUTOFREE char *text = one_output(server_psql, context, &values, &done, &error);
    assert_true(done);
    assert_string_equal(text, "-c SELECT 1|geheim|tasks\n");
    dk_strv_release(&values.words);
    fake_free(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_run_sets_the_environment_and_passes_the_status),
                                       cmocka_unit_test(test_under_json_the_output_is_a_field),
                                       cmocka_unit_test(test_a_missing_program),
                                       cmocka_unit_test(test_psql_gets_its_options_and_no_password_in_them)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

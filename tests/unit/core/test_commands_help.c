/* devkit help: which of the texts is shown for what, for people, man and programs. */
#include "core/commands.h"
#include "core/help.h"
#include "core/man.h"
#include "run_command.h"

static bool show(dk_context *context, const char *name, bool man_page, bool json, dk_error *error) {
    context->globals.json = json;
    report_configure(context);
    catch_output();
    bool shown = commands_show_help(context, name, man_page, error);
    release_output();
    return shown;
}

static void shows_the_overview(void **state) {
    (void)state;
    dk_context *context = sample_context();
    free(make_program(context, "hello"));
    assert_true(show(context, "", false, false, NULL));
    must_have(caught_out.text, "\nServer:\n  rain ");
    must_have(caught_out.text, "devkit-hello");
    DK_AUTO_BUF dk_buf page = DK_BUF_INIT;
    man_overview(&context->catalog, &page);
    assert_true(show(context, "", true, false, NULL));
    assert_string_equal(caught_out.text, dk_buf_text(&page));
    assert_true(show(context, "", false, true, NULL));
    assert_string_equal(caught_out.text, "");
    DK_AUTOFREE char *all = json_dumps(dk_result(context), JSON_COMPACT);
    must_have(all, "\"name\":\"rain stop\"");
    must_have(all, "hello");
    fake_free(context);
}

static void shows_a_command(void **state) {
    (void)state;
    dk_context *context = sample_context();
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    DK_AUTO_BUF dk_buf page = DK_BUF_INIT;
    help_command(&context->catalog, &sample_commands[1], &text);
    man_command(&context->catalog, &sample_commands[1], &page);
    assert_true(show(context, "rain stop", false, false, NULL));
    assert_string_equal(caught_out.text, dk_buf_text(&text));
    assert_true(show(context, "rain stop", true, false, NULL));
    assert_string_equal(caught_out.text, dk_buf_text(&page));
    assert_true(show(context, "rain stop", false, true, NULL));
    assert_string_equal(caught_out.text, "");
    assert_string_equal(dk_json_string(dk_result(context), "name", ""), "rain stop");
    assert_int_equal(sample_runs, 0);
    fake_free(context);
}

static void shows_a_group(void **state) {
    (void)state;
    dk_context *context = sample_context();
    assert_true(show(context, "cloud", false, false, NULL));
    must_have(caught_out.text, "cloud load");
    must_lack(caught_out.text, "cloud secret");
    assert_true(show(context, "cloud", false, true, NULL));
    const json_t *commands = json_object_get(dk_result(context), "commands");
    assert_int_equal(json_array_size(commands), 1);
    assert_string_equal(dk_json_string(json_array_get(commands, 0), "name", ""), "cloud load");
    fake_free(context);
}

/* The program exits with 9; were it run, its output or status would show. */
static void says_where_a_program_is(void **state) {
    (void)state;
    dk_context *context = sample_context();
    DK_AUTOFREE char *program = make_program(context, "hello");
    assert_true(show(context, "hello", false, false, NULL));
    must_have(caught_out.text, program);
    must_have(caught_out.text, "`devkit hello --help`");
    assert_true(show(context, "hello", false, true, NULL));
    assert_string_equal(dk_json_string(dk_result(context), "name", ""), "hello");
    assert_string_equal(dk_json_string(dk_result(context), "program", ""), program);
    fake_free(context);
}

static void refuses_what_there_is_not(void **state) {
    (void)state;
    dk_context *context = sample_context();
    free(make_program(context, "hello"));
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    assert_false(show(context, "rian", false, false, &error));
    assert_string_equal(error.code, "unknown-command");
    assert_int_equal(error.error_class, DK_ERROR_USAGE);
    must_have(error.hint, "rain");
    assert_string_equal(caught_out.text, "");
    fake_free(context);
}

static void the_command_joins_its_words(void **state) {
    (void)state;
    dk_context *context = sample_context();
    DK_AUTO_STRV dk_strv words = DK_STRV_INIT;
    dk_strv_split(&words, "rain stop", ' ');
    DK_AUTOFREE char *values = empty_values(&commands_help);
    memcpy(values + commands_help.arguments[0].offset, &words, sizeof(words));
    assert_true(run_values(context, &commands_help, values, false, NULL));
    must_have(caught_out.text, "Usage: devkit rain stop");
    const bool man_page = true;
    memcpy(values + commands_help.options[0].offset, &man_page, sizeof(man_page));
    assert_true(run_values(context, &commands_help, values, false, NULL));
    must_have(caught_out.text, ".SH NAME\n");
    fake_free(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shows_the_overview),
        cmocka_unit_test(shows_a_command),
        cmocka_unit_test(shows_a_group),
        cmocka_unit_test(says_where_a_program_is),
        cmocka_unit_test(refuses_what_there_is_not),
        cmocka_unit_test(the_command_joins_its_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* devkit completion: each shell gets the script that is written for it, and nothing else. */
#include "core/commands.h"
#include "core/completion.h"
#include "run_command.h"

static const struct {
    const char *shell;
    void (*write)(const command_catalog *catalog, dk_buf *script);
} cases[] = {{"bash", completion_bash}, {"zsh", completion_zsh}, {"fish", completion_fish}};

static void prints_the_shells_own_script(void **state) {
    (void)state;
    dk_context *context = sample_context();
    for (size_t i = 0; i < DK_COUNT(cases); i++) {
        DK_AUTO_BUF dk_buf expected = DK_BUF_INIT;
        cases[i].write(&context->catalog, &expected);
        must_have(dk_buf_text(&expected), "rain");
        assert_true(run_text(context, &commands_completion, cases[i].shell, false, NULL));
        assert_string_equal(caught_out.text, dk_buf_text(&expected));
        assert_string_equal(caught_err.text, "");
        assert_int_equal(json_object_size(dk_result(context)), 0);
    }
    fake_free(context);
}

static void hands_programs_the_script(void **state) {
    (void)state;
    dk_context *context = sample_context();
    for (size_t i = 0; i < DK_COUNT(cases); i++) {
        DK_AUTO_BUF dk_buf expected = DK_BUF_INIT;
        cases[i].write(&context->catalog, &expected);
        assert_true(run_text(context, &commands_completion, cases[i].shell, true, NULL));
        assert_string_equal(caught_out.text, "");
        assert_string_equal(dk_json_string(dk_result(context), "shell", ""), cases[i].shell);
        assert_string_equal(dk_json_string(dk_result(context), "script", ""), dk_buf_text(&expected));
    }
    fake_free(context);
}

/* The parser refuses what is not among the choices, so these have to be the shells that there are. */
static void offers_exactly_these_shells(void **state) {
    (void)state;
    const char *const *choices = commands_completion.arguments[0].choices;
    assert_false(commands_completion.arguments[0].optional);
    size_t count = 0;
    for (; choices[count]; count++)
        assert_string_equal(choices[count], cases[count < DK_COUNT(cases) ? count : 0].shell);
    assert_int_equal(count, DK_COUNT(cases));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prints_the_shells_own_script),
        cmocka_unit_test(hands_programs_the_script),
        cmocka_unit_test(offers_exactly_these_shells),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

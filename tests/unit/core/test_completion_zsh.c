/* The zsh script names every visible word, option and choice. Whether zsh understands it is tried in
 * tests/cli/test_completion.py. */
#include "core/completion.h"
#include "sample_plugin.h"

static void names_words_options_and_choices(void **state) {
    (void)state;
    dk_context *context = sample_context();
    DK_AUTO_BUF dk_buf script = DK_BUF_INIT;
    completion_zsh(&context->catalog, &script);
    static const char *const parts[] = {"#compdef devkit", "'rain --format'", "'--no-follow:", "'it'\\''s'",
                                        "Go on: until",    "'rain stop'",     "files=yes"};
    for (size_t i = 0; i < DK_COUNT(parts); i++)
        must_have(dk_buf_text(&script), parts[i]);
    must_lack(dk_buf_text(&script), "secret");
    must_lack(dk_buf_text(&script), "Not to be seen");
    fake_free(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(names_words_options_and_choices)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

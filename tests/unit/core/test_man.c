/* Manual pages: roff that says what the table says, with nothing of the text taken for a request. */
#include "core/man.h"
#include "sample_plugin.h"

static void writes_a_command_page(void **state) {
    (void)state;
    dk_context *context = sample_context();
    DK_AUTO_BUF dk_buf page = DK_BUF_INIT;
    man_command(&context->catalog, &sample_commands[0], &page);
    static const char *const parts[] = {".TH \"DEVKIT-RAIN\" \"1\"",
                                        "devkit\\-rain \\- Let it rain\n",
                                        ".SH OPTIONS\n",
                                        ".B \\-f, \\-\\-[no\\-]follow\n",
                                        ".B \\-\\-format FORMAT\n",
                                        ".SH COMMANDS\n.TP\n.B rain stop\n",
                                        ".SH EXIT STATUS\n",
                                        "First paragraph.\n.PP\n\\&.second with a \\e and it's end\n"};
    for (size_t i = 0; i < DK_COUNT(parts); i++)
        must_have(dk_buf_text(&page), parts[i]);
    must_lack(dk_buf_text(&page), "\\-\\-key");
    fake_free(context);
}

static void names_a_page_of_two_words(void **state) {
    (void)state;
    dk_context *context = sample_context();
    DK_AUTO_BUF dk_buf page = DK_BUF_INIT;
    man_command(&context->catalog, &sample_commands[1], &page);
    must_have(dk_buf_text(&page), ".TH \"DEVKIT-RAIN-STOP\" ");
    must_have(dk_buf_text(&page), "devkit\\-rain\\-stop \\- Stop");
    fake_free(context);
}

static void writes_an_overview(void **state) {
    (void)state;
    dk_context *context = sample_context();
    DK_AUTO_BUF dk_buf page = DK_BUF_INIT;
    man_overview(&context->catalog, &page);
    must_have(dk_buf_text(&page), ".B cloud load\n");
    must_have(dk_buf_text(&page), "\\-\\-json");
    must_lack(dk_buf_text(&page), "cloud secret");
    fake_free(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_a_command_page),
        cmocka_unit_test(names_a_page_of_two_words),
        cmocka_unit_test(writes_an_overview),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

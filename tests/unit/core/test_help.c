/* Help says everything a table holds, and nothing that is hidden. */
#include "core/help.h"
#include "sample_plugin.h"

static void explains_a_command(void **state) {
    (void)state;
    dk_context *context = sample_context();
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    help_command(&context->catalog, &sample_commands[0], &text);
    static const char *const parts[] = {"Usage: devkit rain [OPTIONS] [NAME]…\n",
                                        "Let it rain.\n",
                                        "First paragraph.\n\n.second",
                                        "-f, --[no-]follow",
                                        "--format FORMAT",
                                        "(one of plain, it's)",
                                        "[default: plain]",
                                        "[environment: SAMPLE_FORMAT]",
                                        "[configuration: reset.mode]",
                                        "Which ones (optional)",
                                        "--json",
                                        "rain stop",
                                        "devkit rain --format plain",
                                        "  4 ",
                                        "  0 "};
    for (size_t i = 0; i < DK_COUNT(parts); i++)
        must_have(dk_buf_text(&text), parts[i]);
    must_lack(dk_buf_text(&text), "--key");
    fake_free(context);
}

static void lists_commands_by_group(void **state) {
    (void)state;
    dk_context *context = sample_context();
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    DK_AUTO_STRV dk_strv programs = DK_STRV_INIT;
    dk_strv_add(&programs, "hello");
    help_overview(&context->catalog, &programs, &text);
    const char *all = dk_buf_text(&text);
    must_have(all, "\nServer:\n  rain ");
    must_have(all, "\nWeather:\n  cloud load ");
    must_have(all, "The program devkit-hello");
    must_lack(all, "rain stop");
    must_lack(all, "cloud secret");
    assert_true(strstr(all, "Server:") < strstr(all, "Weather:") &&
                strstr(all, "Weather:") < strstr(all, "devkit:\n"));
    fake_free(context);
}

static void keeps_lines_within_the_width(void **state) {
    (void)state;
    static const char long_text[] =
        "word word word word word word word word word word word word word word word word "
        "word word word word word word word word word word word word word word word";
    static const dk_option option = {.long_name = "an-option-with-quite-a-long-name",
                                     .metavar = "VALUE",
                                     .type = DK_VALUE_TEXT,
                                     .help = long_text};
    const dk_command command = {
        .name = "x", .summary = "X", .description = long_text, .options = &option, .option_count = 1};
    const command_catalog none = CATALOG_INIT;
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    help_command(&none, &command, &text);
    DK_AUTO_STRV dk_strv lines = DK_STRV_INIT;
    dk_strv_split(&lines, dk_buf_text(&text), '\n');
    for (size_t i = 0; i < lines.count; i++)
        assert_true(strlen(lines.items[i]) <= 96);
}

static void explains_a_group(void **state) {
    (void)state;
    dk_context *context = sample_context();
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    help_group(&context->catalog, "cloud", &text);
    must_have(dk_buf_text(&text), "cloud load");
    must_lack(dk_buf_text(&text), "cloud secret");
    fake_free(context);
}

static void describes_everything_for_programs(void **state) {
    (void)state;
    dk_context *context = sample_context();
    DK_AUTO_JSON json_t *all = help_describe_all(&context->catalog, NULL);
    DK_AUTOFREE char *text = json_dumps(all, JSON_COMPACT);
    must_have(text, "\"name\":\"rain stop\"");
    must_have(text, "\"plugin\":\"weather\"");
    must_have(text, "\"name\":\"json\"");
    must_lack(text, "cloud secret");
    DK_AUTO_JSON json_t *group = help_describe_group(&context->catalog, "cloud");
    assert_int_equal(json_array_size(group), 1);
    fake_free(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(explains_a_command),
        cmocka_unit_test(lists_commands_by_group),
        cmocka_unit_test(keeps_lines_within_the_width),
        cmocka_unit_test(explains_a_group),
        cmocka_unit_test(describes_everything_for_programs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* A plugin with one command of each shape, for the tests of what is made from tables. */
#ifndef SAMPLE_PLUGIN_H
#define SAMPLE_PLUGIN_H

#include "fake_context.h"

typedef struct sample_values {
    bool follow;
    const char *format;
    const char *key;
    dk_strv names;
} sample_values;

static const char *const sample_formats[] = {"plain", "it's", NULL};
static const dk_option sample_options[] = {
    {.long_name = "follow",
     .short_name = 'f',
     .type = DK_VALUE_FLAG,
     .offset = offsetof(sample_values, follow),
     .flags = DK_OPTION_NEGATABLE,
     .help = "Go on: until Ctrl-C"},
    {.long_name = "format",
     .type = DK_VALUE_TEXT,
     .offset = offsetof(sample_values, format),
     .metavar = "FORMAT",
     .choices = sample_formats,
     .default_text = "plain",
     .environment = "SAMPLE_FORMAT",
     .config_key = "reset.mode",
     .help = "How it is written"},
    {.long_name = "key",
     .type = DK_VALUE_PATH,
     .offset = offsetof(sample_values, key),
     .metavar = "FILE",
     .flags = DK_OPTION_HIDDEN,
     .help = "Not to be seen"},
};
static const dk_argument sample_arguments[] = {
    {.metavar = "NAME",
     .type = DK_VALUE_LIST,
     .offset = offsetof(sample_values, names),
     .optional = true,
     .help = "Which ones"},
};
static const dk_argument sample_paths[] = {
    {.metavar = "FILE", .type = DK_VALUE_PATH, .offset = offsetof(sample_values, key), .help = "Where from"},
};
static const dk_example sample_examples[] = {{"devkit rain --format plain", "rains plainly"}};
static const dk_exit_status sample_statuses[] = {{4, "it did not rain"}};

static int sample_runs;
static SILENT bool sample_run(dk_context *context, const void *values, dk_error *error) {
    const sample_values *given = values;
    sample_runs++;
    if (given && given->names.count && dk_streq(given->names.items[0], "fail"))
        return dk_fail(error, DK_ERROR_REFUSED, "no-rain", "it does not rain");
    if (given && given->names.count && dk_streq(given->names.items[0], "find"))
        dk_set_findings(context);
    if (given)
        dk_json_set_string(dk_result(context), "format", given->format);
    return true;
}

static const dk_command sample_commands[] = {
    {.name = "rain",
     .summary = "Let it rain",
     .description = "First paragraph.\n\n.second with a \\ and it's end",
     .group = "Server",
     .arguments = sample_arguments,
     .argument_count = 1,
     .options = sample_options,
     .option_count = DK_COUNT(sample_options),
     .examples = sample_examples,
     .example_count = 1,
     .exit_statuses = sample_statuses,
     .exit_status_count = 1,
     .values_size = sizeof(sample_values),
     .run = sample_run},
    {.name = "rain stop", .summary = "Stop the rain", .group = "Server", .run = sample_run},
    {.name = "cloud load",
     .summary = "Load a cloud",
     .group = "Weather",
     .arguments = sample_paths,
     .argument_count = 1,
     .values_size = sizeof(sample_values),
     .run = sample_run},
    {.name = "cloud secret", .summary = "Unseen", .flags = DK_COMMAND_HIDDEN, .run = sample_run},
};
static const dk_plugin sample_plugin = {
    DK_PLUGIN_HEAD,       .name = "weather",           .version = "1",
    .summary = "Weather", .commands = sample_commands, .command_count = DK_COUNT(sample_commands)};

static SILENT dk_context *sample_context(void) {
    static const dk_plugin *const plugins[] = {&sample_plugin};
    sample_runs = 0;
    return fake_context(plugins, 1, "");
}

static SILENT void must_have(const char *text, const char *part) {
    if (!strstr(text, part))
        fail_msg("\"%s\" is missing in:\n%s", part, text);
}
static SILENT void must_lack(const char *text, const char *part) {
    if (strstr(text, part))
        fail_msg("\"%s\" should not be in:\n%s", part, text);
}

#endif

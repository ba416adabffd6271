/* Command lines (words one a line) against a table with one option of each kind: the words only checked and
 * the words stored come to the same verdict, and nothing leaks. */
#include "core/parse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct fuzz_values {
    bool flag;
    const char *text, *path;
    int64_t integer, bytes, duration;
    dk_strv list, rest;
} fuzz_values;

static const char *const choices[] = {"one", "two", NULL};
static const dk_option options[] = {
    {.long_name = "flag",
     .short_name = 'f',
     .offset = offsetof(fuzz_values, flag),
     .flags = DK_OPTION_NEGATABLE},
    {.long_name = "text",
     .short_name = 't',
     .type = DK_VALUE_TEXT,
     .offset = offsetof(fuzz_values, text),
     .choices = choices,
     .config_key = "reset.mode"},
    {.long_name = "path", .type = DK_VALUE_PATH, .offset = offsetof(fuzz_values, path), .default_text = "."},
    {.long_name = "integer",
     .short_name = 'n',
     .type = DK_VALUE_INTEGER,
     .offset = offsetof(fuzz_values, integer)},
    {.long_name = "size",
     .type = DK_VALUE_SIZE,
     .offset = offsetof(fuzz_values, bytes),
     .default_text = "1MB"},
    {.long_name = "wait", .type = DK_VALUE_DURATION, .offset = offsetof(fuzz_values, duration)},
    {.long_name = "list", .short_name = 'l', .type = DK_VALUE_LIST, .offset = offsetof(fuzz_values, list)},
};
static const dk_argument arguments[] = {
    {.metavar = "REST", .type = DK_VALUE_LIST, .offset = offsetof(fuzz_values, rest), .optional = true}};

static bool parse(const dk_command *command, const dk_strv *words, bool fill) {
    core_globals globals = {0};
    parse_result result = PARSE_RESULT_INIT;
    dk_error error = DK_ERROR_INIT;
    bool fine = parse_command(command, (const char *const *)words->items, words->count, fill, &globals,
                              &result, &error);
    if (!fine && (error.error_class != DK_ERROR_USAGE || !error.message))
        abort();
    parse_result_release(&result);
    dk_error_release(&error);
    return fine;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const unsigned flags[] = {0, DK_COMMAND_REST, DK_COMMAND_REST | DK_COMMAND_OPEN};
    char *text = dk_strndup((const char *)data, size);
    dk_strv words = DK_STRV_INIT;
    dk_strv_split(&words, text, '\n');
    for (size_t i = 0; i < DK_COUNT(flags); i++) {
        const dk_command command = {.name = "fuzz",
                                    .options = options,
                                    .option_count = DK_COUNT(options),
                                    .arguments = arguments,
                                    .argument_count = DK_COUNT(arguments),
                                    .values_size = sizeof(fuzz_values),
                                    .flags = flags[i]};
        if (parse(&command, &words, false) != parse(&command, &words, true)) {
            fprintf(stderr, "checking and storing differ: %s\n", text);
            abort();
        }
    }
    dk_strv_release(&words);
    free(text);
    return 0;
}

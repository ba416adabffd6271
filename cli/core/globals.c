/* See globals.h. */
#include "core/globals.h"

#define FLAG(long_text, short_character, field, help_text)                                                   \
    {                                                                                                        \
        .long_name = (long_text), .short_name = (short_character), .type = DK_VALUE_FLAG,                    \
        .offset = offsetof(core_globals, field), .help = (help_text)                                         \
    }

const dk_option core_global_options[] = {
    {.long_name = "directory",
     .short_name = 'C',
     .type = DK_VALUE_PATH,
     .offset = offsetof(core_globals, directory),
     .metavar = "DIR",
     .help = "Work in the project of this folder"},
    {.long_name = "env",
     .type = DK_VALUE_TEXT,
     .offset = offsetof(core_globals, environment),
     .metavar = "NAME",
     /* Handed on to executable plugins, so that what they call works on the same database. */
     .environment = "DEVKIT_ENV",
     .help = "Use the database of [env.NAME]"},
    FLAG("json", 0, json, "Print one JSON object"),
    FLAG("quiet", 'q', quiet, "Say only what went wrong"),
    FLAG("verbose", 'v', verbose, "Say more, to find out why"),
    FLAG("no-color", 0, no_color, "Print without colours"),
    FLAG("yes", 'y', yes, "Answer questions with yes"),
    FLAG("no-input", 0, no_input, "Never ask; fail where an answer is needed"),
    FLAG("help", 'h', help, "Explain the command"),
    FLAG("version", 0, version, "Print devkit's version"),
};
const size_t core_global_option_count = DK_COUNT(core_global_options);

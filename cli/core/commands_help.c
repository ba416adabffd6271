/* devkit help */
#include "core/commands.h"
#include "core/context.h"
#include "core/help.h"
#include "core/man.h"
#include "host/executable.h"

typedef struct help_values {
    dk_strv words;
    bool man_page;
} help_values;

static void show_overview(dk_context *context, bool man_page) {
    const command_catalog *catalog = context_full_catalog(context);
    DK_AUTO_STRV dk_strv executables = DK_STRV_INIT;
    executable_list(&executables);
    if (dk_is_json(context)) {
        DK_AUTO_JSON json_t *all = help_describe_all(catalog, &executables);
        json_object_update(dk_result(context), all);
        return;
    }
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    if (man_page)
        man_overview(catalog, &text);
    else
        help_overview(catalog, &executables, &text);
    dk_print(context, "%s", dk_buf_text(&text));
}

static void show_command(dk_context *context, const catalog_entry *entry, bool man_page) {
    const command_catalog *catalog = context_full_catalog(context);
    if (dk_is_json(context)) {
        DK_AUTO_JSON json_t *command = help_describe(entry);
        json_object_update(dk_result(context), command);
        return;
    }
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    if (man_page)
        man_command(catalog, entry->command, &text);
    else
        help_command(catalog, entry->command, &text);
    dk_print(context, "%s", dk_buf_text(&text));
}

static void show_group(dk_context *context, const char *name) {
    const command_catalog *catalog = context_full_catalog(context);
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    help_group(catalog, name, &text);
    dk_print(context, "%s", dk_buf_text(&text));
    if (dk_is_json(context))
        json_object_set_new(dk_result(context), "commands", help_describe_group(catalog, name));
}

/* Help runs nothing: for a program of somebody else it only says where that is. */
static bool show_executable(dk_context *context, const char *name) {
    DK_AUTOFREE char *path = executable_find(name);
    if (!path)
        return false;
    dk_print(context, "devkit %s runs the program %s\n`devkit %s --help` asks it for its own help.\n", name,
             path, name);
    if (dk_is_json(context)) {
        dk_json_set_string(dk_result(context), "name", name);
        dk_json_set_string(dk_result(context), "program", path);
    }
    return true;
}

bool commands_show_help(dk_context *context, const char *name, bool man_page, dk_error *error) {
    if (!*name) {
        show_overview(context, man_page);
        return true;
    }
    const command_catalog *catalog = context_catalog(context);
    const catalog_entry *entry = catalog_find(catalog, name);
    if (entry) {
        show_command(context, entry, man_page);
        return true;
    }
    if (catalog_is_group(catalog, name)) {
        show_group(context, name);
        return true;
    }
    return show_executable(context, name) || catalog_fail_unknown(catalog, name, error);
}

static bool run_help(dk_context *context, const void *values, dk_error *error) {
    const help_values *given = values;
    DK_AUTOFREE char *name = dk_strv_join(&given->words, " ");
    return commands_show_help(context, name, given->man_page, error);
}

static const dk_argument arguments[] = {
    {.metavar = "COMMAND",
     .type = DK_VALUE_LIST,
     .offset = offsetof(help_values, words),
     .optional = true,
     .help = "What to explain; without it, every command is listed"},
};
static const dk_option options[] = {
    {.long_name = "man",
     .type = DK_VALUE_FLAG,
     .offset = offsetof(help_values, man_page),
     .help = "Print a manual page, for man -l"},
};
static const dk_example examples[] = {
    {"devkit help reset", "what reset does and which options it has"},
    {"devkit help --man reset | man -l -", "the same as a manual page"},
    {"devkit help --json", "every command and option, for programs"},
};
const dk_command commands_help = {
    .name = "help",
    .summary = "Explain devkit or one of its commands",
    .group = "devkit",
    DK_ARGUMENTS(arguments),
    DK_OPTIONS(options),
    DK_EXAMPLES(examples),
    .values_size = sizeof(help_values),
    .run = run_help,
};

/* See help.h. */
#include "core/help.h"
#include "base/utf8.h"
#include "core/globals.h"
#include "core/parse.h"
#include "host/table.h"

#include <string.h>

#define WIDTH 96
#define LABEL_WIDTH 26

const char *const help_groups[] = {"Database", "Server", "Project", "devkit"};
const size_t help_group_count = DK_COUNT(help_groups);

static const dk_exit_status common_statuses[] = {
    {0, "it was done"},
    {1, "it failed"},
    {2, "wrong usage or configuration"},
};
static const dk_exit_status last_status = {130, "it was interrupted"};

static void add_blanks(dk_buf *text, size_t count) {
    for (size_t i = 0; i < count; i++)
        dk_buf_add_char(text, ' ');
}

/* Adds words wrapped at WIDTH, from `column` on, further lines indented by `indent`; newlines stay. */
static void add_wrapped(dk_buf *text, const char *words, size_t column, size_t indent) {
    bool fresh = true;
    while (*words) {
        if (*words == '\n') {
            dk_buf_add_char(text, '\n');
            if (words[1] && words[1] != '\n')
                add_blanks(text, indent);
            column = indent;
            fresh = true;
            words++;
            continue;
        }
        size_t length = strcspn(words, " \n");
        DK_AUTOFREE char *word = dk_strndup(words, length);
        size_t width = utf8_width(word);
        if (!fresh && column + 1 + width > WIDTH) {
            dk_buf_add_char(text, '\n');
            add_blanks(text, indent);
            column = indent;
            fresh = true;
        }
        if (!fresh) {
            dk_buf_add_char(text, ' ');
            column++;
        }
        dk_buf_append(text, words, length);
        column += width;
        fresh = false;
        words += length;
        words += strspn(words, " ");
    }
    dk_buf_add_char(text, '\n');
}

static void add_entry(dk_buf *text, const char *label, const char *explanation) {
    size_t width = utf8_width(label);
    dk_buf_addf(text, "  %s", label);
    if (width + 2 > LABEL_WIDTH) {
        dk_buf_add_char(text, '\n');
        width = 0;
        add_blanks(text, 2);
    }
    add_blanks(text, LABEL_WIDTH + 2 - width);
    add_wrapped(text, explanation ? explanation : "", LABEL_WIDTH + 4, LABEL_WIDTH + 4);
}

void help_option_label(const dk_option *option, dk_buf *label) {
    if (option->short_name)
        dk_buf_addf(label, "-%c, ", option->short_name);
    dk_buf_addf(label, "--%s%s", option->flags & DK_OPTION_NEGATABLE ? "[no-]" : "", option->long_name);
    if (option->type != DK_VALUE_FLAG)
        dk_buf_addf(label, " %s", option->metavar ? option->metavar : "VALUE");
}

static void add_choices(dk_buf *text, const char *const *choices) {
    for (size_t i = 0; choices && choices[i]; i++)
        dk_buf_addf(text, "%s%s", i ? ", " : " (one of ", choices[i]);
    if (choices && choices[0])
        dk_buf_add_char(text, ')');
}

void help_option_text(const dk_option *option, dk_buf *text) {
    dk_buf_add(text, option->help ? option->help : "");
    add_choices(text, option->choices);
    if (option->type == DK_VALUE_LIST)
        dk_buf_add(text, " (may be repeated)");
    if (option->flags & DK_OPTION_REQUIRED)
        dk_buf_add(text, " (required)");
    if (option->default_text)
        dk_buf_addf(text, " [default: %s]", option->default_text);
    if (option->environment)
        dk_buf_addf(text, " [environment: %s]", option->environment);
    if (option->config_key)
        dk_buf_addf(text, " [configuration: %s]", option->config_key);
}

static void add_options(dk_buf *text, const char *heading, const dk_option *options, size_t count) {
    bool headed = false;
    for (size_t i = 0; i < count; i++) {
        if (options[i].flags & DK_OPTION_HIDDEN)
            continue;
        if (!headed)
            dk_buf_addf(text, "\n%s:\n", heading);
        headed = true;
        DK_AUTO_BUF dk_buf label = DK_BUF_INIT, explanation = DK_BUF_INIT;
        /* Long names stand under each other whether there is a short one or not. */
        if (!options[i].short_name)
            dk_buf_add(&label, "    ");
        help_option_label(&options[i], &label);
        help_option_text(&options[i], &explanation);
        add_entry(text, dk_buf_text(&label), dk_buf_text(&explanation));
    }
}

static void add_arguments(dk_buf *text, const dk_command *command) {
    if (command->argument_count)
        dk_buf_add(text, "\nArguments:\n");
    for (size_t i = 0; i < command->argument_count; i++) {
        const dk_argument *argument = &command->arguments[i];
        DK_AUTO_BUF dk_buf explanation = DK_BUF_INIT;
        dk_buf_add(&explanation, argument->help ? argument->help : "");
        add_choices(&explanation, argument->choices);
        if (argument->optional)
            dk_buf_add(&explanation, " (optional)");
        add_entry(text, argument->metavar, dk_buf_text(&explanation));
    }
}

static void add_commands(const command_catalog *catalog, const char *prefix, dk_buf *text) {
    size_t length = strlen(prefix);
    bool headed = false;
    for (size_t i = 0; i < catalog->count; i++) {
        const dk_command *command = catalog->entries[i].command;
        if ((command->flags & DK_COMMAND_HIDDEN) || strncmp(command->name, prefix, length) != 0 ||
            command->name[length] != ' ')
            continue;
        if (!headed)
            dk_buf_add(text, "\nCommands:\n");
        headed = true;
        add_entry(text, command->name, command->summary);
    }
}

static const char *text_of_status(const dk_exit_status *statuses, size_t count, int status) {
    for (size_t i = 0; i < count; i++)
        if (statuses[i].status == status)
            return statuses[i].text;
    return NULL;
}

/* The command's own words replace the general ones. */
void help_each_status(const dk_command *command, help_status_visitor *visitor, void *data) {
    const dk_exit_status *own = command->exit_statuses;
    for (size_t i = 0; i < DK_COUNT(common_statuses); i++) {
        const char *text = text_of_status(own, command->exit_status_count, common_statuses[i].status);
        visitor(data, common_statuses[i].status, text ? text : common_statuses[i].text);
    }
    for (size_t i = 0; i < command->exit_status_count; i++)
        if (!text_of_status(common_statuses, DK_COUNT(common_statuses), own[i].status))
            visitor(data, own[i].status, own[i].text);
    if (!text_of_status(own, command->exit_status_count, last_status.status))
        visitor(data, last_status.status, last_status.text);
}

static void add_status(void *data, int status, const char *explanation) {
    DK_AUTOFREE char *label = dk_format("%d", status);
    add_entry(data, label, explanation);
}

void help_command(const command_catalog *catalog, const dk_command *command, dk_buf *text) {
    dk_buf_add(text, "Usage: ");
    parse_usage_line(command, text);
    dk_buf_addf(text, "\n\n%s.\n", command->summary);
    if (command->description) {
        dk_buf_add_char(text, '\n');
        add_wrapped(text, command->description, 0, 0);
    }
    add_arguments(text, command);
    add_options(text, "Options", command->options, command->option_count);
    add_options(text, "Global options", core_global_options, core_global_option_count);
    add_commands(catalog, command->name, text);
    if (command->example_count)
        dk_buf_add(text, "\nExamples:\n");
    for (size_t i = 0; i < command->example_count; i++)
        add_entry(text, command->examples[i].command, command->examples[i].text);
    dk_buf_add(text, "\nExit status:\n");
    help_each_status(command, add_status, text);
}

void help_group(const command_catalog *catalog, const char *prefix, dk_buf *text) {
    dk_buf_addf(text, "Usage: devkit %s COMMAND\n", prefix);
    add_commands(catalog, prefix, text);
    dk_buf_addf(text, "\n`devkit %s COMMAND --help` explains one of them.\n", prefix);
}

/* ── overview ─────────────────────────────────────────────────────────────────────────────────────────── */

/* Commands below another are listed with it, unless that word is no command of its own. */
static bool in_overview(const command_catalog *catalog, const dk_command *command) {
    if (command->flags & DK_COMMAND_HIDDEN)
        return false;
    const char *blank = strchr(command->name, ' ');
    if (!blank)
        return true;
    DK_AUTOFREE char *first = dk_strndup(command->name, (size_t)(blank - command->name));
    return !catalog_find(catalog, first);
}

static void add_group(const command_catalog *catalog, const char *group, dk_buf *text) {
    bool headed = false;
    for (size_t i = 0; i < catalog->count; i++) {
        const dk_command *command = catalog->entries[i].command;
        if (!dk_streq(command->group ? command->group : "Other", group) || !in_overview(catalog, command))
            continue;
        if (!headed)
            dk_buf_addf(text, "\n%s:\n", group);
        headed = true;
        add_entry(text, command->name, command->summary);
    }
}

static void list_groups(const command_catalog *catalog, dk_strv *groups) {
    /* "devkit", the last of the known ones, stays last. */
    for (size_t i = 0; i + 1 < help_group_count; i++)
        dk_strv_add(groups, help_groups[i]);
    for (size_t i = 0; i < catalog->count; i++) {
        const char *group = catalog->entries[i].command->group;
        group = group ? group : "Other";
        if (!dk_strv_contains(groups, group) && !dk_streq(group, help_groups[help_group_count - 1]))
            dk_strv_add(groups, group);
    }
    dk_strv_add(groups, help_groups[help_group_count - 1]);
}

void help_overview(const command_catalog *catalog, const dk_strv *executables, dk_buf *text) {
    dk_buf_add(text, "devkit makes the database you have the database your code expects.\n\n"
                     "Usage: devkit [OPTIONS] COMMAND\n");
    DK_AUTO_STRV dk_strv groups = DK_STRV_INIT;
    list_groups(catalog, &groups);
    for (size_t i = 0; i < groups.count; i++)
        add_group(catalog, groups.items[i], text);
    if (executables && executables->count)
        dk_buf_add(text, "\nFurther programs:\n");
    for (size_t i = 0; executables && i < executables->count; i++) {
        DK_AUTOFREE char *program = dk_format("The program devkit-%s", executables->items[i]);
        add_entry(text, executables->items[i], program);
    }
    add_options(text, "Options", core_global_options, core_global_option_count);
    dk_buf_add(text, "\n`devkit help COMMAND` explains one of them.\n");
}

/* ── for programs ─────────────────────────────────────────────────────────────────────────────────────── */

json_t *help_describe(const catalog_entry *entry) {
    json_t *object = table_describe_command(entry->command);
    dk_json_set_string(object, "plugin", entry->plugin ? entry->plugin->name : NULL);
    return object;
}

json_t *help_describe_group(const command_catalog *catalog, const char *prefix) {
    json_t *list = json_array();
    size_t length = strlen(prefix);
    for (size_t i = 0; i < catalog->count; i++) {
        const dk_command *command = catalog->entries[i].command;
        bool below =
            length == 0 || (strncmp(command->name, prefix, length) == 0 && command->name[length] == ' ');
        if (below && !(command->flags & DK_COMMAND_HIDDEN))
            json_array_append_new(list, help_describe(&catalog->entries[i]));
    }
    return list;
}

json_t *help_describe_all(const command_catalog *catalog, const dk_strv *executables) {
    json_t *object = json_object();
    json_object_set_new(object, "commands", help_describe_group(catalog, ""));
    json_object_set_new(object, "global_options",
                        table_describe_options(core_global_options, core_global_option_count));
    json_t *programs = json_array();
    for (size_t i = 0; executables && i < executables->count; i++)
        json_array_append_new(programs, json_string(executables->items[i]));
    json_object_set_new(object, "programs", programs);
    return object;
}

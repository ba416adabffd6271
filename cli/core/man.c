/* See man.h. */
#include "core/man.h"
#include "core/globals.h"
#include "core/help.h"
#include "core/parse.h"

#include <ctype.h>
#include <string.h>

/* Escapes what roff would take for its own: backslashes, dashes (copied from the page they must stay
 * minus signs), and a control character at the start of a line. */
static void add_text(dk_buf *page, const char *text) {
    bool line_start = true;
    for (; *text; text++) {
        if (line_start && (*text == '.' || *text == '\''))
            dk_buf_add(page, "\\&");
        line_start = *text == '\n';
        if (*text == '\\')
            dk_buf_add(page, "\\e");
        else if (*text == '-')
            dk_buf_add(page, "\\-");
        else if (*text == '\n' && text[1] == '\n')
            dk_buf_add(page, "\n.PP"), text += text[2] == 0;
        else
            dk_buf_add_char(page, *text);
    }
}

static void add_line(dk_buf *page, const char *text) {
    add_text(page, text);
    dk_buf_add_char(page, '\n');
}

static void add_item(dk_buf *page, const char *label, const char *text) {
    dk_buf_add(page, ".TP\n.B ");
    add_line(page, label);
    add_line(page, text && *text ? text : "\\&");
}

static void add_title(dk_buf *page, const char *name) {
    dk_buf_add(page, ".TH \"DEVKIT");
    for (const char *at = name; *at; at++)
        dk_buf_add_char(page, *at == ' ' ? '-' : (char)toupper((unsigned char)*at));
    dk_buf_addf(page, "\" \"1\" \"\" \"devkit %s\" \"devkit\"\n", DEVKIT_VERSION);
}

static void add_options(dk_buf *page, const char *heading, const dk_option *options, size_t count) {
    bool headed = false;
    for (size_t i = 0; i < count; i++) {
        if (options[i].flags & DK_OPTION_HIDDEN)
            continue;
        if (!headed)
            dk_buf_addf(page, ".SH %s\n", heading);
        headed = true;
        DK_AUTO_BUF dk_buf label = DK_BUF_INIT, text = DK_BUF_INIT;
        help_option_label(&options[i], &label);
        help_option_text(&options[i], &text);
        add_item(page, dk_buf_text(&label), dk_buf_text(&text));
    }
}

static void add_status(void *data, int status, const char *text) {
    DK_AUTOFREE char *label = dk_format("%d", status);
    add_item(data, label, text);
}

static void add_commands(const command_catalog *catalog, const char *prefix, const char *heading,
                         dk_buf *page) {
    DK_AUTO_STRV dk_strv names = DK_STRV_INIT;
    catalog_names(catalog, prefix, &names);
    if (names.count)
        dk_buf_addf(page, ".SH %s\n", heading);
    for (size_t i = 0; i < names.count; i++)
        add_item(page, names.items[i], catalog_find(catalog, names.items[i])->command->summary);
}

void man_command(const command_catalog *catalog, const dk_command *command, dk_buf *page) {
    DK_AUTOFREE char *title = dk_format(" %s", command->name);
    add_title(page, title);
    dk_buf_add(page, ".SH NAME\n");
    DK_AUTOFREE char *name = dk_format("devkit-%s", command->name);
    for (char *at = name; *at; at++)
        *at = *at == ' ' ? '-' : *at;
    add_text(page, name);
    dk_buf_add(page, " \\- ");
    add_line(page, command->summary);
    dk_buf_add(page, ".SH SYNOPSIS\n.B ");
    DK_AUTO_BUF dk_buf usage = DK_BUF_INIT;
    parse_usage_line(command, &usage);
    add_line(page, dk_buf_text(&usage));
    dk_buf_add(page, ".SH DESCRIPTION\n");
    add_line(page, command->description ? command->description : command->summary);
    for (size_t i = 0; i < command->argument_count; i++) {
        if (i == 0)
            dk_buf_add(page, ".SH ARGUMENTS\n");
        add_item(page, command->arguments[i].metavar, command->arguments[i].help);
    }
    add_options(page, "OPTIONS", command->options, command->option_count);
    add_options(page, "GLOBAL OPTIONS", core_global_options, core_global_option_count);
    add_commands(catalog, command->name, "COMMANDS", page);
    for (size_t i = 0; i < command->example_count; i++) {
        if (i == 0)
            dk_buf_add(page, ".SH EXAMPLES\n");
        add_item(page, command->examples[i].command, command->examples[i].text);
    }
    dk_buf_add(page, ".SH EXIT STATUS\n");
    help_each_status(command, add_status, page);
    dk_buf_add(page, ".SH SEE ALSO\n.BR devkit (1)\n");
}

void man_overview(const command_catalog *catalog, dk_buf *page) {
    add_title(page, "");
    dk_buf_add(page, ".SH NAME\ndevkit \\- make the database you have the database your code expects\n"
                     ".SH SYNOPSIS\n.B devkit [OPTIONS] COMMAND\n");
    add_commands(catalog, "", "COMMANDS", page);
    add_options(page, "OPTIONS", core_global_options, core_global_option_count);
}

/* Help texts, made from the command tables. */
#ifndef CORE_HELP_H
#define CORE_HELP_H

#include "core/catalog.h"

/* `devkit help`: groups and summaries. `executables` are the devkit-NAME programs found, without prefix. */
void help_overview(const command_catalog *catalog, const dk_strv *executables, dk_buf *text);
/* `devkit help COMMAND`: usage, description, arguments, options, commands below it, examples, exit statuses.
 */
void help_command(const command_catalog *catalog, const dk_command *command, dk_buf *text);
/* `devkit snapshot` where only "snapshot save" and others are commands. */
void help_group(const command_catalog *catalog, const char *prefix, dk_buf *text);

/* The same for programs. Caller owns. */
json_t *help_describe_all(const command_catalog *catalog, const dk_strv *executables);
json_t *help_describe(const catalog_entry *entry);
json_t *help_describe_group(const command_catalog *catalog, const char *prefix);

/* "-t, --timeout SECONDS"; also for the man page. */
void help_option_label(const dk_option *option, dk_buf *label);
/* Its help with choices, default, environment variable and configuration key. */
void help_option_text(const dk_option *option, dk_buf *text);
/* Every command's exit statuses: 0, 1, 2 and those of its table. */
typedef void help_status_visitor(void *data, int status, const char *text);
void help_each_status(const dk_command *command, help_status_visitor *visitor, void *data);

/* Headings of `devkit help`, in their order; a command's group that is not among them comes after. */
extern const char *const help_groups[];
extern const size_t help_group_count;

#endif

/* Command tables as JSON and back: what the plugin index and `devkit help --json` are made of.
 *
 * A command read from JSON is complete but for what only the plugin itself has: offsets are 0 and `run` is
 * NULL. Help, man pages and completion need no more; to run it the plugin is opened. */
#ifndef HOST_TABLE_H
#define HOST_TABLE_H

#include <devkit/command.h>
#include <devkit/json.h>

/* A new object; the caller owns it. */
json_t *table_describe_command(const dk_command *command);
json_t *table_describe_options(const dk_option *options, size_t count);

/* Fills `command` from an object that table_describe_command made. Strings are borrowed from `source`, which
 * must outlive the command. Errors: "index-invalid". */
bool table_read_command(const json_t *source, dk_command *command, dk_error *error);
void table_release_command(dk_command *command);

/* "flag", "text", … */
const char *table_type_name(dk_value_type type);

#endif

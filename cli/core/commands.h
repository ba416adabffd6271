/* devkit's own commands. A new one: a commands_NAME.c with a constant table, declared here, and a line in
 * commands.c; tests/cli/test_commands.py then walks it like all others. */
#ifndef CORE_COMMANDS_H
#define CORE_COMMANDS_H

#include <devkit/command.h>

extern const dk_command commands_completion;
extern const dk_command commands_config;
extern const dk_command commands_config_get;
extern const dk_command commands_help;
extern const dk_command commands_plugin_index;
extern const dk_command commands_plugin_list;
extern const dk_command commands_version;

/* Also what `devkit`, `devkit --help`, `devkit GROUP` and `devkit COMMAND --help` show. `words` name a
 * command, a group or nothing. Error: "unknown-command" (USAGE). */
bool commands_show_help(dk_context *context, const char *name, bool man_page, dk_error *error);
bool commands_show_version(dk_context *context, const void *values, dk_error *error);

#endif

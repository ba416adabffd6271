/* The list of devkit's own commands. */
#include "core/commands.h"
#include "core/catalog.h"

const dk_command *const catalog_builtins[] = {
    &commands_config,     &commands_config_get, &commands_plugin_list, &commands_plugin_index,
    &commands_completion, &commands_help,       &commands_version,
};
const size_t catalog_builtin_count = DK_COUNT(catalog_builtins);

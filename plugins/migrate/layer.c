/* The layer "migrate": what the migrations depend on, and applying them by the tool the project has. */
#include "migrate.h"

#include <kit/layer/layer.h>

static bool add_items(dk_layer_inputs *inputs, const char *folder, const dk_strv *patterns, dk_error *error) {
    DK_AUTO_STRV dk_strv paths = DK_STRV_INIT;
    return dk_glob(folder, patterns, &paths, error) && layer_item_files(inputs, folder, &paths, error);
}

static bool sql_inputs(const migrate_tool *tool, const dk_config *config, dk_layer_inputs *inputs,
                       dk_error *error) {
    MIGRATE_AUTO_FILES migrate_files files = MIGRATE_FILES_INIT;
    DK_AUTO_STRV dk_strv paths = DK_STRV_INIT;
    if (!migrate_files_list(tool->folder, &files, error))
        return false;
    for (size_t i = 0; i < files.count; i++)
        dk_strv_add(&paths, files.items[i].up);
    layer_input_text(inputs, "format", MIGRATE_FORMAT);
    /* What the files include (\ir), which devkit does not see. */
    if (config->migrate.inputs.count > 0 &&
        !layer_input_files(inputs, tool->root, &config->migrate.inputs, error))
        return false;
    return layer_item_files(inputs, tool->folder, &paths, error);
}

static bool command_inputs(dk_context *context, const migrate_tool *tool, const dk_config *config,
                           dk_layer_inputs *inputs, dk_error *error) {
    layer_input_text(inputs, "command", tool->command);
    layer_input_text(inputs, "cwd", config->migrate.cwd);
    layer_input_text(inputs, "venv", config->migrate.venv);
    if (tool->fixed.count == 0 && tool->items.count == 0)
        dk_warn(
            context,
            "[migrate] names no files: devkit can't see when the migrations change; set [migrate] inputs");
    return layer_input_files(inputs, tool->root, &tool->fixed, error) &&
           add_items(inputs, tool->root, &tool->items, error);
}

static bool migrate_fingerprint(dk_context *context, dk_layer_inputs *inputs, unsigned *flags,
                                dk_error *error) {
    MIGRATE_AUTO_TOOL migrate_tool tool = MIGRATE_TOOL_INIT;
    const dk_config *config = dk_config_get(context, error);
    if (!config || !migrate_tool_get(context, &tool, error))
        return false;
    if (tool.kind == MIGRATE_NONE) {
        *flags = DK_LAYER_SKIP;
        return true;
    }
    layer_input_text(inputs, "tool", tool.name);
    for (size_t i = 0; i < config->migrate.verify.count; i++)
        layer_input_text(inputs, "verify", config->migrate.verify.items[i]);
    *flags = DK_LAYER_INCREMENTAL | (tool.kind == MIGRATE_SQL ? DK_LAYER_ORDERED : DK_LAYER_COMMAND);
    return tool.kind == MIGRATE_SQL ? sql_inputs(&tool, config, inputs, error)
                                    : command_inputs(context, &tool, config, inputs, error);
}

static bool run_command(dk_context *context, const migrate_tool *tool, const dk_config *config,
                        const dk_layer_target *target, dk_error *error) {
    MIGRATE_AUTO_SESSION migrate_session session = {0};
    layer_command command = {"migrate", tool->command, config->migrate.cwd, config->migrate.venv};
    if (layer_is_aside(target) && !migrate_alembic_check_url(tool, target->variable, error))
        return false;
    if (!layer_command_run(context, &command, target, error))
        return false;
    return config->migrate.verify.count == 0 ||
           (migrate_session_open(context, target->url, &session, error) &&
            migrate_verify(&session, &config->migrate.verify, error));
}

static bool migrate_apply(dk_context *context, const dk_layer_target *target, dk_error *error) {
    MIGRATE_AUTO_TOOL migrate_tool tool = MIGRATE_TOOL_INIT;
    const dk_config *config = dk_config_get(context, error);
    if (!config || !migrate_tool_get(context, &tool, error))
        return false;
    switch (tool.kind) {
    case MIGRATE_SQL:
        return migrate_sql_apply(context, &tool, target, error) || layer_hint_untouched(target, error);
    case MIGRATE_COMMAND:
        return run_command(context, &tool, config, target, error);
    case MIGRATE_NONE:
        break;
    }
    return true;
}

const dk_layer_interface migrate_layer = {
    .head = DK_INTERFACE("layer", "migrate", DK_LAYER_VERSION, dk_layer_interface),
    .fingerprint = migrate_fingerprint,
    .apply = migrate_apply,
};

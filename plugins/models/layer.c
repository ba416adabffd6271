/* The layer "models": one command that makes the schema from the models, and one that stamps it. */
#include "models.h"

#include <kit/layer/layer.h>

static const dk_config *configuration(dk_context *context, dk_error *error) {
    const dk_config *config = dk_config_get(context, error);
    if (!config || *config->models.command)
        return config;
    dk_fail(error, DK_ERROR_USAGE, "models-command-missing",
            "[reset] layers has \"models\", but [models] command is not set");
    dk_error_hint(
        error, "set it to what makes the schema from the models: [models] command = \"python init_db.py\"");
    return NULL;
}

static bool named_files(const char *root, const dk_config *config, const char *command, dk_strv *files,
                        dk_error *error) {
    return !*command || layer_command_files(root, config->migrate.cwd, command, files, error);
}

static bool models_fingerprint(dk_context *context, dk_layer_inputs *inputs, unsigned *flags,
                               dk_error *error) {
    DK_AUTO_STRV dk_strv files = DK_STRV_INIT;
    const char *root = dk_project_root(context, error);
    const dk_config *config = root ? configuration(context, error) : NULL;
    if (!config)
        return false;
    *flags = DK_LAYER_COMMAND;
    if (config->models.inputs.count == 0)
        dk_warn(context, "[models] inputs names no files: devkit can't see when a model changes");
    layer_input_text(inputs, "command", config->models.command);
    layer_input_text(inputs, "stamp", config->models.stamp);
    layer_input_text(inputs, "cwd", config->migrate.cwd);
    layer_input_text(inputs, "venv", config->migrate.venv);
    if (!named_files(root, config, config->models.command, &files, error) ||
        !named_files(root, config, config->models.stamp, &files, error))
        return false;
    dk_strv_add_all(&files, &config->models.inputs);
    return layer_input_files(inputs, root, &files, error);
}

static bool run(dk_context *context, const dk_config *config, const char *text, const dk_layer_target *target,
                dk_error *error) {
    layer_command command = {"models", text, config->migrate.cwd, config->migrate.venv};
    return layer_command_run(context, &command, target, error);
}

static bool models_apply(dk_context *context, const dk_layer_target *target, dk_error *error) {
    const dk_config *config = configuration(context, error);
    return config && run(context, config, config->models.command, target, error) &&
           (!*config->models.stamp || run(context, config, config->models.stamp, target, error));
}

const dk_layer_interface models_layer = {
    .head = DK_INTERFACE("layer", "models", DK_LAYER_VERSION, dk_layer_interface),
    .fingerprint = models_fingerprint,
    .apply = models_apply,
};

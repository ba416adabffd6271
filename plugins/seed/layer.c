/* The layer "seed": files in order, then the command. Never incremental: rows depend on what is there. */
#include "seed.h"

#include <kit/layer/layer.h>

/* The command and the files it names; and the further inputs, which SQL files may depend on, too (\ir). */
static bool other_inputs(const char *root, const dk_config *config, dk_layer_inputs *inputs,
                         dk_error *error) {
    DK_AUTO_STRV dk_strv files = DK_STRV_INIT;
    layer_input_text(inputs, "command", config->seed.command);
    if (*config->seed.command) {
        layer_input_text(inputs, "cwd", config->migrate.cwd);
        layer_input_text(inputs, "venv", config->migrate.venv);
        if (!layer_command_files(root, config->migrate.cwd, config->seed.command, &files, error))
            return false;
    }
    dk_strv_add_all(&files, &config->seed.inputs);
    return files.count == 0 || layer_input_files(inputs, root, &files, error);
}

static bool warn_of_unmatched(dk_context *context, const char *root, const dk_config *config,
                              dk_error *error) {
    DK_AUTO_STRV dk_strv unmatched = DK_STRV_INIT;
    if (!seed_patterns_unmatched(root, &config->seed.files, &unmatched, error))
        return false;
    for (size_t i = 0; i < unmatched.count; i++)
        dk_warn(context, "[seed] files: no file matches \"%s\"", unmatched.items[i]);
    return true;
}

static bool seed_fingerprint(dk_context *context, dk_layer_inputs *inputs, unsigned *flags, dk_error *error) {
    DK_AUTO_STRV dk_strv paths = DK_STRV_INIT;
    const char *root = dk_project_root(context, error);
    const dk_config *config = root ? dk_config_get(context, error) : NULL;
    if (!config || !seed_files_list(root, &config->seed.files, &paths, error) ||
        !warn_of_unmatched(context, root, config, error))
        return false;
    bool has_command = *config->seed.command != '\0';
    *flags = has_command ? DK_LAYER_COMMAND : paths.count == 0 ? DK_LAYER_SKIP : 0;
    if (*flags == DK_LAYER_SKIP)
        return true;
    layer_input_text(inputs, "format", SEED_FORMAT);
    /* Their order is the patterns' order, which the sorted digest of the files would not show. */
    for (size_t i = 0; i < paths.count; i++)
        layer_input_text(inputs, "file", paths.items[i]);
    return layer_input_files(inputs, root, &paths, error) && other_inputs(root, config, inputs, error);
}

static bool seed_apply(dk_context *context, const dk_layer_target *target, dk_error *error) {
    DK_AUTO_STRV dk_strv paths = DK_STRV_INIT;
    const char *root = dk_project_root(context, error);
    const dk_config *config = root ? dk_config_get(context, error) : NULL;
    if (!config || !seed_files_list(root, &config->seed.files, &paths, error))
        return false;
    if (paths.count == 0 && !*config->seed.command) {
        dk_fail(error, DK_ERROR_USAGE, "seed-missing",
                "no file matches [seed] files, and there is no [seed] command");
        return dk_error_hint(
            error, "put SQL or CSV files into seeds, or say where they are: [seed] files = [\"PATTERN\", …]");
    }
    if (paths.count > 0 && !seed_load_files(context, root, &paths, target, error))
        return layer_hint_untouched(target, error);
    if (!*config->seed.command)
        return true;
    layer_command command = {"seed", config->seed.command, config->migrate.cwd, config->migrate.venv};
    return layer_command_run(context, &command, target, error);
}

const dk_layer_interface seed_layer = {
    .head = DK_INTERFACE("layer", "seed", DK_LAYER_VERSION, dk_layer_interface),
    .fingerprint = seed_fingerprint,
    .apply = seed_apply,
};

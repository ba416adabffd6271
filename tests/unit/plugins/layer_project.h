/* A scratch project for the unit tests of the layer plugins: a folder with files, and a context that stands
 * in it. */
#ifndef TESTS_LAYER_PROJECT_H
#define TESTS_LAYER_PROJECT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/context.h"

#include <devkit/devkit.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct layer_project {
    char root[64];
    dk_context *context;
} layer_project;

static inline void project_open(layer_project *project) {
    const char *base = getenv("TMPDIR");
    if (!base || strlen(base) > 30)
        base = "/tmp";
    *project = (layer_project){0};
    snprintf(project->root, sizeof(project->root), "%s/devkit-layer-XXXXXX", base);
    assert_non_null(mkdtemp(project->root));
}

static inline void project_write(const layer_project *project, const char *name, const char *text) {
    DK_AUTOFREE char *path = dk_path_join(project->root, name);
    DK_AUTOFREE char *folder = dk_path_dirname(path);
    assert_true(dk_mkdirs(folder, 0755, NULL));
    assert_true(dk_file_write(path, text, strlen(text), 0644, NULL));
}

/* The context; `toml` is the project's configuration. */
static inline dk_context *project_context(layer_project *project, const char *toml) {
    project_write(project, ".devkit.toml", toml);
    context_free(project->context);
    project->context = context_new();
    free(project->context->root);
    project->context->root = dk_strdup(project->root);
    return project->context;
}

static inline void project_close(layer_project *project) {
    context_free(project->context);
    assert_true(dk_remove_tree(project->root, NULL));
}

/* A configuration whose server can never be reached: nobody listens on port 1. */
#define NO_SERVER_URL "postgresql://me:secret@127.0.0.1:1/app"

static inline void assert_list(const dk_strv *list, const char *expected) {
    DK_AUTOFREE char *joined = dk_strv_join(list, " ");
    assert_string_equal(joined, expected);
}

/* Where a layer would be applied: a database that is being built beside "app". */
static inline dk_layer_target project_target(const dk_url *url, const char *database, dk_progress *progress) {
    return (dk_layer_target){
        .url = url, .database = database, .live = "app", .variable = "DATABASE_URL", .progress = progress};
}

/* A plugin with a layer of its own name: of this ABI, complete, and its commands fit their values. */
static inline void assert_layer_plugin(const dk_plugin *plugin, const char *name) {
    assert_int_equal(plugin->magic, DK_PLUGIN_MAGIC);
    assert_int_equal(plugin->size, sizeof(dk_plugin));
    assert_string_equal(plugin->name, name);
    assert_true(plugin->interface_count >= 1);
    const dk_layer_interface *layer = (const void *)plugin->interfaces[0];
    assert_string_equal(layer->head.kind, "layer");
    assert_string_equal(layer->head.name, name);
    assert_int_equal(layer->head.version, DK_LAYER_VERSION);
    assert_int_equal(layer->head.size, sizeof(dk_layer_interface));
    assert_true(layer->fingerprint && layer->apply);
    for (size_t i = 0; i < plugin->command_count; i++) {
        const dk_command *command = &plugin->commands[i];
        assert_true(dk_starts_with(command->name, name));
        assert_non_null(command->run);
        for (size_t option = 0; option < command->option_count; option++)
            assert_true(command->options[option].offset < command->values_size);
        for (size_t argument = 0; argument < command->argument_count; argument++)
            assert_true(command->arguments[argument].offset < command->values_size);
    }
}

#endif

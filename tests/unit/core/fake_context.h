/* A context whose plugins are descriptors of the test program itself: nothing is read or opened. */
#ifndef FAKE_CONTEXT_H
#define FAKE_CONTEXT_H

#include "core/context.h"
#include "core/report.h"
#include "host/table.h"

#include <devkit/devkit.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define SILENT __attribute__((unused))

/* Describes the plugin as the index would, and marks it as opened. */
static SILENT void fake_add(dk_context *context, const dk_plugin *plugin) {
    index_plugins *plugins = &context->plugins;
    if (!plugins->sources)
        plugins->sources = json_array();
    json_t *source = index_describe(plugin, "fake.so");
    json_array_append_new(plugins->sources, source);
    plugins->items = dk_realloc_array(plugins->items, plugins->count + 1, sizeof(*plugins->items));
    index_plugin *added = &plugins->items[plugins->count++];
    *added = (index_plugin){.name = plugin->name,
                            .version = plugin->version,
                            .summary = plugin->summary,
                            .file = dk_strdup("/nowhere/fake.so"),
                            .opened = plugin};
    added->commands = dk_alloc_array(plugin->command_count + 1, sizeof(dk_command));
    for (size_t i = 0; i < plugin->command_count; i++)
        assert_true(table_read_command(json_array_get(json_object_get(source, "commands"), i),
                                       &added->commands[added->command_count++], NULL));
    added->interfaces = dk_alloc_array(plugin->interface_count + 1, sizeof(*added->interfaces));
    for (size_t i = 0; i < plugin->interface_count; i++)
        added->interfaces[added->interface_count++] = (index_interface){
            plugin->interfaces[i]->kind, plugin->interfaces[i]->name, plugin->interfaces[i]->version};
    added->events = dk_alloc_array(plugin->event_count + 1, sizeof(*added->events));
    for (size_t i = 0; i < plugin->event_count; i++)
        added->events[added->event_count++] = plugin->events[i];
}

/* `config` is the text of .devkit.toml in a folder of its own, which becomes the project. */
static SILENT dk_context *fake_context(const dk_plugin *const *plugins, size_t count, const char *config) {
    dk_context *context = context_new();
    char folder[] = "/tmp/devkit-unit-XXXXXX";
    assert_non_null(mkdtemp(folder));
    context->root = dk_strdup(folder);
    DK_AUTOFREE char *path = dk_path_join(folder, ".devkit.toml");
    assert_true(dk_file_write(path, config, strlen(config), 0644, NULL));
    for (size_t i = 0; i < count; i++)
        fake_add(context, plugins[i]);
    catalog_fill(&context->catalog, &context->plugins);
    context->catalog_filled = true;
    report_configure(context);
    return context;
}

static SILENT void fake_free(dk_context *context) {
    dk_remove_tree(context->root, NULL);
    context_free(context);
}

#endif

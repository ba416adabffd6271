/* See catalog.h. */
#include "core/catalog.h"

#include <stdlib.h>
#include <string.h>

const catalog_entry *catalog_find(const command_catalog *catalog, const char *name) {
    for (size_t i = 0; i < catalog->count; i++)
        if (dk_streq(catalog->entries[i].command->name, name))
            return &catalog->entries[i];
    return NULL;
}

static void add_entry(command_catalog *catalog, const dk_command *command, index_plugin *plugin) {
    if (catalog_find(catalog, command->name))
        return;
    catalog->entries[catalog->count++] = (catalog_entry){.command = command, .plugin = plugin};
}

void catalog_fill(command_catalog *catalog, index_plugins *plugins) {
    size_t capacity = catalog_builtin_count;
    for (size_t i = 0; plugins && i < plugins->count; i++)
        capacity += plugins->items[i].command_count;
    catalog->entries = dk_alloc_array(capacity, sizeof(*catalog->entries));
    for (size_t i = 0; i < catalog_builtin_count; i++)
        add_entry(catalog, catalog_builtins[i], NULL);
    for (size_t i = 0; plugins && i < plugins->count; i++)
        for (size_t j = 0; j < plugins->items[i].command_count; j++)
            add_entry(catalog, &plugins->items[i].commands[j], &plugins->items[i]);
}

bool catalog_complete(const catalog_entry *entry, dk_error *error) {
    return !entry->plugin || index_complete(entry->plugin, error);
}

void catalog_release(command_catalog *catalog) {
    free(catalog->entries);
    catalog->entries = NULL;
    catalog->count = 0;
}

static bool is_below(const char *name, const char *prefix) {
    size_t length = strlen(prefix);
    return length == 0 || (strncmp(name, prefix, length) == 0 && name[length] == ' ');
}

bool catalog_is_group(const command_catalog *catalog, const char *name) {
    for (size_t i = 0; i < catalog->count; i++)
        if (is_below(catalog->entries[i].command->name, name))
            return true;
    return false;
}

void catalog_names(const command_catalog *catalog, const char *prefix, dk_strv *names) {
    for (size_t i = 0; i < catalog->count; i++) {
        const dk_command *command = catalog->entries[i].command;
        if (!(command->flags & DK_COMMAND_HIDDEN) && is_below(command->name, prefix))
            dk_strv_add(names, command->name);
    }
}

/* Groups count too: "plgin list" and "plgin" are both meant to be found. */
static void add_with_group(dk_strv *names, const char *name) {
    const char *blank = strchr(name, ' ');
    DK_AUTOFREE char *group = dk_strndup(name, blank ? (size_t)(blank - name) : strlen(name));
    if (!dk_strv_contains(names, group))
        dk_strv_add(names, group);
    if (blank)
        dk_strv_add(names, name);
}

bool catalog_fail_unknown(const command_catalog *catalog, const char *typed, dk_error *error) {
    dk_fail(error, DK_ERROR_USAGE, "unknown-command", "there is no command \"%s\"", typed);
    DK_AUTO_STRV dk_strv names = DK_STRV_INIT;
    for (size_t i = 0; i < catalog->count; i++)
        if (!(catalog->entries[i].command->flags & DK_COMMAND_HIDDEN))
            add_with_group(&names, catalog->entries[i].command->name);
    const char *nearest = dk_nearest(typed, (const char *const *)names.items, names.count);
    if (nearest)
        return dk_error_hint(error, "did you mean `devkit %s`? `devkit help` lists all", nearest);
    return dk_error_hint(error, "`devkit help` lists the commands");
}

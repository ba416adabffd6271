/* Every command there is: devkit's own, then the plugins' from their index. */
#ifndef CORE_CATALOG_H
#define CORE_CATALOG_H

#include "host/index.h"

typedef struct catalog_entry {
    const dk_command *command;
    index_plugin *plugin; /* NULL: built in, `command` can be run as it is */
} catalog_entry;

typedef struct command_catalog {
    catalog_entry *entries; /* built-ins first; the first of a name wins */
    size_t count;
} command_catalog;

#define CATALOG_INIT                                                                                         \
    { 0 }

/* The commands of cli/core. */
extern const dk_command *const catalog_builtins[];
extern const size_t catalog_builtin_count;

void catalog_fill(command_catalog *catalog, index_plugins *plugins);
void catalog_release(command_catalog *catalog);

/* Before anything but name and flags of the entry's command is looked at. Errors: those of index_complete. */
bool catalog_complete(const catalog_entry *entry, dk_error *error);
/* The command with exactly this name, or NULL. */
const catalog_entry *catalog_find(const command_catalog *catalog, const char *name);
/* Are there commands below it ("snapshot" of "snapshot save")? */
bool catalog_is_group(const command_catalog *catalog, const char *name);
/* Names of visible commands that begin with `prefix` and a blank ("": all). Borrowed strings. */
void catalog_names(const command_catalog *catalog, const char *prefix, dk_strv *names);
/* Fails with "unknown-command" (USAGE) and the nearest one. */
bool catalog_fail_unknown(const command_catalog *catalog, const char *typed, dk_error *error);

#endif

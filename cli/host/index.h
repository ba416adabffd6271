/* The plugin index: what every plugin brings, known without opening it.
 *
 * plugins/index.json is written at build time by opening the built plugins; a third party's NAME.so brings
 * the same as NAME.json beside it. Where the file is missing, broken or of another version, the plugins are
 * opened and described in memory.
 *
 *   {"format":1,"devkit":"0.1.0","plugins":[{"name":…,"version":…,"summary":…,"file":"reset.so",
 *     "commands":[…see table.h…],"interfaces":[{"kind":…,"name":…,"version":…}],"events":[…]}]} */
#ifndef HOST_INDEX_H
#define HOST_INDEX_H

#include <devkit/buf.h>
#include <devkit/json.h>
#include <devkit/plugin.h>

#define INDEX_FORMAT 1
#define INDEX_FILE "index.json"

typedef struct index_interface {
    const char *kind;
    const char *name;
    int64_t version;
} index_interface;

typedef struct index_plugin {
    const char *name; /* borrowed from the index's JSON, as all texts here but `file` */
    const char *version;
    const char *summary;
    char *file; /* absolute */
    bool third_party;
    dk_command *commands; /* tables without offsets and without `run` */
    size_t command_count;
    index_interface *interfaces;
    size_t interface_count;
    const char **events;
    size_t event_count;
    const dk_plugin *opened; /* NULL until index_open */
} index_plugin;

typedef struct index_plugins {
    index_plugin *items;
    size_t count;
    json_t *sources;  /* keeps the borrowed texts */
    dk_strv problems; /* one message for each plugin that was left out, for a warning */
} index_plugins;

#define INDEX_INIT                                                                                           \
    { 0 }

/* Reads the index of devkit's own plugins in `folder` and of third parties' in `user_folder` (either may be
 * NULL or missing). A plugin that can't be used is left out and noted in `problems`. */
void index_load(index_plugins *index, const char *folder, const char *user_folder);
void index_release(index_plugins *index);

/* Opens the plugin and makes sure that it is the one the index describes. Errors: those of loader_open, and
 * "index-stale". */
const dk_plugin *index_open(index_plugin *plugin, dk_error *error);

/* Fails with "index-stale": the index promises something ("the command x") that the plugin has not. */
bool index_fail_stale(const index_plugin *plugin, dk_error *error, const char *what, ...) DK_PRINTF(3, 4);

/* Opens every plugin of a folder and describes them all; fails on the first that can't be used. The caller
 * owns the object. */
json_t *index_build(const char *folder, dk_error *error);
/* The same, written to FOLDER/index.json; `count` gets the number of plugins. */
bool index_write(const char *folder, size_t *count, dk_error *error);

/* One plugin's entry. Caller owns. */
json_t *index_describe(const dk_plugin *plugin, const char *file);

#endif

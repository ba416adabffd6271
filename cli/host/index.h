/* The plugin index: what every plugin brings, known without opening it.
 *
 * plugins/index.jsonl is written at build time by opening the built plugins; a third party's NAME.so brings
 * the same as NAME.json beside it. Where the file is missing, broken or of another version, the plugins are
 * opened and described in memory.
 *
 *   {"format":1,"devkit":"0.1.0","plugins":[{"name":…,"version":…,"summary":…,"file":"reset.so",
 *     "commands":[…see table.h…],"interfaces":[{"kind":…,"name":…,"version":…}],"events":[…]}]}
 *
 * Every run reads it, and most of it is help. So index.jsonl has of each command the name and flags in its
 * first line, and behind it a line for each plugin, in the same order and "tables" bytes long, that is read
 * when the command is run or explained: the array "commands" as it stands above. */
#ifndef HOST_INDEX_H
#define HOST_INDEX_H

#include <devkit/buf.h>
#include <devkit/json.h>
#include <devkit/plugin.h>

#define INDEX_FORMAT 1
#define INDEX_FILE "index.jsonl"

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
    dk_command
        *commands; /* tables without offsets and without `run`; only names and flags before index_complete */
    size_t command_count;
    const char *tables; /* the line that completes them, in the index's text; NULL: they are complete */
    size_t tables_length;
    json_t *complete; /* keeps the texts of completed tables */
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
    dk_buf text;      /* of devkit's own index */
    dk_strv problems; /* one message for each plugin that was left out, for a warning */
} index_plugins;

#define INDEX_INIT                                                                                           \
    { 0 }

/* Reads the index of devkit's own plugins in `folder` and of third parties' in `user_folder` (either may be
 * NULL or missing). A plugin that can't be used is left out and noted in `problems`. */
void index_load(index_plugins *index, const char *folder, const char *user_folder);
void index_release(index_plugins *index);

/* Fills the plugin's command tables in, where that was not done yet: pointers to them stay right. Error:
 * "index-invalid". */
bool index_complete(index_plugin *plugin, dk_error *error);

/* Opens the plugin and makes sure that it is the one the index describes. Errors: those of loader_open, and
 * "index-stale". */
const dk_plugin *index_open(index_plugin *plugin, dk_error *error);

/* Fails with "index-stale": the index promises something ("the command x") that the plugin has not. */
bool index_fail_stale(const index_plugin *plugin, dk_error *error, const char *what, ...) DK_PRINTF(3, 4);

/* Opens every plugin of a folder and describes them all; fails on the first that can't be used. The caller
 * owns the object. */
json_t *index_build(const char *folder, dk_error *error);
/* The same, written to FOLDER/index.jsonl; `count` gets the number of plugins. */
bool index_write(const char *folder, size_t *count, dk_error *error);

/* One plugin's entry. Caller owns. */
json_t *index_describe(const dk_plugin *plugin, const char *file);

#endif

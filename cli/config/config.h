/* The project's configuration: defaults, preset, files, environment and options, layered into one dk_config.
 *
 * A layer overrides those below it key by key; lists are replaced as a whole, maps and [env.NAME] tables are
 * merged name by name. Each value remembers where it came from. */
#ifndef DEVKIT_CONFIG_CONFIG_H
#define DEVKIT_CONFIG_CONFIG_H

#include <devkit/config.h>
#include <devkit/json.h>

typedef struct config_store config_store;

/* Reads .devkit.toml and .devkit.local.toml in `root` (absolute) and DEVKIT_… in the environment. Missing
 * files are fine. NULL on errors: "config-invalid" (USAGE), or what reading a file gave. */
config_store *config_load(const char *root, dk_error *error);
void config_free(config_store *store);
/* The values; borrowed, and valid until the store changes or is freed. */
const dk_config *config_values(const config_store *store);

/* Adds a preset's TOML text below the files: it sets only what is still at its default (or at an earlier
 * preset's value), so it may be chosen by what the files say. Errors name "preset NAME:LINE:COLUMN". */
bool config_add_preset(config_store *store, const char *name, const char *text, dk_error *error);
/* Sets one key as an option of the command line does, above everything else. `text` as in an environment
 * variable (lists comma separated); `origin` is shown to the user ("--undo"). */
bool config_set(config_store *store, const char *path, const char *text, const char *origin, dk_error *error);

/* One value, for `devkit config`. */
typedef struct config_item {
    const char *path;   /* "reset.undo", "ports.backend", "env.staging.allow" */
    const char *origin; /* "default", "preset NAME", ".devkit.toml:12", "environment DEVKIT_X", an option */
    const char *help;   /* one line */
    const char *toml;   /* the value as TOML writes it */
    json_t *json;       /* the value; text, number, bool or list */
    bool is_default;
} config_item;
/* Everything in the item is borrowed and dies with the call; return false to stop. */
typedef bool config_visitor(void *data, const config_item *item);
/* Visits every value in the order of the schema. False when a visitor stopped. */
bool config_each(const config_store *store, config_visitor *visitor, void *data);
/* Visits the value `path` names, or all below it when it names a section ("reset"). Fails with
 * "config-key-unknown" (USAGE) and the nearest key, or with "config-key-unset" for a valid key of a table
 * ("ports.web") that nothing has set. */
bool config_explain(const config_store *store, const char *path, config_visitor *visitor, void *data,
                    dk_error *error);
/* The origin of one value ("default" when nothing set it); NULL for an unknown path. Borrowed. */
const char *config_origin(const config_store *store, const char *path);
/* The nearest valid path, or NULL. */
const char *config_nearest_path(const char *path);

#endif

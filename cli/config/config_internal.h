/* What the config*.c files share: the store and its entries. */
#ifndef DEVKIT_CONFIG_CONFIG_INTERNAL_H
#define DEVKIT_CONFIG_CONFIG_INTERNAL_H

#include "config/config.h"
#include "config/value.h"

/* Who says so; a higher rank wins. */
typedef enum config_rank {
    CONFIG_DEFAULT,
    CONFIG_PRESET,
    CONFIG_FILE,
    CONFIG_LOCAL_FILE,
    CONFIG_ENVIRONMENT,
    CONFIG_OPTION,
} config_rank;

typedef struct config_entry {
    char *path;
    const config_key *key;     /* the row of the table */
    const config_key *element; /* of a table's own keys, else NULL */
    char *name;                /* the user's name in that table, or NULL */
    config_value value;
    config_rank rank;
    char *origin;
} config_entry;

struct config_store {
    dk_config values; /* made from the entries by config_build */
    config_entry *entries;
    size_t count;
    size_t capacity;
};

/* Sets a value unless a higher rank has set it; takes the value over either way. `path` must match. */
void config_store_put(config_store *store, const char *path, const config_match *match, config_value *value,
                      config_rank rank, const char *origin);
/* The same with rank and origin "default", from the text of the key table. */
void config_store_put_default(config_store *store, const char *path, const config_match *match,
                              const char *text);
config_entry *config_store_find(const config_store *store, const char *path);
/* Makes [env.NAME] exist with its defaults. */
void config_store_add_environment(config_store *store, const char *name);
/* Frees the entries. */
void config_store_release(config_store *store);

/* A TOML text: `name` is what messages call it (".devkit.toml", "preset alembic"); origins are NAME:LINE,
 * or NAME alone for a preset. */
bool config_read_toml(config_store *store, const char *text, size_t length, const char *name,
                      config_rank rank, dk_error *error);
/* Every DEVKIT_SECTION_KEY of `environment` ("NAME=value" strings, NULL-terminated). One that is spelled like
 * a key and is none is an error ("config-key-unknown"); others are not ours. */
bool config_read_environment(config_store *store, const char *const *environment, dk_error *error);

/* Registers the passwords of URLs ("://user:password@") anywhere in a text, so that no message shows them. */
void config_hide_passwords(const char *text);

/* Fails with "config-key-unknown" and the nearest key. */
bool config_unknown_path(const char *path, dk_error *error);

/* Fills store->values from the entries; what it held before is freed. */
void config_build(config_store *store);
void config_release_values(dk_config *values);

#endif

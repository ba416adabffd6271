/* Every key of .devkit.toml as one table: what it may hold, where it goes, and one line of help. */
#ifndef DEVKIT_CONFIG_SCHEMA_H
#define DEVKIT_CONFIG_SCHEMA_H

#include <devkit/config.h>

typedef enum config_type {
    /* values */
    CONFIG_TEXT,
    CONFIG_LIST,    /* of texts: dk_strv */
    CONFIG_INTEGER, /* int64_t */
    CONFIG_BOOL,
    CONFIG_SIZE,     /* int64_t bytes, "20GB" */
    CONFIG_DURATION, /* int64_t milliseconds, "7d"; "" is 0 */
    CONFIG_SETTING,  /* a text, number or bool, kept as text */
    /* tables whose keys the user chooses */
    CONFIG_MAP,          /* dk_config_map */
    CONFIG_HOOKS,        /* dk_config_handler[] in config.hooks */
    CONFIG_EVENTS,       /* dk_config_handler[] in config.events */
    CONFIG_ENVIRONMENTS, /* dk_config_environment[]; each one a table of its own */
} config_type;

typedef struct config_key {
    const char *path; /* "reset.undo"; for elements of a table only their own name, or "" */
    config_type type;
    size_t offset;            /* in dk_config; of an [env.NAME] key in dk_config_environment */
    const char *standard;     /* the default, as an environment variable would say it */
    const char *choices;      /* the only valid texts (names, for a table), separated by spaces; or NULL */
    int64_t minimum, maximum; /* of an INTEGER; both 0: any from 0 up */
    const struct config_key
        *elements; /* of a table: the key that all its values obey, or those of [env.NAME] */
    size_t element_count;
    const char *help;
} config_key;

extern const config_key config_keys[];
extern const size_t config_key_count;

/* A path with what the table says about it. `key` is a plain key with `element` NULL, or a table with the
 * element that the rest of the path names. */
typedef struct config_match {
    const config_key *key;
    const config_key *element;
    char *name; /* the user's own name in a table ("backend", "staging"); owned */
} config_match;

/* False when no key has this path. Release the match with config_match_release. */
bool config_find(const char *path, config_match *match);
void config_match_release(config_match *match);
const config_key *config_key_at(const char *path); /* exactly this row, or NULL */
bool config_is_section(const char *path);          /* some key's path begins with "path." */
/* The names that may stand directly in a section ("" is the top), once each, in the table's order. */
void config_names_in(const char *section, dk_strv *names);
/* "DEVKIT_RESET_UNDO" for "reset.undo". Caller frees. */
char *config_variable_name(const char *path);
/* "a whole number", for messages. */
const char *config_type_name(config_type type);
bool config_is_table(const config_key *key);

#endif

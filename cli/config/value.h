/* One value of the configuration on its way from text or TOML to dk_config, and back for people. */
#ifndef DEVKIT_CONFIG_VALUE_H
#define DEVKIT_CONFIG_VALUE_H

#include "config/schema.h"
#include "config/toml.h"

#include <devkit/json.h>

typedef struct config_value {
    config_type type;
    char *text;      /* TEXT, SETTING; SIZE and DURATION as written */
    int64_t integer; /* INTEGER, SIZE (bytes), DURATION (milliseconds) */
    bool boolean;
    dk_strv list;
} config_value;

/* What is wrong with a value: the end of a sentence that begins with the key ("must be …"). */
typedef struct config_problem {
    char *what;
    char *hint;       /* may be NULL */
    toml_place place; /* from a node only */
} config_problem;

/* Both fill the value (which is overwritten, not released) or the problem. `key` is a plain key or the
 * element of a table. */
bool config_value_from_node(const config_key *key, const toml_node *node, config_value *value,
                            config_problem *problem);
bool config_value_from_text(const config_key *key, const char *text, config_value *value,
                            config_problem *problem);
void config_value_copy(config_value *target, const config_value *source); /* overwrites the target */
void config_value_release(config_value *value);
void config_problem_release(config_problem *problem);

void config_value_write_toml(const config_value *value, dk_buf *text);
json_t *config_value_json(const config_value *value); /* a new reference */
/* A text as a basic TOML string, with its quotes. */
void config_write_toml_text(const char *text, dk_buf *target);

#endif

/* TOML text as a plain tree: the one door to the TOML library, which only toml.cc includes. */
#ifndef DEVKIT_CONFIG_TOML_H
#define DEVKIT_CONFIG_TOML_H

#include <devkit/error.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum toml_type {
    TOML_TYPE_TABLE,
    TOML_TYPE_LIST,
    TOML_TYPE_TEXT,
    TOML_TYPE_INTEGER,
    TOML_TYPE_BOOL,
    TOML_TYPE_FLOAT,
    TOML_TYPE_TIME, /* a date, a time, or both */
} toml_type;

/* Lines and columns count from 1; columns in characters, not bytes. */
typedef struct toml_place {
    int line;
    int column;
} toml_place;

typedef struct toml_node {
    toml_type type;
    char *key;                  /* NULL: the root, or an element of a list */
    toml_place key_place;       /* of the key; of the value where there is no key */
    toml_place value_place;     /* of the value */
    char *text;                 /* TEXT only */
    int64_t integer;            /* INTEGER only */
    bool boolean;               /* BOOL only */
    struct toml_node *children; /* of a table (in order of the file) or list */
    size_t count;
} toml_node;

/* Parses `text` into a tree; release the root with toml_release. Returns false with the place and the
 * library's own words (owned by the caller) when the text is not TOML; the root is empty then. */
bool toml_parse(const char *text, size_t length, toml_node *root, toml_place *place, char **problem);
void toml_release(toml_node *root);
/* What a node is, for messages: "a text", "a list". */
const char *toml_type_name(toml_type type);

#ifdef __cplusplus
}
#endif

#endif

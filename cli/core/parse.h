/* From words to a command's values struct, driven by the command's table.
 *
 * Options may stand anywhere among the arguments: --long VALUE, --long=VALUE, -s VALUE, -sVALUE, bundled
 * flags -abc, --no-FLAG where the table allows it; "--" ends them. An option of the command hides a global
 * one of the same name. What the command line leaves open comes from the option's environment variable, then
 * from its default. */
#ifndef CORE_PARSE_H
#define CORE_PARSE_H

#include "core/globals.h"

#include <devkit/buf.h>

/* An option that stands for a configuration key and was given. */
typedef struct parse_override {
    char *path;   /* "reset.undo" */
    char *text;   /* "2" */
    char *origin; /* "--undo" */
} parse_override;

typedef struct parse_result {
    void *values; /* the command's struct; NULL when it has none, or when only the words were checked */
    dk_strv kept; /* texts that `values` and the globals point to */
    parse_override *overrides;
    size_t override_count;
    const dk_command *command;
} parse_result;

#define PARSE_RESULT_INIT                                                                                    \
    { 0 }

/* Reads global options from words[*next] on, up to the first word that is none; *next is left there.
 * Errors (all of them class USAGE): "unknown-option", "missing-value", "unexpected-value". */
bool parse_globals(const char *const *words, size_t count, size_t *next, core_globals *globals,
                   dk_error *error);

/* Reads what follows the command's name. With `fill` false the table may come from the index: the words are
 * only checked. A --help among them silences what is missing. Errors: those above, "bad-value",
 * "missing-argument", "unexpected-argument", "missing-option". */
bool parse_command(const dk_command *command, const char *const *words, size_t count, bool fill,
                   core_globals *globals, parse_result *result, dk_error *error);
void parse_result_release(parse_result *result);

/* Is the word itself, anywhere before "--", asking for JSON? For errors that come before parsing is done. */
bool parse_wants_json(const char *const *words, size_t count);

/* Is the word a global flag without value? Such words may stand within a command's name. */
bool parse_is_global_flag(const char *word);

/* "devkit migrate new [OPTIONS] NAME" */
void parse_usage_line(const dk_command *command, dk_buf *text);

#endif

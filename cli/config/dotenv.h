/* .env files.
 *
 * One assignment a line: [export] KEY = value. An unquoted value ends at " #" or the line's end; 'single
 * quotes' are literal; "double quotes" know \n \t \r \" \\ \$ and may span lines. $VAR, ${VAR} and
 * ${VAR:-default} are expanded outside single quotes from earlier lines, then from the environment; what is
 * set nowhere expands to nothing. A BOM and CRLF are accepted. The last assignment of a name wins. */
#ifndef DEVKIT_CONFIG_DOTENV_H
#define DEVKIT_CONFIG_DOTENV_H

#include <devkit/buf.h>
#include <devkit/error.h>

typedef struct dotenv_entry {
    char *name;
    char *value;                   /* unquoted and expanded */
    int line;                      /* where the assignment begins, from 1 */
    char quote;                    /* how the value was written: '\'', '"' or 0 */
    size_t value_start, value_end; /* the value with its quotes, as byte offsets in the text */
} dotenv_entry;

typedef struct dotenv_file {
    dotenv_entry *entries; /* in the order of the file, repeated names and all */
    size_t count;
} dotenv_file;

#define DOTENV_INIT                                                                                          \
    { 0 }
#define DOTENV_AUTO DK_CLEANUP(dotenv_release)

/* Looks a name up for expansion when the file itself has not set it; NULL: unset. */
typedef const char *dotenv_lookup(void *data, const char *name);
/* Parses `text`; `file` is only for messages. `lookup` NULL: the process environment. Fails with
 * "dotenv-invalid" (USAGE): message FILE:LINE:COLUMN, detail the line without its value. */
bool dotenv_parse(const char *text, size_t length, const char *file, dotenv_lookup *lookup, void *data,
                  dotenv_file *result, dk_error *error);
/* The last entry of that name, or NULL. */
const dotenv_entry *dotenv_find(const dotenv_file *parsed, const char *name);
void dotenv_release(dotenv_file *parsed);

/* The text with the last assignment of `name` given a new value; everything else keeps its bytes, and the
 * value keeps its quoting style where that can hold it. A missing name is added as a line of its own at the
 * end. Fails with "dotenv-invalid" when the text can't be parsed, or the value has a NUL or the name is not
 * one. Appends to `rewritten`. */
bool dotenv_rewrite(const char *text, size_t length, const char *file, const char *name, const char *value,
                    dk_buf *rewritten, dk_error *error);

/* The text with the port of the URL in variable `name` changed, and as little as possible besides: its digits
 * only, or those of the variable of the same file that the URL takes them from; `*line` is the line that
 * changed. Fails with "env-missing" when the name is not set there, "url-invalid" and as dotenv_rewrite. */
bool dotenv_rewrite_port(const char *text, size_t length, const char *file, const char *name, int port,
                         dk_buf *rewritten, int *line, dk_error *error);

#endif

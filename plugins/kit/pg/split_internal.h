/* Places in SQL text: what split.c, sections.c and script.c share. No libpq here, so that the splitter can be
 * fuzzed alone. */
#ifndef DEVKIT_KIT_PG_SPLIT_INTERNAL_H
#define DEVKIT_KIT_PG_SPLIT_INTERNAL_H

#include <kit/pg/pg.h>

/* Line and column of ascending byte positions, in one pass over the text whatever their number. Columns count
 * UTF-8 characters; a byte order mark is none. */
typedef struct pg_line_counter {
    const char *text;
    size_t length;
    size_t line_start; /* of the line reached */
    size_t searched;   /* up to where line ends were looked for */
    size_t counted;    /* up to where `column` was counted */
    int line, column;
} pg_line_counter;

pg_line_counter pg_lines_begin(const char *text, size_t length);
/* `position` must not be before the line reached; `column` may be NULL. */
void pg_lines_at(pg_line_counter *lines, size_t position, int *line, int *column);
/* Byte offset of the n-th (0-based) UTF-8 character, at most `length`. */
size_t pg_utf8_offset(const char *text, size_t length, size_t characters);

/* How many of the first bytes are valid UTF-8. */
size_t pg_utf8_valid(const char *text, size_t length);

typedef struct pg_split_failure {
    size_t position; /* byte */
    int line, column;
    const char *what;
} pg_split_failure;
bool pg_script_split_quietly(const char *text, size_t length, pg_script *script, pg_split_failure *failure);

#endif

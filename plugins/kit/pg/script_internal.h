/* What script.c, psql.c and excerpt.c share. */
#ifndef DEVKIT_KIT_PG_SCRIPT_INTERNAL_H
#define DEVKIT_KIT_PG_SCRIPT_INTERNAL_H

#include "split_internal.h"

/* ── excerpt.c ── */
/* Shows text [start, start+length) around byte `position` (SIZE_MAX: none, its first lines): a few lines with
 * their numbers (the text's first character is on `first_line`), cut to the terminal's width, and a caret
 * below the place. */
void pg_excerpt(dk_buf *shown, const char *text, size_t start, size_t length, size_t position,
                int first_line);

/* ── psql.c ── */
/* Runs a script that needs psql: these bytes, or (NULL) the file at `file`, which psql reads as it goes. */
bool pg_run_psql(const char *text, size_t length, const char *file, const pg_script_options *options,
                 dk_error *error);
/* Makes an error of what psql printed. `first_line` is added to psql's line numbers. */
bool pg_fail_psql(const char *output, const char *shown_path, int first_line, dk_error *error);

#endif

/* What people and programs read: results on stdout, messages and progress on stderr.
 *
 * Under --json nothing but the one JSON object reaches stdout, and messages stay on stderr only with -v.
 * Everything is masked (dk_secret_add). No escapes or progress bars unless stderr is a terminal; NO_COLOR and
 * CI are honoured. */
#ifndef DEVKIT_OUTPUT_H
#define DEVKIT_OUTPUT_H

#include <devkit/context.h>

/* Results for people, on stdout; nothing under --json. */
DK_API void dk_print(dk_context *context, const char *format, ...) DK_PRINTF(2, 3);
/* The `result` object of --json; fill it in (it exists always). Borrowed. */
DK_API json_t *dk_result(dk_context *context);
/* The one exception to masking, for `devkit url`: prints `text` and a newline on stdout as it is; under
 * --json it becomes member `key` of the result. */
DK_API void dk_reveal(dk_context *context, const char *key, const char *text);
/* The command ran, and found something: exit status 4. */
DK_API void dk_set_findings(dk_context *context);
/* Exit status of a child the command stood in for (`run`, `psql`); 0 by default. */
DK_API void dk_set_exit_status(dk_context *context, int status);
/* Forces what was printed out, before a child writes to the same stream. */
DK_API void dk_flush(dk_context *context);

/* Messages on stderr. info and note are silent under -q, debug speaks only under -v. */
DK_API void dk_info(dk_context *context, const char *format, ...) DK_PRINTF(2, 3);
DK_API void dk_note(dk_context *context, const char *format, ...) DK_PRINTF(2, 3);
DK_API void dk_warn(dk_context *context, const char *format, ...) DK_PRINTF(2, 3);
DK_API void dk_debug(dk_context *context, const char *format, ...) DK_PRINTF(2, 3);

/* One line of progress: "  migrate … 12/40 001_users.sql" while it runs on a terminal, and one line with the
 * elapsed time when it ends (on a terminal or not). */
typedef struct dk_progress dk_progress;
DK_API dk_progress *dk_progress_begin(dk_context *context, const char *label);
/* total 0: unknown. `what` may be NULL. Cheap: redraws at most ten times a second. */
DK_API void dk_progress_update(dk_progress *progress, int64_t done, int64_t total, const char *what);
/* Ends the line; `outcome` is printed before the time ("built", "cached"); frees. Accepts NULL. */
DK_API void dk_progress_end(dk_progress *progress, bool succeeded, const char *outcome);

/* Questions. dk_confirm is true at once under --yes; where it may not ask it fails with class REFUSED, code
 * "confirmation-needed", and the option that answers in the hint. A "no" gives code "declined". */
DK_API bool dk_confirm(dk_context *context, const char *question, dk_error *error);
/* The user types `name` (or passed it as --confirm: `given`). --yes does not replace it. */
DK_API bool dk_confirm_name(dk_context *context, const char *what, const char *name, const char *given,
                            dk_error *error);

/* A table for people; columns are aligned, numbers to the right. Strings are copied. */
typedef struct dk_table dk_table;
DK_API dk_table *dk_table_new(const char *const *headings, size_t columns);
DK_API void dk_table_row(dk_table *table, const char *const *cells);
DK_API void dk_table_align_right(dk_table *table, size_t column);
DK_API void dk_table_print(dk_table *table, dk_context *context); /* to stdout */
DK_API void dk_table_free(dk_table *table);

#endif

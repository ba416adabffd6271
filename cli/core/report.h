/* How a run ends: the JSON object or the error message, and the exit status. */
#ifndef CORE_REPORT_H
#define CORE_REPORT_H

#include "ui/ui.h"

#include <devkit/context.h>

/* Tells the ui what the global options say. */
void report_configure(const dk_context *context);
/* Prints the JSON object of the contract, or the error for people; `command` may be NULL (unknown). Returns
 * the exit status. */
int report_finish(dk_context *context, const char *command, bool succeeded, dk_error *error);
/* The command was a program of its own, which wrote its own output: its exit status is ours. */
void report_program_status(dk_context *context, int status);

/* A command within a command: its result, findings and exit status are not those of the outer one. */
void report_nest(ui_outcome *outer);
/* Puts settings and outcome of the outer command back (the context's globals are the outer ones again). What
 * the inner one would have said by its exit status becomes an error: "findings" (class FINDINGS),
 * "command-failed". */
bool report_unnest(dk_context *context, ui_outcome *outer, const char *command, bool succeeded,
                   dk_error *error);

#endif

/* How a run ends: the JSON object or the error message, and the exit status. */
#ifndef CORE_REPORT_H
#define CORE_REPORT_H

#include <devkit/context.h>

/* Tells the ui what the global options say. */
void report_configure(const dk_context *context);
/* Prints the JSON object of the contract, or the error for people; `command` may be NULL (unknown). Returns
 * the exit status. */
int report_finish(dk_context *context, const char *command, bool succeeded, dk_error *error);
/* The command was a program of its own, which wrote its own output: its exit status is ours. */
void report_program_status(dk_context *context, int status);

/* A command within a command: its result, findings and exit status are not those of the outer one. */
typedef struct report_state {
    json_t *result;
    bool findings;
    int exit_status;
} report_state;
void report_nest(dk_context *context, report_state *outer);
/* Puts the outer state back. What the inner command would have said by its exit status becomes an error:
 * "findings" (class FINDINGS), "program-failed". */
bool report_unnest(dk_context *context, report_state *outer, const char *command, bool succeeded,
                   dk_error *error);

#endif

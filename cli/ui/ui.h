/* What the rest of cli needs of the user interface beyond <devkit/output.h>.
 *
 * Its state exists once a process: the settings, and the outcome of the command that is running. The
 * dk_context that output.h's functions take is not looked at. Only the main thread may call. */
#ifndef UI_UI_H
#define UI_UI_H

#include <devkit/output.h>

/* Global options, as given. */
typedef struct ui_flags {
    bool json;
    bool quiet;
    bool verbose;
    bool no_color;
    bool yes;
    bool no_input;
} ui_flags;

typedef struct ui_settings {
    bool json;
    bool quiet;
    bool verbose;
    bool assume_yes;
    bool may_ask;  /* a person sits there: terminal, and no --no-input, CI or --json */
    bool colour;   /* allowed at all; each stream has to be a terminal as well */
    bool terminal; /* stderr is one that can move its cursor */
    bool stdout_terminal;
} ui_settings;

/* Before it is called: no flags, no terminal, no questions. Forgets the outcome so far. */
void ui_configure(const ui_settings *settings);
const ui_settings *ui_get_settings(void);
/* The flags together with the environment (NO_COLOR, CI, TERM) and the streams. */
ui_settings ui_settings_detect(const ui_flags *flags);

/* What the running command has to say besides an error. */
json_t *ui_result(void); /* borrowed; an object */
bool ui_findings(void);
int ui_exit_status(void);
/* A command that runs another one keeps its own outcome aside meanwhile. */
typedef struct ui_outcome {
    json_t *result;
    bool findings;
    int exit_status;
} ui_outcome;
void ui_outcome_save(ui_outcome *outcome); /* the outcome is empty afterwards */
void ui_outcome_restore(ui_outcome *outcome);

/* For people, on stderr, masked:
 *   devkit: what failed
 *     why, line by line
 *     → what mends it */
void ui_print_error(const dk_error *error);
/* The one JSON object of the contract on stdout, masked: ui_result() when `error` is NULL or empty, else the
 * error. `command` may be NULL where none was recognised. */
void ui_print_json(const char *command, const dk_error *error);

/* Forces out what is still buffered for stdout. False and "output-failed" when results were lost (a full
 * disk); a reader that went away is no error. */
bool ui_finish(dk_error *error);

#endif

/* The commands reset, undo, gc and the hidden maintain. Internal to this folder. */
#ifndef DEVKIT_PLUGIN_RESET_H
#define DEVKIT_PLUGIN_RESET_H

#include <devkit/devkit.h>

typedef struct reset_values {
    bool fresh, no_seed, no_wait, force;
    const char *confirm;
} reset_values;
typedef struct undo_values {
    bool no_wait, force;
    const char *confirm;
} undo_values;
typedef struct gc_values {
    bool all, dry_run, wait;
    const char *confirm;
} gc_values;
typedef struct maintain_values {
    dk_strv layers;
} maintain_values;

bool reset_run(dk_context *context, const void *values, dk_error *error);
bool reset_undo_run(dk_context *context, const void *values, dk_error *error);
bool reset_gc_run(dk_context *context, const void *values, dk_error *error);
bool reset_maintain_run(dk_context *context, const void *values, dk_error *error);

/* The engine, with the server up. NULL on error. */
const dk_engine_interface *reset_engine(dk_context *context, dk_error *error);
/* Turns the report into the JSON result and a few lines for people. */
void reset_tell(dk_context *context, const dk_engine_report *report, const char *what);

#endif

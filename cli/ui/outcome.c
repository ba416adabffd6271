/* The outcome of the running command. */
#include "ui/internal.h"

static ui_outcome current;

json_t *ui_result(void) {
    if (current.result == NULL)
        current.result = json_object();
    return current.result;
}

bool ui_findings(void) {
    return current.findings;
}

int ui_exit_status(void) {
    return current.exit_status;
}

json_t *dk_result(DK_UNUSED dk_context *context) {
    return ui_result();
}

void dk_set_findings(DK_UNUSED dk_context *context) {
    current.findings = true;
}

void dk_set_exit_status(DK_UNUSED dk_context *context, int status) {
    current.exit_status = status;
}

void ui_outcome_save(ui_outcome *outcome) {
    static const ui_outcome empty;
    *outcome = current;
    current = empty;
}

void ui_outcome_restore(ui_outcome *outcome) {
    static const ui_outcome empty;
    json_decref(current.result);
    current = *outcome;
    *outcome = empty;
}

/* See report.h. */
#include "core/report.h"
#include "core/context.h"

#include <devkit/output.h>
#include <devkit/system.h>
#include <stdio.h>

void report_configure(const dk_context *context) {
    const core_globals *globals = &context->globals;
    const ui_flags flags = {.json = globals->json,
                            .quiet = globals->quiet,
                            .verbose = globals->verbose,
                            .no_color = globals->no_color,
                            .yes = globals->yes,
                            .no_input = globals->no_input};
    const ui_settings settings = ui_settings_detect(&flags);
    ui_configure(&settings);
}

void report_program_status(dk_context *context, int status) {
    /* The program printed what there is to say, in the form that it was asked for. */
    context->silent = true;
    dk_set_exit_status(context, status);
}

static int error_status(const dk_error *error) {
    if (dk_interrupted())
        return DK_ERROR_INTERRUPTED;
    return error->error_class == DK_ERROR_NONE ? DK_ERROR_FAILED : (int)error->error_class;
}

/* A full disk behind `devkit … >file` must not look like success. */
static bool flush_output(void) {
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    bool fine = ui_finish(&error);
    ui_print_error(&error);
    return fine;
}

int report_finish(dk_context *context, const char *command, bool succeeded, dk_error *error) {
    int status = succeeded ? ui_exit_status() : error_status(error);
    if (succeeded && status == 0 && ui_findings())
        status = DK_ERROR_FINDINGS;
    if (dk_is_json(context) && !context->silent)
        ui_print_json(command, succeeded ? NULL : error);
    else if (!succeeded)
        ui_print_error(error);
    if (!flush_output() && status == 0)
        status = DK_ERROR_FAILED;
    return status;
}

void report_nest(ui_outcome *outer) {
    ui_outcome_save(outer);
}

bool report_unnest(dk_context *context, ui_outcome *outer, const char *command, bool succeeded,
                   dk_error *error) {
    int status = ui_exit_status();
    bool findings = ui_findings();
    context->silent = false;
    report_configure(context);
    ui_outcome_restore(outer);
    if (!succeeded)
        return false;
    if (findings)
        return dk_fail(error, DK_ERROR_FINDINGS, "findings", "`devkit %s` has findings", command);
    if (status == 0)
        return true;
    dk_fail(error, DK_ERROR_FAILED, "command-failed", "`devkit %s` ended with exit status %d", command,
            status);
    if (error)
        error->child_status = status;
    return false;
}

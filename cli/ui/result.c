/* The outcome of a command, and the one JSON object made from it. */
#include "ui/internal.h"
#include <devkit/system.h>
#include <string.h>

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

static void mask_strings(json_t *value) {
    if (json_is_string(value)) {
        DK_AUTOFREE char *masked = dk_secret_mask(json_string_value(value));
        if (strcmp(masked, json_string_value(value)) != 0)
            json_string_set(value, masked);
    }
    const char *key;
    json_t *member;
    json_object_foreach(value, key, member) mask_strings(member);
    size_t index;
    json_array_foreach(value, index, member) mask_strings(member);
}

/* Members of the result that are shown as they are. */
static json_t *revealed;

void dk_reveal(DK_UNUSED dk_context *context, const char *key, const char *text) {
    if (!ui_get_settings()->json) {
        ui_progress_hide();
        fputs(text, stdout);
        fputc('\n', stdout);
        return;
    }
    if (revealed == NULL)
        revealed = json_object();
    dk_json_set_string(revealed, key, text);
}

static json_t *describe_error(const dk_error *error) {
    json_t *description = json_object();
    dk_json_set_string(description, "code", error->code);
    dk_json_set_string(description, "message", error->message == NULL ? "" : error->message);
    dk_json_set_string(description, "detail", error->detail);
    dk_json_set_string(description, "hint", error->hint);
    if (error->sqlstate[0] != '\0')
        dk_json_set_string(description, "sqlstate", error->sqlstate);
    if (error->child_status != 0)
        dk_json_set_int(description, "child_status", error->child_status);
    if (error->http_status != 0)
        dk_json_set_int(description, "http_status", error->http_status);
    return description;
}

void ui_print_json(const char *command, const dk_error *error) {
    bool ok = error == NULL || error->error_class == DK_ERROR_NONE;
    DK_AUTO_JSON json_t *object = json_object();
    dk_json_set_int(object, "schema", 1);
    dk_json_set_string(object, "command", command);
    dk_json_set_bool(object, "ok", ok);
    if (ok)
        json_object_set(object, "result", ui_result());
    else
        json_object_set_new(object, "error", describe_error(error));
    mask_strings(object);
    if (ok && revealed != NULL)
        json_object_update(ui_result(), revealed);
    json_decref(revealed);
    revealed = NULL;
    ui_progress_hide();
    json_dumpf(object, stdout, JSON_COMPACT);
    fputc('\n', stdout);
    fflush(stdout);
}

/* The one JSON object made from a command's outcome. */
#include "ui/internal.h"
#include <devkit/system.h>
#include <string.h>

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

/* `devkit snapshot restore`: guard, question, events; the rest is the store's. */
#include "snapshot.h"

#include <stdlib.h>
#include <string.h>

/* Where a previous database is kept, nothing is lost, and nothing needs to be asked. */
static bool confirm_loss(dk_context *context, dk_error *error) {
    const dk_config *config = dk_config_get(context, error);
    if (!config)
        return false;
    return config->reset.undo > 0 ||
           dk_confirm(context, "No previous database is kept ([reset] undo = 0). Restore all the same?",
                      error);
}

static unsigned flags_of(const snapshot_restore_values *values) {
    return (values->no_owner ? DK_SNAPSHOT_NO_OWNER : 0) | (values->no_wait ? DK_SNAPSHOT_NO_WAIT : 0) |
           (values->force ? DK_SNAPSHOT_FORCE : 0);
}

static void tell(dk_context *context, const json_t *entry, const dk_snapshot_report *report) {
    char duration[DK_FORMATTED];
    json_t *result = dk_result(context);
    json_t *notes = json_array();
    const char *name = dk_json_string(entry, "name", "");
    for (size_t i = 0; i < report->notes.count; i++) {
        json_array_append_new(notes, json_string(report->notes.items[i]));
        dk_warn(context, "%s", report->notes.items[i]);
    }
    dk_json_set_string(result, "name", name);
    dk_json_set_string(result, "kind", dk_json_string(entry, "kind", NULL));
    dk_json_set_string(result, "undo", report->undo);
    dk_json_set_string(result, "undo_command", report->undo_command);
    dk_json_set_int(result, "duration_ms", report->duration_ms);
    json_object_set_new(result, "notes", notes);
    dk_format_duration(report->duration_ms, duration);
    dk_print(context, "%s: restored, in %s\n", name, duration);
    if (report->undo_command)
        dk_print(context, "The state before is kept as %s; `%s` brings it back.\n",
                 report->undo ? report->undo : "", report->undo_command);
}

static bool perform(dk_context *context, const dk_snapshot_interface *store, const json_t *entry,
                    const snapshot_restore_values *given, dk_snapshot_report *report, dk_error *error) {
    dk_snapshot_restore request = {.name = given->name, .flags = flags_of(given), .jobs = (int)given->jobs};
    if (!dk_event(context, "pre-restore", entry, error))
        return false;
    DK_AUTOFREE char *label = dk_format("restore %s", store->head.name);
    request.progress = dk_progress_begin(context, label);
    bool restored = store->restore(context, &request, report, error);
    dk_progress_end(request.progress, restored, restored ? "restored" : "failed");
    return restored;
}

bool snapshot_restore_run(dk_context *context, const void *values, dk_error *error) {
    const snapshot_restore_values *given = values;
    SNAPSHOT_AUTO_STORES snapshot_stores stores = SNAPSHOT_STORES_INIT;
    dk_snapshot_report report = DK_SNAPSHOT_REPORT_INIT;
    DK_AUTO_JSON json_t *entry = NULL;
    if (!dk_guard(context, "snapshot restore", given->confirm, error) || !confirm_loss(context, error) ||
        !snapshot_stores_open(context, given->kind, &stores, error) || !dk_server_up(context, error))
        return false;
    const dk_snapshot_interface *store = snapshot_find(context, &stores, given->name, &entry, error);
    bool restored = store && perform(context, store, entry, given, &report, error);
    if (restored) {
        tell(context, entry, &report);
        restored = dk_event(context, "post-restore", dk_result(context), error);
    }
    dk_snapshot_report_release(&report);
    return restored;
}

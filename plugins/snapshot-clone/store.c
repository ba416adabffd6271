/* The store: the engine keeps the databases, and a note with each. */
#include "clone.h"

#include <stdlib.h>
#include <string.h>

const dk_engine_interface *clone_engine(dk_context *context, dk_error *error) {
    return dk_interface_find(context, "engine", "template", DK_ENGINE_VERSION, error);
}

/* Nothing is started for a look. */
static bool runs(dk_context *context, dk_error *error) {
    const dk_server_interface *server = dk_server(context, NULL, error);
    dk_server_status status = DK_SERVER_STATUS_INIT;
    if (!server)
        return false;
    if (server->running && server->running(context))
        return true;
    bool known = server->status(context, &status, error);
    bool ready = status.state == DK_SERVER_READY;
    dk_server_status_release(&status);
    if (!known || ready)
        return known;
    dk_fail(error, DK_ERROR_FAILED, "not-running", "the server is not running");
    return dk_error_hint(error, "`devkit up` starts it");
}

/* ── entries ── */
static json_t *note_of(const dk_snapshot_request *request, const char *version) {
    char now[24];
    dk_format_time(dk_unix_time(), now);
    json_t *note = json_object();
    dk_json_set_string(note, "name", request->name);
    dk_json_set_string(note, "note", request->note);
    dk_json_set_string(note, "purpose", request->purpose);
    dk_json_set_string(note, "created_at", now);
    dk_json_set_string(note, "server_version", version);
    if (request->facts)
        json_object_update(note, (json_t *)request->facts);
    return note;
}

/* What the engine lists of one, as the interface wants it. NULL: not a snapshot. */
static json_t *entry_of(dk_context *context, const json_t *kept) {
    const json_t *note = json_object_get(kept, "note");
    const dk_database *database = dk_database_get(context, NULL);
    if (strcmp(dk_json_string(kept, "kind", ""), "snapshot") != 0 || !json_is_object(note))
        return NULL;
    json_t *entry = json_object();
    json_object_update(entry, (json_t *)note);
    dk_json_set_string(entry, "kind", "clone");
    dk_json_set_int(entry, "size_bytes", dk_json_int(kept, "size_bytes", 0));
    dk_json_set_string(entry, "database", database && database->url ? database->url->database : NULL);
    dk_json_set_string(entry, "on_server", dk_json_string(kept, "name", NULL));
    dk_json_set_bool(entry, "restorable", dk_json_bool(kept, "usable", true));
    dk_json_set_string(entry, "why_not", dk_json_string(kept, "why_not", NULL));
    json_object_set_new(entry, "kept_because", json_null());
    return entry;
}

json_t *clone_list(dk_context *context, dk_error *error) {
    const dk_engine_interface *engine = runs(context, error) ? clone_engine(context, error) : NULL;
    DK_AUTO_JSON json_t *kept = engine ? engine->list(context, error) : NULL;
    json_t *entries = kept ? json_array() : NULL;
    size_t index;
    json_t *item;
    json_array_foreach(kept, index, item) {
        json_t *entry = entry_of(context, item);
        if (entry)
            json_array_append_new(entries, entry);
    }
    return entries;
}

/* The entry of that name. Caller owns. */
static json_t *find(dk_context *context, const char *name, dk_error *error) {
    DK_AUTO_JSON json_t *entries = clone_list(context, error);
    size_t index;
    json_t *entry;
    if (!entries)
        return NULL;
    json_array_foreach(entries, index, entry) {
        if (strcmp(dk_json_string(entry, "name", ""), name) == 0)
            return json_incref(entry);
    }
    dk_fail(error, DK_ERROR_FAILED, "no-such-snapshot", "there is no snapshot \"%s\" on the server", name);
    dk_error_hint(error, "`devkit snapshot list` shows what there is");
    return NULL;
}

static const char *database_of(const json_t *entry) {
    return dk_json_string(entry, "on_server", NULL);
}

/* ── the calls ── */
bool clone_save(dk_context *context, const dk_snapshot_request *request, json_t *entry, dk_error *error) {
    const dk_engine_interface *engine = clone_engine(context, error);
    const dk_server_interface *server = dk_server(context, NULL, error);
    dk_server_status status = DK_SERVER_STATUS_INIT;
    if (!engine || !server || !server->status(context, &status, error))
        return false;
    DK_AUTO_JSON json_t *note = note_of(request, status.version);
    DK_AUTOFREE char *database = NULL;
    dk_server_status_release(&status);
    if (!engine->keep(context, note, 0, &database, error))
        return false;
    DK_AUTO_JSON json_t *made = find(context, request->name, error);
    return made && json_object_update(entry, made) == 0;
}

bool clone_restore(dk_context *context, const dk_snapshot_restore *request, dk_snapshot_report *report,
                   dk_error *error) {
    const dk_engine_interface *engine = clone_engine(context, error);
    DK_AUTO_JSON json_t *entry = engine ? find(context, request->name, error) : NULL;
    dk_engine_report done = DK_ENGINE_REPORT_INIT;
    dk_engine_replacement replacement = {
        .verb = "snapshot restore",
        .source = database_of(entry),
        .flags = (request->flags & DK_SNAPSHOT_NO_WAIT ? DK_ENGINE_NO_WAIT : 0) |
                 (request->flags & DK_SNAPSHOT_FORCE ? DK_ENGINE_FORCE : 0),
        .progress = request->progress,
    };
    bool restored = entry && engine->replace(context, &replacement, &done, error);
    if (restored) {
        report->undo = dk_strdup(done.undo);
        report->undo_command = done.undo ? dk_strdup("devkit undo") : NULL;
        report->duration_ms = done.duration_ms;
        dk_strv_add_all(&report->notes, &done.notes);
    }
    dk_engine_report_release(&done);
    return restored;
}

bool clone_remove(dk_context *context, const char *name, dk_error *error) {
    const dk_engine_interface *engine = clone_engine(context, error);
    DK_AUTO_JSON json_t *entry = engine ? find(context, name, error) : NULL;
    return entry && engine->forget(context, database_of(entry), error);
}

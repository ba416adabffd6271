/* Copies of the live database that the user keeps under a name. They are no part of any recipe: neither the
 * limits of [reset] nor `gc --all` touch them. The user's name and words stand in the note, as do the
 * settings of the database itself, which a copy does not carry. */
#include "engine.h"

#include <stdlib.h>
#include <string.h>

static const char *given_name(const engine_database *database) {
    return dk_json_string(json_object_get(database->note, "snapshot"), "name", "");
}

static bool refuse_taken(engine_session *session, const char *name, dk_error *error) {
    for (size_t i = 0; i < session->catalog.count; i++) {
        const engine_database *database = &session->catalog.databases[i];
        if (database->kind != ENGINE_SNAPSHOT || strcmp(given_name(database), name) != 0)
            continue;
        dk_fail(error, DK_ERROR_FAILED, "snapshot-exists", "there is a snapshot \"%s\" already", name);
        return dk_error_hint(error, "choose another name, or remove it: `devkit snapshot rm`");
    }
    return true;
}

static bool fail_missing(const engine_session *session, dk_error *error) {
    dk_fail(error, DK_ERROR_FAILED, "database-missing", "database \"%s\" does not exist", session->live);
    return dk_error_hint(error, "`devkit up` makes it");
}

static json_t *snapshot_note(engine_session *session, const json_t *note) {
    const engine_database *live = engine_catalog_live(session);
    const json_t *self = engine_settings_live_own(session);
    json_t *all = engine_note_new(ENGINE_SNAPSHOT, session->live);
    json_object_set(all, "snapshot", (json_t *)note);
    json_object_set(all, "settings", live->settings);
    json_object_set_new(all, "self", self ? json_incref((json_t *)self) : json_null());
    dk_json_set_string(all, "comment", live->comment);
    dk_json_set_string(all, "started_at", session->started_at);
    return all;
}

/* Under an unfinished name until it is whole: the rename is the commit. */
static bool copy_live(engine_session *session, const json_t *note, char **database, dk_error *error) {
    DK_AUTO_JSON json_t *all = snapshot_note(session, note);
    DK_AUTOFREE char *building = engine_name_unique(ENGINE_BUILDING, session->scope);
    DK_AUTOFREE char *name = engine_name_unique(ENGINE_SNAPSHOT, session->scope);
    int64_t size = engine_size(session, session->live);
    dk_json_set_int(all, "size", size);
    if (!engine_clone_live(session, building, size, error) ||
        !engine_rename(session, building, name, all, error))
        return false;
    *database = dk_strdup(name);
    return true;
}

bool engine_keep(dk_context *context, const json_t *note, unsigned flags, char **database, dk_error *error) {
    ENGINE_AUTO_SESSION engine_session session;
    if (!engine_open(context, true, flags, &session, error))
        return false;
    if (!engine_catalog_live(&session))
        return fail_missing(&session, error);
    /* Slots and subscriptions stay where they are; a prepared transaction would make the copy fail. */
    return refuse_taken(&session, dk_json_string(note, "name", ""), error) &&
           engine_swap_permitted(&session, flags | DK_ENGINE_FORCE, error) &&
           copy_live(&session, note, database, error);
}

/* What is left is a DROP, which may have to wait for others: the background's work. */
static bool doom_snapshot(dk_context *context, const char *database, dk_error *error) {
    ENGINE_AUTO_SESSION engine_session session;
    if (!engine_open(context, true, 0, &session, error))
        return false;
    const engine_database *found = engine_catalog_named(&session, database);
    if (!found || found->kind != ENGINE_SNAPSHOT)
        return dk_fail(error, DK_ERROR_FAILED, "no-such-snapshot", "\"%s\" is not a snapshot", database);
    return engine_doom(&session, found, error);
}

bool engine_forget(dk_context *context, const char *database, dk_error *error) {
    if (!doom_snapshot(context, database, error))
        return false;
    engine_maintain_later(context, NULL);
    return true;
}

bool engine_weigh(dk_context *context, dk_engine_weight *weight, dk_error *error) {
    ENGINE_AUTO_SESSION engine_session session;
    PG_AUTO_RESULT pg_result *holders = NULL;
    if (!engine_open(context, false, 0, &session, error))
        return false;
    if (!engine_catalog_live(&session))
        return fail_missing(&session, error);
    if (!engine_holders(session.work, session.live, &holders, error))
        return false;
    weight->size_bytes = engine_size(&session, session.live);
    weight->sessions = (int64_t)pg_rows(holders);
    return engine_estimate_copy(&session, weight->size_bytes, &weight->copy_ms, error);
}

/* `gc`: what devkit keeps on the server, and away with what nobody needs. */
#include "engine.h"

#include <stdlib.h>
#include <string.h>

/* What the user knows of it, and whether it can still be copied. */
static void describe_snapshot(const engine_database *database, json_t *entry) {
    json_t *note = json_object_get(database->note, "snapshot");
    bool usable = engine_database_usable(database) && !database->other_collation;
    if (note)
        json_object_set(entry, "note", note);
    dk_json_set_bool(entry, "usable", usable);
    dk_json_set_string(entry, "why_not",
                       usable                      ? NULL
                       : database->other_collation ? "its collation has another version than the system's"
                                                   : "an interrupted DROP left it unusable");
}

json_t *engine_list(dk_context *context, dk_error *error) {
    ENGINE_AUTO_SESSION engine_session session;
    if (!engine_open(context, false, 0, &session, error))
        return NULL;
    json_t *list = json_array();
    for (size_t i = 0; i < session.catalog.count; i++) {
        const engine_database *database = &session.catalog.databases[i];
        if (database->kind == ENGINE_LIVE)
            continue;
        json_t *entry = json_object();
        dk_json_set_string(entry, "name", database->name);
        dk_json_set_string(entry, "kind", engine_kind_word(database->kind));
        dk_json_set_string(entry, "key", dk_json_string(database->note, "key", NULL));
        dk_json_set_string(entry, "layer", dk_json_string(database->note, "layer", NULL));
        dk_json_set_int(entry, "size_bytes", engine_size(&session, database->name));
        dk_json_set_string(entry, "created_at", dk_json_string(database->note, "created_at", NULL));
        dk_json_set_string(entry, "used_at", dk_json_string(database->note, "used_at", NULL));
        if (database->kind == ENGINE_SNAPSHOT)
            describe_snapshot(database, entry);
        json_array_append_new(list, entry);
    }
    return list;
}

static void all_names(const engine_session *session, dk_strv *names) {
    for (size_t i = 0; i < session->catalog.count; i++)
        if (session->catalog.databases[i].kind != ENGINE_LIVE &&
            session->catalog.databases[i].kind != ENGINE_SNAPSHOT)
            dk_strv_add(names, session->catalog.databases[i].name);
}

static void add_unfinished(const engine_session *session, dk_strv *names) {
    for (size_t i = 0; i < session->catalog.count; i++) {
        engine_kind kind = session->catalog.databases[i].kind;
        if (kind == ENGINE_DOOMED || kind == ENGINE_FILLING)
            dk_strv_add(names, session->catalog.databases[i].name);
    }
}

static bool collect_locked(engine_session *session, bool all, bool dry_run, dk_strv *removed,
                           dk_error *error) {
    engine_recipe recipe = ENGINE_RECIPE_INIT;
    if (all) {
        all_names(session, removed);
    } else {
        bool made = engine_recipe_make(session, &session->config->reset.layers, &recipe, error);
        if (made)
            engine_excess(session, &recipe, removed);
        engine_recipe_release(&recipe);
        if (!made)
            return false;
        add_unfinished(session, removed);
    }
    if (dry_run)
        return true;
    for (size_t i = 0; i < removed->count; i++)
        if (!engine_drop(session, removed->items[i], error))
            return false;
    engine_sweep_temporaries(session, removed);
    return engine_sweep_files(session, removed, error);
}

bool engine_collect(dk_context *context, bool all, bool dry_run, dk_strv *removed, dk_error *error) {
    ENGINE_AUTO_SESSION engine_session session;
    bool taken = false;
    return engine_open(context, false, 0, &session, error) &&
           engine_lock(&session, ENGINE_LOCK_SPARE, true, &taken, error) &&
           engine_lock_work(&session, 0, error) && engine_catalog_read(&session, error) &&
           engine_recover(&session, error) && collect_locked(&session, all, dry_run, removed, error);
}

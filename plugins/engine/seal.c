/* Sealing: a built database becomes the template of its layer.
 *
 * It is vacuumed and analysed first: clones of a template that was never analysed would never be, because its
 * counters are not copied, and autovacuum has less reason to enter it. */
#include "engine.h"

#include <stdlib.h>
#include <string.h>

#define LEAVE_TIMEOUT_MS 2000

json_t *engine_template_note(engine_session *session, const engine_layer *layer) {
    json_t *note = engine_note_new(ENGINE_TEMPLATE, session->live);
    DK_AUTOFREE char *items = dk_strv_join(&layer->items, "");
    dk_json_set_string(note, "layer", layer->name);
    dk_json_set_string(note, "key", layer->key);
    dk_json_set_string(note, "below", layer->below);
    dk_json_set_string(note, "fixed", layer->fixed);
    dk_json_set_string(note, "items", items);
    dk_json_set_string(note, "started_at", session->started_at);
    json_t *roles = json_array();
    for (size_t i = 0; i < session->made_roles.count; i++)
        json_array_append_new(roles, json_string(session->made_roles.items[i]));
    json_object_set_new(note, "roles", roles);
    return note;
}

static bool wait_for_leavers(pg_connection *connection, dk_error *error) {
    static const char query[] = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                                " AND pid <> pg_backend_pid() AND backend_type = 'client backend'";
    for (int64_t deadline = dk_now_ms() + LEAVE_TIMEOUT_MS; dk_now_ms() < deadline; dk_sleep_ms(1)) {
        PG_AUTO_RESULT pg_result *result = NULL;
        if (!pg_run(connection, query, &result, error))
            return false;
        if (pg_int(result, 0, 0) == 0)
            return true;
    }
    return true;
}

/* The tables that were written since the database was made: its counters began at zero then, and a session
 * reports its own when it leaves. So the 501st migration costs the tables it touched. */
static bool vacuum_changed(pg_connection *connection, dk_error *error) {
    static const char query[] = "SELECT string_agg(format('%I.%I', schemaname, relname), ', ') FROM"
                                " pg_stat_user_tables WHERE n_tup_ins + n_tup_upd + n_tup_del > 0";
    PG_AUTO_RESULT pg_result *result = NULL;
    if (!pg_run(connection, "SET search_path = public; SET synchronous_commit = off", NULL, error) ||
        !wait_for_leavers(connection, error) || !pg_run(connection, query, &result, error))
        return false;
    return !pg_value(result, 0, 0) ||
           pg_runf(connection, error, "VACUUM (ANALYZE) %s", pg_value(result, 0, 0));
}

/* What an index expression of the user's does while it is analysed is not our business: such a failure is
 * only told. */
static bool analyse(engine_session *session, pg_connection *connection, dk_error *error) {
    DK_AUTO_ERROR dk_error failure = DK_ERROR_INIT;
    if (vacuum_changed(connection, &failure))
        return true;
    if (!failure.sqlstate[0] || !pg_is_alive(connection)) {
        dk_error_move(error, &failure);
        return false;
    }
    dk_warn(session->context, "the template could not be analysed: %s", failure.message);
    return true;
}

static bool settle(engine_session *session, const char *database, json_t *note, dk_error *error) {
    static const char query[] =
        "SELECT pg_database_size(d.oid), EXISTS (SELECT FROM pg_class WHERE relpersistence = 'u'"
        " AND relkind = 'r'), (SELECT json_agg(json_build_array(extname, extversion)) FROM pg_extension)"
        " FROM pg_database d WHERE d.datname = current_database()";
    PG_AUTO_CONNECTION pg_connection *connection = engine_connect(session, database, error);
    if (!connection || !analyse(session, connection, error))
        return false;
    PG_AUTO_RESULT pg_result *result = NULL;
    if (!pg_run(connection, query, &result, error))
        return false;
    dk_json_set_int(note, "size", pg_int(result, 0, 0));
    dk_json_set_bool(note, "unlogged", pg_bool(result, 0, 1));
    json_object_set_new(note, "extensions", json_loads(pg_value(result, 0, 2), 0, NULL));
    if (json_object_get(note, "own"))
        return true;
    json_t *own = engine_settings_read(session, database, error);
    return own && json_object_set_new(note, "own", own) == 0;
}

bool engine_seal(engine_session *session, const engine_layer *layer, const char *building, json_t *note,
                 dk_error *error) {
    char short_key[ENGINE_KEY_SHORT + 1];
    memcpy(short_key, layer->key, ENGINE_KEY_SHORT);
    short_key[ENGINE_KEY_SHORT] = '\0';
    DK_AUTOFREE char *name = engine_name(ENGINE_TEMPLATE, session->scope, short_key);
    const engine_database *old = engine_catalog_named(session, name);
    if (!settle(session, building, note, error) || (old && !engine_doom(session, old, error)))
        return false;
    dk_json_set_string(note, "name", name);
    return engine_rename(session, building, name, note, error);
}

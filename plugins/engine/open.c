/* Opening the engine: the project, the server, the lock, the catalog; and what a killed run left is put right
 * before anything else happens. */
#include "engine.h"

#include <stdlib.h>
#include <string.h>

static bool find_project(dk_context *context, engine_session *session, dk_error *error) {
    session->context = context;
    session->config = dk_config_get(context, error);
    if (!session->config)
        return false;
    const dk_database *database = dk_database_require(context, error);
    if (!database)
        return false;
    session->url = database->url;
    session->variable = database->variable;
    session->live = database->url->database;
    session->role = dk_strdup(database->url->user);
    engine_scope(session->live, session->scope);
    if (strcmp(session->live, session->config->database.maintenance_db) == 0) {
        dk_fail(error, DK_ERROR_USAGE, "database-is-maintenance",
                "the application's database \"%s\" is also the maintenance database", session->live);
        return dk_error_hint(error,
                             "give the application a database of its own, or set [database] maintenance_db");
    }
    return true;
}

static bool open_hash_cache(engine_session *session, dk_error *error) {
    const char *state = dk_state_dir(session->context, error);
    if (!state)
        return false;
    DK_AUTOFREE char *path = dk_path_join(state, "hashes");
    session->hashes = hash_cache_open(path);
    return true;
}

/* In one round trip when nobody else is at work, which is nearly always. */
static bool lock_and_read(engine_session *session, unsigned flags, dk_error *error) {
    DK_AUTOFREE char *try = engine_lock_sql(session, ENGINE_LOCK_WORK, false);
    if (!engine_catalog_read_after(session, try, &session->locked, error))
        return false;
    return session->locked ||
           (engine_lock_work(session, flags, error) && engine_catalog_read(session, error));
}

bool engine_begin(dk_context *context, engine_session *session, dk_error *error) {
    memset(session, 0, sizeof *session);
    if (!find_project(context, session, error) || !open_hash_cache(session, error))
        return false;
    session->server = dk_server(context, NULL, error);
    if (!session->server || !session->server->admin(context, &session->admin, &session->superuser, error))
        return false;
    if (!dk_database_reach(context, &session->reached, error))
        return false;
    session->started =
        pg_connect_start(&session->admin, session->config->database.maintenance_db, &(pg_options){0});
    return true;
}

bool engine_enter(engine_session *session, bool lock, unsigned flags, dk_error *error) {
    pg_connection *started = session->started;
    session->started = NULL;
    session->work = pg_connect_finish(started, &session->admin, session->config->database.maintenance_db,
                                      &(pg_options){0}, error);
    if (!session->work)
        return false;
    bool read = lock ? lock_and_read(session, flags, error) : engine_catalog_read(session, error);
    return read && (!lock || engine_recover(session, error));
}

bool engine_open(dk_context *context, bool lock, unsigned flags, engine_session *session, dk_error *error) {
    return engine_begin(context, session, error) && engine_enter(session, lock, flags, error);
}

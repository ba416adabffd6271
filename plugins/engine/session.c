/* An engine session: the project, the server, one connection that holds the lock and does the work. */
#include "engine.h"

#include <stdlib.h>
#include <string.h>

/* First half of our advisory lock keys ("dvk" and the lock's number); the second is the scope. */
#define LOCK_CLASS 0x64766b00
#define SHORT_WAIT_MS 400

/* A private server remembers the URL that it gave the project, and tells it when it is asked anything. */
static const dk_database *find_database(dk_context *context, dk_error *error) {
    const dk_database *database = dk_database_get(context, error);
    if (!database || database->url)
        return database;
    const dk_server_interface *server = dk_server(context, NULL, NULL);
    dk_server_status status = DK_SERVER_STATUS_INIT;
    if (server && (!server->running || !server->running(context)))
        server->status(context, &status, NULL);
    dk_server_status_release(&status);
    return dk_database_get(context, error);
}

static bool find_project(dk_context *context, engine_session *session, dk_error *error) {
    session->context = context;
    session->config = dk_config_get(context, error);
    if (!session->config)
        return false;
    const dk_database *database = find_database(context, error);
    if (!database)
        return false;
    if (!database->url || !database->url->database) {
        dk_fail(error, DK_ERROR_USAGE, "env-missing", "%s is not set",
                database->variable ? database->variable : "DATABASE_URL");
        return dk_error_hint(error, "put it into .env, or run `devkit up`, which makes a private server");
    }
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

/* From 17 on a database may have login triggers, which a clone has too: ours are not the logins they mean. */
pg_connection *engine_connect(engine_session *session, const char *database, dk_error *error) {
    if (!session->work || !session->superuser || pg_server_version(session->work) < 170000)
        return pg_connect(&session->admin, database, &(pg_options){0}, error);
    dk_conninfo conninfo = DK_CONNINFO_INIT;
    dk_conninfo_copy(&conninfo, &session->admin);
    const char *given = dk_conninfo_get(&conninfo, "options");
    DK_AUTOFREE char *options = dk_format("%s -c event_triggers=off", given ? given : "");
    dk_conninfo_set(&conninfo, "options", options);
    pg_connection *connection = pg_connect(&conninfo, database, &(pg_options){0}, error);
    dk_conninfo_release(&conninfo);
    return connection;
}

bool engine_ender(engine_session *session, dk_error *error) {
    if (!session->ender)
        session->ender = engine_connect(session, session->config->database.maintenance_db, error);
    return session->ender != NULL;
}

static void lock_key(const engine_session *session, int which, dk_buf *sql, const char *function) {
    int32_t scope = (int32_t)strtoul(session->scope, NULL, 16);
    dk_buf_addf(sql, "SELECT pg_catalog.%s(%d, %d)", function, LOCK_CLASS + which, (int)scope);
}

bool engine_lock(engine_session *session, int which, bool wait, bool *taken, dk_error *error) {
    DK_AUTO_BUF dk_buf sql = DK_BUF_INIT;
    lock_key(session, which, &sql, wait ? "pg_advisory_lock" : "pg_try_advisory_lock");
    PG_AUTO_RESULT pg_result *result = NULL;
    if (!pg_run(session->work, dk_buf_text(&sql), &result, error))
        return false;
    *taken = wait || pg_bool(result, 0, 0);
    return true;
}

bool engine_unlock(engine_session *session, int which, dk_error *error) {
    DK_AUTO_BUF dk_buf sql = DK_BUF_INIT;
    lock_key(session, which, &sql, "pg_advisory_unlock");
    return pg_run(session->work, dk_buf_text(&sql), NULL, error);
}

/* The background worker holds the lock for a few renames at a time: not worth a message or a failure. */
static bool try_work_lock(engine_session *session, bool *taken, dk_error *error) {
    int64_t deadline = dk_now_ms() + SHORT_WAIT_MS;
    for (;;) {
        if (!engine_lock(session, ENGINE_LOCK_WORK, false, taken, error))
            return false;
        if (*taken || dk_now_ms() >= deadline)
            return true;
        dk_sleep_ms(2);
    }
}

bool engine_lock_work(engine_session *session, unsigned flags, dk_error *error) {
    bool taken = false;
    if (!try_work_lock(session, &taken, error))
        return false;
    if (!taken && (flags & DK_ENGINE_NO_WAIT)) {
        dk_fail(error, DK_ERROR_FAILED, "locked", "another devkit is at work on database \"%s\"",
                session->live);
        return dk_error_hint(error, "wait for it, or leave out --no-wait");
    }
    if (!taken) {
        dk_note(session->context, "waiting for another devkit that is at work on \"%s\"", session->live);
        if (!engine_lock(session, ENGINE_LOCK_WORK, true, &taken, error))
            return false;
    }
    session->locked = true;
    return true;
}

bool engine_unlock_work(engine_session *session, dk_error *error) {
    session->locked = false;
    return engine_unlock(session, ENGINE_LOCK_WORK, error);
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
    DK_AUTO_BUF dk_buf sql = DK_BUF_INIT;
    lock_key(session, ENGINE_LOCK_WORK, &sql, "pg_try_advisory_lock");
    if (!engine_catalog_read_after(session, dk_buf_text(&sql), &session->locked, error))
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

void engine_close(engine_session *session) {
    engine_catalog_release(&session->catalog);
    hash_cache_close(session->hashes);
    pg_close(session->ender);
    pg_close(session->work);
    pg_close(session->started);
    dk_conninfo_release(&session->admin);
    dk_url_release(&session->reached);
    dk_strv_release(&session->made_roles);
    free(session->role);
    free(session->started_at);
    memset(session, 0, sizeof *session);
}

bool engine_refuse_protected(engine_session *session, const char *verb, dk_error *error) {
    const engine_database *live = engine_catalog_live(session);
    if (!live || !engine_comment_is_protected(live->comment))
        return true;
    dk_fail(error, DK_ERROR_REFUSED, "protected", "database \"%s\" is protected: %s must not touch it",
            session->live, verb);
    dk_error_detail(error, "its comment carries devkit's marker");
    return dk_error_hint(error, "if that is no longer so: `devkit unprotect`");
}

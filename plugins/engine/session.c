/* An engine session: its connections, of which one holds the lock and does the work, and its locks. */
#include "engine.h"

#include <stdlib.h>
#include <string.h>

/* First half of our advisory lock keys ("dvk" and the lock's number); the second is the scope. */
#define LOCK_CLASS 0x64766b00
#define SHORT_WAIT_MS 400

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

static char *lock_sql(const engine_session *session, int which, const char *function) {
    int32_t scope = (int32_t)strtoul(session->scope, NULL, 16);
    return dk_format("SELECT pg_catalog.%s(%d, %d)", function, LOCK_CLASS + which, (int)scope);
}

char *engine_lock_sql(const engine_session *session, int which, bool wait) {
    return lock_sql(session, which, wait ? "pg_advisory_lock" : "pg_try_advisory_lock");
}

bool engine_lock(engine_session *session, int which, bool wait, bool *taken, dk_error *error) {
    DK_AUTOFREE char *sql = engine_lock_sql(session, which, wait);
    PG_AUTO_RESULT pg_result *result = NULL;
    if (!pg_run(session->work, sql, &result, error))
        return false;
    *taken = wait || pg_bool(result, 0, 0);
    return true;
}

bool engine_unlock(engine_session *session, int which, dk_error *error) {
    DK_AUTOFREE char *sql = lock_sql(session, which, "pg_advisory_unlock");
    return pg_run(session->work, sql, NULL, error);
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

/* The swap: live → undo, new → live, in one transaction.
 *
 * Two sessions. A (the work session) sends the renames as one message; the lock they take keeps new logins
 * waiting, so nothing has to be undone after a kill. B (the ender) ends the sessions that are in the way:
 * those found at first, before the lock, and those that slipped in, while A waits. Everything that may fail
 * on a right was done on the new database before. */
#include "engine.h"

#include <stdlib.h>
#include <string.h>

#define SWAP_TIMEOUT_MS 20000
#define CLEAR_TIMEOUT_MS 5000
#define REFUSED_TIMEOUT_MS 3000 /* sessions we may not end: perhaps they leave by themselves */
#define FIRST_LOOK_MS 20        /* how long A may take before B is connected at all */
#define NEXT_LOOK_MS 5
#define MANY_LOOKS 100 /* then it takes long (a copy), and nobody can come in its way any more */
#define LATER_LOOK_MS 50

typedef struct against_live {
    engine_session *session;
    const char *incoming; /* sessions in it are ended too; may be NULL */
    dk_buf refused;
    int64_t deadline;
} against_live;

static bool end_sessions(against_live *work, bool and_wait, dk_error *error) {
    engine_session *session = work->session;
    if (!engine_ender(session, error))
        return false;
    bool refused_before = work->refused.length > 0;
    bool ended = and_wait
                     ? engine_clear_sessions(session, session->ender, session->live, CLEAR_TIMEOUT_MS,
                                             &work->refused, error)
                     : engine_end_sessions(session, session->ender, session->live, &work->refused, error);
    if (ended && work->incoming)
        ended = engine_end_sessions(session, session->ender, work->incoming, &work->refused, error);
    if (work->refused.length > 0 && !refused_before)
        work->deadline = dk_now_ms() + REFUSED_TIMEOUT_MS;
    return ended;
}

/* One attempt: sends, and ends whoever is in the way until the answer is there. */
static bool attempt(against_live *work, const char *sql, dk_error *error) {
    engine_session *session = work->session;
    bool done = false;
    DK_FAULT("swap-send");
    if (!pg_send(session->work, sql, error))
        return false;
    int wait = FIRST_LOOK_MS;
    for (int looks = 0; !done; wait = ++looks < MANY_LOOKS ? NEXT_LOOK_MS : LATER_LOOK_MS) {
        if (!pg_finish(session->work, wait, &done, NULL, error))
            return false;
        if (!done && !end_sessions(work, false, error)) {
            pg_cancel(session->work);
            pg_finish(session->work, -1, &done, NULL, NULL);
            return false;
        }
    }
    DK_FAULT("swap-done");
    return true;
}

static bool may_retry(const against_live *work, const dk_error *failure) {
    static const char *const passing[] = {"55006", "55P03", "XX000", "40P01"};
    for (size_t i = 0; i < DK_COUNT(passing); i++)
        if (dk_error_sqlstate_is(failure, passing[i]))
            return dk_now_ms() < work->deadline && pg_is_alive(work->session->work);
    return false;
}

static bool fail_in_use(against_live *work, dk_error *error) {
    engine_session *session = work->session;
    DK_AUTO_BUF dk_buf holders = DK_BUF_INIT;
    PG_AUTO_RESULT pg_result *rows = NULL;
    const char *held = session->live;
    if (engine_holders(session->work, held, &rows, NULL) && pg_rows(rows) == 0 && work->incoming) {
        pg_result_free(rows);
        rows = NULL;
        held = work->incoming;
        engine_holders(session->work, held, &rows, NULL);
    }
    if (rows)
        engine_describe_holders(rows, &holders);
    dk_fail(error, DK_ERROR_FAILED, "database-in-use", "database \"%s\" is held by other sessions", held);
    dk_error_detail(error, "%s%s%s", dk_buf_text(&work->refused), work->refused.length ? "\n" : "",
                    dk_buf_text(&holders));
    if (work->refused.length == 0)
        return dk_error_hint(error, "stop the programs named above, then try again");
    DK_AUTO_BUF dk_buf role = DK_BUF_INIT;
    pg_quote_identifier(&role, session->role ? session->role : "");
    return dk_error_hint(error, "GRANT pg_signal_backend TO %s; (as a superuser), or stop those programs",
                         dk_buf_text(&role));
}

static bool run_attempts(against_live *work, const char *sql, dk_error *error) {
    engine_session *session = work->session;
    for (;;) {
        if (session->busy_sessions > 0 && !end_sessions(work, true, error))
            return false;
        DK_AUTO_ERROR dk_error failure = DK_ERROR_INIT;
        if (attempt(work, sql, &failure))
            return true;
        if (pg_is_alive(session->work))
            pg_run(session->work, "ROLLBACK", NULL, NULL);
        if (!may_retry(work, &failure)) {
            if (dk_error_sqlstate_is(&failure, "55006"))
                return fail_in_use(work, error);
            dk_error_move(error, &failure);
            return false;
        }
        session->busy_sessions = 1;
    }
}

bool engine_run_against_live(engine_session *session, const char *incoming, const char *sql,
                             dk_error *error) {
    against_live work = {.session = session, .incoming = incoming, .deadline = dk_now_ms() + SWAP_TIMEOUT_MS};
    bool done = run_attempts(&work, sql, error);
    dk_buf_release(&work.refused);
    return done;
}

/* ── what would follow the old database ── */
static const char followers_query[] =
    "SELECT 'prepared', gid, owner::text FROM pg_prepared_xacts WHERE database = $1"
    " UNION ALL SELECT 'slot', slot_name, coalesce(plugin, '') FROM pg_replication_slots WHERE database = $1"
    " UNION ALL SELECT 'subscription', s.subname, '' FROM pg_subscription s"
    "  JOIN pg_database d ON d.oid = s.subdbid WHERE d.datname = $1";

static bool refuse_follower(const engine_session *session, const pg_result *rows, size_t row,
                            dk_error *error) {
    const char *kind = pg_value(rows, row, 0);
    const char *name = pg_value(rows, row, 1);
    if (strcmp(kind, "prepared") == 0) {
        dk_fail(error, DK_ERROR_FAILED, "prepared-transaction",
                "database \"%s\" holds the prepared transaction \"%s\" of \"%s\"", session->live, name,
                pg_value(rows, row, 2));
        DK_AUTO_BUF dk_buf gid = DK_BUF_INIT;
        pg_quote_literal(&gid, name);
        return dk_error_hint(error, "in that database: ROLLBACK PREPARED %s; (or COMMIT PREPARED)",
                             dk_buf_text(&gid));
    }
    dk_fail(error, DK_ERROR_REFUSED, "replication-follows",
            "the %s \"%s\" would follow the old database \"%s\" and be lost with it", kind, name,
            session->live);
    return dk_error_hint(error, "drop it first, or go on with --force");
}

bool engine_swap_permitted(engine_session *session, unsigned flags, dk_error *error) {
    if (session->followers == 0)
        return true;
    PG_AUTO_RESULT pg_result *rows = NULL;
    if (!pg_query(session->work, followers_query, &session->live, 1, &rows, error))
        return false;
    for (size_t row = 0; row < pg_rows(rows); row++) {
        bool prepared = strcmp(pg_value(rows, row, 0), "prepared") == 0;
        if (prepared || !(flags & DK_ENGINE_FORCE))
            return refuse_follower(session, rows, row, error);
    }
    return true;
}

/* ── the swap itself ── */
json_t *engine_undo_note(engine_session *session, const engine_swap *swap, const engine_database *live) {
    json_t *note = engine_note_new(ENGINE_UNDO, session->live);
    const json_t *self = engine_settings_live_own(session);
    dk_json_set_string(note, "comment", live->comment);
    json_object_set_new(note, "self", self ? json_incref((json_t *)self) : json_null());
    json_object_set_new(note, "successor",
                        json_pack("{s:s?,s:O?}", "key", swap->key, "own", (json_t *)swap->own));
    return note;
}

bool engine_swap_in(engine_session *session, const engine_swap *swap, char **undo, dk_error *error) {
    const engine_database *live = engine_catalog_live(session);
    DK_AUTO_BUF dk_buf sql = DK_BUF_INIT;
    DK_AUTOFREE char *name = engine_undo_name(session);
    dk_buf_add(&sql, "BEGIN;");
    if (live) {
        DK_AUTO_JSON json_t *note = engine_undo_note(session, swap, live);
        engine_rename_sql(&sql, session->live, name);
        engine_note_sql(&sql, name, note);
    }
    engine_rename_sql(&sql, swap->incoming, session->live);
    engine_comment_sql(&sql, session->live, swap->comment);
    dk_buf_add(&sql, "COMMIT");
    if (!engine_run_against_live(session, swap->incoming, dk_buf_text(&sql), error))
        return false;
    *undo = live ? dk_strdup(name) : NULL;
    return true;
}

/* Creating, copying and renaming databases.
 *
 * Which copy is fastest was measured on 15 to 18: WAL_LOG below about 40 MB; above that FILE_COPY, unless
 * more is dirty in the server's buffers than is copied, because FILE_COPY begins with a checkpoint. What is
 * dirty is guessed from the WAL written since the last checkpoint's redo point. */
#include "engine.h"

#include <stdlib.h>
#include <string.h>

#define SMALL_DATABASE (INT64_C(40) * 1024 * 1024)  /* WAL_LOG is quicker below */
#define SMALL_FOR_CLONE (INT64_C(10) * 1024 * 1024) /* … even where files are cloned */
#define PATIENCE_MS 15000

/* 55006 being accessed by other users, 55P03 lock not available, XX000 tuple concurrently updated (somebody
 * changed the database's row meanwhile). */
static bool is_passing(const dk_error *error) {
    static const char *const states[] = {"55006", "55P03", "XX000"};
    for (size_t i = 0; i < DK_COUNT(states); i++)
        if (dk_error_sqlstate_is(error, states[i]))
            return true;
    return false;
}

bool engine_run_patiently(engine_session *session, const char *database, const char *sql, dk_error *error) {
    int64_t deadline = dk_now_ms() + (session->patience_ms ? session->patience_ms : PATIENCE_MS);
    for (;;) {
        DK_AUTO_ERROR dk_error failure = DK_ERROR_INIT;
        if (pg_run(session->work, sql, NULL, &failure))
            return true;
        if (pg_is_alive(session->work) && strstr(sql, "BEGIN"))
            pg_run(session->work, "ROLLBACK", NULL, NULL);
        if (!is_passing(&failure) || dk_now_ms() > deadline) {
            dk_error_move(error, &failure);
            return false;
        }
        if (!engine_end_sessions(session, session->work, database, NULL, error))
            return false;
        dk_sleep_ms(5);
    }
}

/* How a copy gets its source for itself alone. */
typedef bool run_function(engine_session *session, const char *source, const char *sql, dk_error *error);

static bool run_against_live(engine_session *session, const char *source, const char *sql, dk_error *error) {
    (void)source;
    return engine_run_against_live(session, NULL, sql, error);
}

static bool create(engine_session *session, const char *name, const char *options, const char *source,
                   run_function *run, dk_error *error) {
    DK_AUTO_BUF dk_buf sql = DK_BUF_INIT;
    dk_buf_add(&sql, "CREATE DATABASE ");
    pg_quote_identifier(&sql, name);
    dk_buf_add(&sql, " TEMPLATE ");
    pg_quote_identifier(&sql, source);
    if (session->role) {
        dk_buf_add(&sql, " OWNER ");
        pg_quote_identifier(&sql, session->role);
    }
    dk_buf_add(&sql, options);
    if (run(session, source, dk_buf_text(&sql), error))
        return true;
    if (dk_error_sqlstate_is(error, "42501")) {
        DK_AUTO_BUF dk_buf role = DK_BUF_INIT;
        pg_quote_identifier(&role, session->role ? session->role : "");
        dk_error_hint(error,
                      "ALTER ROLE %s CREATEDB; (as a superuser), or use a server of your own: "
                      "[database] server = \"local\"; or, without the right, save a dump and build in place: "
                      "`devkit psql -c 'DROP OWNED BY CURRENT_USER'`, then migrate and seed",
                      dk_buf_text(&role));
    }
    if (dk_error_sqlstate_is(error, "42704")) /* the URL changed since the server was set up */
        dk_error_hint(error, "`devkit up` makes the role on a server that devkit owns");
    return dk_error_prefix(error, "could not create a database to build in");
}

/* An empty database with the encoding and locale of the live one, or template0's. */
bool engine_create_empty(engine_session *session, const char *name, dk_error *error) {
    static const char query[] =
        "SELECT format(' ENCODING %L LC_COLLATE %L LC_CTYPE %L', pg_encoding_to_char(d.encoding),"
        " d.datcollate, d.datctype) || CASE j->>'datlocprovider' WHEN 'c' THEN ''"
        " WHEN 'i' THEN format(' LOCALE_PROVIDER icu ICU_LOCALE %L', coalesce(j->>'datlocale', "
        "j->>'daticulocale'))"
        "  || coalesce(format(' ICU_RULES %L', j->>'daticurules'), '')"
        " WHEN 'b' THEN format(' LOCALE_PROVIDER builtin BUILTIN_LOCALE %L', j->>'datlocale') ELSE '' END"
        " FROM pg_database d, to_jsonb(d) j WHERE d.datname = $1";
    PG_AUTO_RESULT pg_result *result = NULL;
    if (!pg_query(session->work, query, &session->live, 1, &result, error))
        return false;
    const char *options = pg_rows(result) > 0 ? pg_value(result, 0, 0) : "";
    return create(session, name, options, "template0", engine_run_patiently, error);
}

typedef struct copy_plan {
    bool files;    /* FILE_COPY, not WAL_LOG */
    bool reflinks; /* and the file system shares the blocks */
    int64_t dirty; /* bytes of WAL since the last checkpoint's redo point */
} copy_plan;

/* `file_copy_method` is set to clone only where somebody verified that the file system has reflinks (on
 * devkit's own server, when it starts): a copy then costs the same whatever the size. */
static bool plan_copy(engine_session *session, int64_t size, copy_plan *plan, dk_error *error) {
    static const char query[] =
        "SELECT coalesce(current_setting('file_copy_method', true), '') = 'clone',"
        " pg_wal_lsn_diff(pg_current_wal_lsn(), redo_lsn)::bigint FROM pg_control_checkpoint()";
    *plan = (copy_plan){0};
    if (size < SMALL_FOR_CLONE)
        return true;
    PG_AUTO_RESULT pg_result *result = NULL;
    if (!pg_run(session->work, query, &result, error))
        return false;
    plan->dirty = pg_int(result, 0, 1);
    plan->reflinks = pg_bool(result, 0, 0);
    plan->files = plan->reflinks || (size >= SMALL_DATABASE && plan->dirty < size);
    return true;
}

/* Milliseconds a megabyte, from the same measurements. */
bool engine_estimate_copy(engine_session *session, int64_t size, int64_t *milliseconds, dk_error *error) {
    copy_plan plan;
    const double megabyte = 1024 * 1024;
    if (!plan_copy(session, size, &plan, error))
        return false;
    double copied = plan.reflinks ? 0.05 : plan.files ? 0.7 : 2.5;
    double flushed = plan.files ? 2.2 : 0;
    *milliseconds =
        30 + (int64_t)((double)size / megabyte * copied + (double)plan.dirty / megabyte * flushed);
    return true;
}

static bool copy(engine_session *session, const char *source, const char *name, int64_t source_size,
                 run_function *run, dk_error *error) {
    copy_plan plan;
    const char *options = "";
    if (pg_server_version(session->work) >= 150000) {
        if (!plan_copy(session, source_size, &plan, error))
            return false;
        options = plan.files ? " STRATEGY FILE_COPY" : " STRATEGY WAL_LOG";
    }
    return create(session, name, options, source, run, error);
}

bool engine_clone(engine_session *session, const char *source, const char *name, int64_t source_size,
                  dk_error *error) {
    return copy(session, source, name, source_size, engine_run_patiently, error);
}

bool engine_clone_live(engine_session *session, const char *name, int64_t size, dk_error *error) {
    return copy(session, session->live, name, size, run_against_live, error);
}

bool engine_rename(engine_session *session, const char *from, const char *to, const json_t *note,
                   dk_error *error) {
    DK_AUTO_BUF dk_buf sql = DK_BUF_INIT;
    dk_buf_add(&sql, "BEGIN;");
    engine_rename_sql(&sql, from, to);
    if (note)
        engine_note_sql(&sql, to, note);
    dk_buf_add(&sql, "COMMIT");
    return engine_run_patiently(session, from, dk_buf_text(&sql), error);
}

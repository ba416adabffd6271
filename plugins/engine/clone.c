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

static bool create(engine_session *session, const char *name, const char *options, const char *source,
                   dk_error *error) {
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
    if (engine_run_patiently(session, source, dk_buf_text(&sql), error))
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
    return create(session, name, options, "template0", error);
}

/* `file_copy_method` is set to clone only where somebody verified that the file system has reflinks (on
 * devkit's own server, when it starts): a copy then costs the same whatever the size. */
static bool copies_files(engine_session *session, int64_t size, bool *answer, dk_error *error) {
    static const char query[] =
        "SELECT coalesce(current_setting('file_copy_method', true), '') = 'clone',"
        " pg_wal_lsn_diff(pg_current_wal_lsn(), redo_lsn)::bigint FROM pg_control_checkpoint()";
    *answer = false;
    if (size < SMALL_FOR_CLONE)
        return true;
    PG_AUTO_RESULT pg_result *result = NULL;
    if (!pg_run(session->work, query, &result, error))
        return false;
    *answer = pg_bool(result, 0, 0) || (size >= SMALL_DATABASE && pg_int(result, 0, 1) < size);
    return true;
}

bool engine_clone(engine_session *session, const char *source, const char *name, int64_t source_size,
                  dk_error *error) {
    bool files = false;
    const char *options = "";
    if (pg_server_version(session->work) >= 150000) {
        if (!copies_files(session, source_size, &files, error))
            return false;
        options = files ? " STRATEGY FILE_COPY" : " STRATEGY WAL_LOG";
    }
    return create(session, name, options, source, error);
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

void engine_rename_sql(dk_buf *sql, const char *from, const char *to) {
    dk_buf_add(sql, "ALTER DATABASE ");
    pg_quote_identifier(sql, from);
    dk_buf_add(sql, " RENAME TO ");
    pg_quote_identifier(sql, to);
    dk_buf_add(sql, ";");
}

/* Reading the server's catalog: everything a reset has to know, in one round trip. */
#include "engine.h"

#include <stdlib.h>
#include <string.h>

/* What a template depends on besides its layers. A database that does not exist yet gets template0's locale.
 * The ICU columns changed their names between versions; naming them is quicker than asking to_jsonb. */
static const struct {
    int version; /* from this server version on */
    const char *columns;
} locale_columns[] = {
    {170000, "d.datlocprovider, d.datlocale, d.daticurules"},
    {160000, "d.datlocprovider, d.daticulocale, d.daticurules"},
    {150000, "d.datlocprovider, d.daticulocale"},
    {0, "'c'"},
};
static const char server_query[] =
    " d.encoding, d.datcollate, d.datctype,"
    " pg_database_collation_actual_version(d.oid), current_setting('TimeZone'),"
    " current_setting('default_text_search_config'),"
    " (SELECT string_agg(setconfig::text, E'\\x1f') FROM pg_db_role_setting"
    "   WHERE setdatabase = 0 AND setrole IN (0, to_regrole(quote_ident(%s))))),"
    " pg_postmaster_start_time()::text"
    " FROM pg_database d WHERE d.datname IN (%s, 'template0')"
    " ORDER BY d.datname = 'template0' LIMIT 1";

/* LIKE, because compiling the first regular expression of a session takes longer than all the rest. */
static const char databases_query[] =
    "SELECT d.oid, d.datname, pg_get_userbyid(d.datdba), d.datconnlimit,"
    " (SELECT c.description FROM pg_shdescription c WHERE c.objoid = d.oid AND c.classoid = 1262),"
    " CASE WHEN d.datname LIKE 'devkit\\_template\\_%' OR d.datname LIKE 'devkit\\_spare\\_%' THEN"
    " d.datcollversion IS DISTINCT FROM pg_database_collation_actual_version(d.oid) END"
    " FROM pg_database d WHERE ";

/* The functions under the views: a new session plans them in half the time. Autovacuum workers have no user.
 */
static const char busy_query[] =
    "SELECT (SELECT count(*) FROM pg_stat_get_activity(NULL) s WHERE s.datid = d.oid"
    "  AND s.usesysid IS NOT NULL AND s.pid <> pg_backend_pid()),"
    " (SELECT count(*) FROM pg_prepared_xact() p WHERE p.dbid = d.oid)"
    " + (SELECT count(*) FROM pg_get_replication_slots() r WHERE r.datoid = d.oid)"
    " + (SELECT count(*) FROM pg_subscription u WHERE u.subdbid = d.oid)"
    " FROM pg_database d WHERE d.datname = %s";

static char *with_literals(const char *query, const char *first, const char *second) {
    DK_AUTO_BUF dk_buf one = DK_BUF_INIT;
    DK_AUTO_BUF dk_buf two = DK_BUF_INIT;
    pg_quote_literal(&one, first);
    pg_quote_literal(&two, second);
    return dk_format(query, dk_buf_text(&one), dk_buf_text(&two));
}

static char *server_sql(const engine_session *session) {
    int version = pg_server_version(session->work);
    size_t row = 0;
    while (version < locale_columns[row].version)
        row++;
    DK_AUTOFREE char *rest = with_literals(server_query, session->role ? session->role : "", session->live);
    return dk_format("SELECT concat_ws(E'\\x1f', %d, %s,%s", version / 10000, locale_columns[row].columns,
                     rest);
}

/* The live database and devkit's own beside it. */
static char *scope_filter(const engine_session *session) {
    dk_buf sql = DK_BUF_INIT;
    dk_buf_add(&sql, "(d.datname = ");
    pg_quote_literal(&sql, session->live);
    dk_buf_addf(&sql, " OR d.datname LIKE 'devkit\\_%%\\_%s\\_%%')", session->scope);
    return dk_buf_detach(&sql);
}

static void read_database(const engine_session *session, const pg_result *rows, size_t row,
                          const pg_result *grants, const pg_result *config, engine_catalog *catalog) {
    const char *name = pg_value(rows, row, 1);
    engine_kind kind = ENGINE_LIVE;
    if (strcmp(name, session->live) != 0 && !engine_name_parse(name, session->scope, &kind))
        return;
    catalog->databases = dk_realloc_array(catalog->databases, catalog->count + 1, sizeof *catalog->databases);
    catalog->databases[catalog->count++] = (engine_database){
        .kind = kind,
        .oid = (uint32_t)pg_int(rows, row, 0),
        .name = dk_strdup(name),
        .owner = dk_strdup(pg_value(rows, row, 2)),
        .connection_limit = pg_int(rows, row, 3),
        .comment = dk_strdup(pg_value(rows, row, 4)),
        .other_collation = pg_bool(rows, row, 5),
        .note = kind == ENGINE_LIVE ? NULL : engine_note_parse(pg_value(rows, row, 4)),
        .settings = engine_settings_assemble(pg_int(rows, row, 0), grants, config),
    };
}

void engine_catalog_release(engine_catalog *catalog) {
    for (size_t i = 0; i < catalog->count; i++) {
        engine_database *database = &catalog->databases[i];
        free(database->name);
        free(database->owner);
        free(database->comment);
        json_decref(database->note);
        json_decref(database->settings);
    }
    free(catalog->databases);
    *catalog = (engine_catalog){0};
}

static void read_server(engine_session *session, const pg_result *rows) {
    hash_state *state = hash_new();
    hash_text(state, "devkit server 1");
    hash_text(state, session->role ? session->role : "");
    hash_text(state, pg_rows(rows) > 0 ? pg_value(rows, 0, 0) : "");
    hash_hex(state, session->server_key);
    free(session->started_at);
    session->started_at = dk_strdup(pg_rows(rows) > 0 ? pg_value(rows, 0, 1) : "");
}

/* Each statement of the pipeline sees what was committed when it began: the catalog is read under the lock.
 */
bool engine_catalog_read_after(engine_session *session, const char *first, bool *answer, dk_error *error) {
    enum { FIRST, SETTING, DATABASES, GRANTS, CONFIG, SERVER, BUSY, STATEMENTS };
    DK_AUTOFREE char *filter = scope_filter(session);
    DK_AUTOFREE char *databases = dk_format("%s%s", databases_query, filter);
    DK_AUTOFREE char *grants = engine_grants_sql(filter);
    DK_AUTOFREE char *server = server_sql(session);
    DK_AUTOFREE char *busy = with_literals(busy_query, session->live, NULL);
    const char *const sql[STATEMENTS] = {
        [FIRST] = first,   [SETTING] = "SET client_connection_check_interval = '10ms'",
        [GRANTS] = grants, [CONFIG] = engine_config_sql(),
        [SERVER] = server, [DATABASES] = databases,
        [BUSY] = busy,
    };
    pg_result *results[STATEMENTS] = {0};
    if (!pg_pipeline(session->work, sql, STATEMENTS, results, error))
        return false;
    *answer = pg_bool(results[FIRST], 0, 0);
    read_server(session, results[SERVER]);
    engine_catalog_release(&session->catalog);
    for (size_t row = 0; row < pg_rows(results[DATABASES]); row++)
        read_database(session, results[DATABASES], row, results[GRANTS], results[CONFIG], &session->catalog);
    bool live = pg_rows(results[BUSY]) > 0;
    session->busy_sessions = live ? pg_int(results[BUSY], 0, 0) : 0;
    session->followers = live ? pg_int(results[BUSY], 0, 1) : 0;
    for (size_t i = 0; i < STATEMENTS; i++)
        pg_result_free(results[i]);
    return true;
}

bool engine_catalog_read(engine_session *session, dk_error *error) {
    bool answer = false;
    return engine_catalog_read_after(session, "SELECT true", &answer, error);
}

/* PostgreSQL marks a database whose DROP was interrupted with limit -2: it can't be connected to or cloned.
 */
bool engine_database_usable(const engine_database *database) {
    return database->connection_limit != -2;
}

engine_database *engine_catalog_live(engine_session *session) {
    for (size_t i = 0; i < session->catalog.count; i++)
        if (session->catalog.databases[i].kind == ENGINE_LIVE)
            return &session->catalog.databases[i];
    return NULL;
}

engine_database *engine_catalog_find(engine_session *session, engine_kind kind, const char *key) {
    for (size_t i = 0; i < session->catalog.count; i++) {
        engine_database *database = &session->catalog.databases[i];
        if (database->kind == kind && database->note && engine_database_usable(database) &&
            strcmp(dk_json_string(database->note, "key", ""), key) == 0)
            return database;
    }
    return NULL;
}

/* The suffix of a name begins with its time, so the greatest name is the newest. */
engine_database *engine_catalog_newest(engine_session *session, engine_kind kind) {
    engine_database *newest = NULL;
    for (size_t i = 0; i < session->catalog.count; i++) {
        engine_database *database = &session->catalog.databases[i];
        if (database->kind == kind && engine_database_usable(database) &&
            (!newest || strcmp(database->name, newest->name) > 0))
            newest = database;
    }
    return newest;
}

char *engine_undo_name(engine_session *session) {
    const char *newest = NULL;
    for (size_t i = 0; i < session->catalog.count; i++) {
        const engine_database *database = &session->catalog.databases[i];
        if (database->kind == ENGINE_UNDO && (!newest || strcmp(database->name, newest) > 0))
            newest = database->name;
    }
    return engine_name_after(ENGINE_UNDO, session->scope, newest);
}

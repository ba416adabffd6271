/* Reading the server's catalog: everything a reset has to know, in one round trip. */
#include "engine.h"

#include <stdlib.h>
#include <string.h>

/* Plain columns and the few functions that can't be done without, put together here: a new session looks up
 * every function, operator and join that a query has, and that takes longer than all the rest. */

/* The ICU columns changed their names between versions. */
static const struct {
    int version; /* from this server version on */
    const char *columns;
} locale_columns[] = {
    {170000, "d.datlocprovider, d.datlocale, d.daticurules"},
    {160000, "d.datlocprovider, d.daticulocale, d.daticurules"},
    {150000, "d.datlocprovider, d.daticulocale"},
    {0, "'c'"},
};

/* The catalog is what a few statements give. */
typedef enum catalog_part {
    FIRST,
    SETTING,
    DATABASES,
    COMMENTS,
    CONFIG,
    SERVER,
    PREPARED,
    SLOTS,
    SUBSCRIPTIONS,
    PARTS
} catalog_part;
typedef pg_result *catalog_rows[PARTS];

enum { OID, NAME, OWNER, LIMIT, HAS_GRANTS, SESSIONS, COLLATION, FIRST_OF_KEY };
static const char databases_query[] =
    "SELECT d.oid, d.datname, pg_get_userbyid(d.datdba), d.datconnlimit, d.datacl IS NOT NULL,"
    " pg_stat_get_db_numbackends(d.oid), d.datcollversion,"
    " pg_database_collation_actual_version(d.oid), d.encoding, d.datcollate, d.datctype, %s"
    " FROM pg_database d";

static const char server_query[] = "SELECT pg_postmaster_start_time()::text, current_setting('TimeZone'),"
                                   " current_setting('default_text_search_config')";

static const char *const queries[PARTS] = {
    [SETTING] = "SET client_connection_check_interval = '10ms'",
    /* Of databases and of the few other things that all databases share. */
    [COMMENTS] = "SELECT c.objoid, c.classoid, c.description FROM pg_shdescription c",
    [CONFIG] = engine_config_query,
    [SERVER] = server_query,
    /* What belongs to a database and would follow the old one. */
    [PREPARED] = "SELECT p.dbid FROM pg_prepared_xact() p",
    [SLOTS] = "SELECT r.datoid FROM pg_get_replication_slots() r",
    [SUBSCRIPTIONS] = "SELECT u.subdbid FROM pg_subscription u",
};
#define DATABASE_CLASS 1262 /* pg_database, in COMMENTS */

static char *databases_sql(const engine_session *session) {
    size_t row = 0;
    while (pg_server_version(session->work) < locale_columns[row].version)
        row++;
    return dk_format(databases_query, locale_columns[row].columns);
}

static const char *comment_of(int64_t oid, const pg_result *rows) {
    for (size_t row = 0; row < pg_rows(rows); row++)
        if (pg_int(rows, row, 0) == oid && pg_int(rows, row, 1) == DATABASE_CLASS)
            return pg_value(rows, row, 2);
    return NULL;
}

/* Copies may have been made under another version of the locale's library. */
static bool has_other_collation(engine_kind kind, const pg_result *rows, size_t row) {
    return (kind == ENGINE_TEMPLATE || kind == ENGINE_SPARE || kind == ENGINE_SNAPSHOT) &&
           !dk_streq(pg_value(rows, row, COLLATION), pg_value(rows, row, FIRST_OF_KEY));
}

static void read_database(const engine_session *session, pg_result *const *rows, size_t row,
                          engine_catalog *catalog) {
    const char *name = pg_value(rows[DATABASES], row, NAME);
    engine_kind kind = ENGINE_LIVE;
    if (strcmp(name, session->live) != 0 && !engine_name_parse(name, session->scope, &kind))
        return;
    int64_t oid = pg_int(rows[DATABASES], row, OID);
    const char *comment = comment_of(oid, rows[COMMENTS]);
    const char *owner = pg_value(rows[DATABASES], row, OWNER);
    catalog->databases = dk_realloc_array(catalog->databases, catalog->count + 1, sizeof *catalog->databases);
    catalog->databases[catalog->count++] = (engine_database){
        .kind = kind,
        .oid = (uint32_t)oid,
        .name = dk_strdup(name),
        .owner = dk_strdup(owner),
        .connection_limit = pg_int(rows[DATABASES], row, LIMIT),
        .comment = dk_strdup(comment),
        .other_collation = has_other_collation(kind, rows[DATABASES], row),
        .note = kind == ENGINE_LIVE ? NULL : engine_note_parse(comment),
        .settings = engine_settings_assemble(oid, owner, NULL, rows[CONFIG]),
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

/* The live database's row, or (one that does not exist yet gets its locale) template0's. */
static size_t row_of_locale(const engine_session *session, const pg_result *rows) {
    size_t found = 0;
    for (size_t row = 0; row < pg_rows(rows); row++) {
        if (strcmp(pg_value(rows, row, NAME), session->live) == 0)
            return row;
        if (strcmp(pg_value(rows, row, NAME), "template0") == 0)
            found = row;
    }
    return found;
}

/* Settings of every database, for every role or the URL's. */
static void hash_settings(hash_state *state, const engine_session *session, const pg_result *config) {
    for (size_t row = 0; row < pg_rows(config); row++) {
        const char *role = pg_value(config, row, 1);
        if (pg_int(config, row, 0) == 0 && (!role || dk_streq(role, session->role)))
            hash_text(state, pg_value(config, row, 2));
    }
}

/* What a template depends on besides its layers. */
static void read_server(engine_session *session, pg_result *const *rows) {
    hash_state *state = hash_new();
    size_t database = row_of_locale(session, rows[DATABASES]);
    hash_text(state, "devkit server 2");
    hash_text(state, session->role ? session->role : "");
    DK_AUTOFREE char *major = dk_format("%d", pg_server_version(session->work) / 10000);
    hash_text(state, major);
    for (size_t column = FIRST_OF_KEY; column < pg_columns(rows[DATABASES]); column++) {
        const char *value = pg_value(rows[DATABASES], database, column);
        hash_text(state, value ? value : "");
    }
    hash_text(state, pg_value(rows[SERVER], 0, 1));
    hash_text(state, pg_value(rows[SERVER], 0, 2));
    hash_settings(state, session, rows[CONFIG]);
    hash_hex(state, session->server_key);
    free(session->started_at);
    session->started_at = dk_strdup(pg_value(rows[SERVER], 0, 0));
}

static void read_live(engine_session *session, pg_result *const *rows) {
    session->busy_sessions = 0;
    session->followers = 0;
    for (size_t row = 0; row < pg_rows(rows[DATABASES]); row++) {
        if (strcmp(pg_value(rows[DATABASES], row, NAME), session->live) != 0)
            continue;
        session->busy_sessions = pg_int(rows[DATABASES], row, SESSIONS);
        for (size_t part = PREPARED; part <= SUBSCRIPTIONS; part++)
            for (size_t follower = 0; follower < pg_rows(rows[part]); follower++)
                session->followers += pg_int(rows[part], follower, 0) == pg_int(rows[DATABASES], row, OID);
    }
}

/* Most databases have the grants that PostgreSQL gives them; only for the others it costs a question more. */
static bool read_grants(engine_session *session, pg_result *const *rows, dk_error *error) {
    PG_AUTO_RESULT pg_result *grants = NULL;
    for (size_t row = 0; row < pg_rows(rows[DATABASES]); row++) {
        int64_t oid = pg_int(rows[DATABASES], row, OID);
        if (!pg_bool(rows[DATABASES], row, HAS_GRANTS))
            continue;
        for (size_t i = 0; i < session->catalog.count; i++) {
            engine_database *database = &session->catalog.databases[i];
            if (database->oid != oid)
                continue;
            if (!grants && !pg_run(session->work, engine_grants_query, &grants, error))
                return false;
            json_decref(database->settings);
            database->settings = engine_settings_assemble(oid, database->owner, grants, rows[CONFIG]);
        }
    }
    return true;
}

/* Each statement of the pipeline sees what was committed when it began: the catalog is read under the lock.
 */
bool engine_catalog_read_after(engine_session *session, const char *first, bool *answer, dk_error *error) {
    DK_AUTOFREE char *databases = databases_sql(session);
    const char *sql[PARTS];
    memcpy(sql, queries, sizeof sql);
    sql[FIRST] = first;
    sql[DATABASES] = databases;
    catalog_rows rows = {0};
    if (!pg_pipeline(session->work, sql, PARTS, rows, error))
        return false;
    *answer = pg_bool(rows[FIRST], 0, 0);
    read_server(session, rows);
    read_live(session, rows);
    engine_catalog_release(&session->catalog);
    for (size_t row = 0; row < pg_rows(rows[DATABASES]); row++)
        read_database(session, rows, row, &session->catalog);
    bool read = read_grants(session, rows, error);
    for (size_t part = 0; part < PARTS; part++)
        pg_result_free(rows[part]);
    return read;
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

engine_database *engine_catalog_named(engine_session *session, const char *name) {
    for (size_t i = 0; i < session->catalog.count; i++)
        if (strcmp(session->catalog.databases[i].name, name) == 0)
            return &session->catalog.databases[i];
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

/* What a status tells beyond the server's own state: what a connection test would find out, on one
 * connection. Each fact is left out where it can't be had; none of them makes a status fail. */
#include "server.h"

#include <stdlib.h>
#include <string.h>

#define FACTS_TIMEOUT_MS 3000
#define SLOWEST "3"

/* Of other roles' sessions a plain role is told little, but not nothing. */
static const char question[] =
    "SELECT pg_database_size(current_database()), current_setting('max_connections')::int, "
    "(SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' "
    "OR backend_type IS NULL AND datid IS NOT NULL AND usesysid IS NOT NULL), "
    "(SELECT quote_ident(nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = extnamespace "
    "WHERE extname = 'pg_stat_statements')";

/* Only statements whose constants are taken out: others may name a password. */
static const char slowest_question[] =
    "SELECT left(regexp_replace(query, '\\s+', ' ', 'g'), 100), calls, mean_exec_time FROM "
    "%s.pg_stat_statements "
    "WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) "
    "AND query ~* '^\\s*(select|insert|update|delete|merge|with)\\y' AND query !~* "
    "'pg_(stat|database|catalog)' "
    "ORDER BY mean_exec_time DESC LIMIT " SLOWEST;

/* ── the database ── */

static void add_slowest(pg_connection *connection, const char *schema, json_t *facts) {
    DK_AUTOFREE char *sql = dk_format(slowest_question, schema);
    PG_AUTO_RESULT pg_result *rows = NULL;
    if (!pg_run(connection, sql, &rows, NULL))
        return; /* the extension is there, its library was not loaded at the start */
    json_t *list = json_array();
    for (size_t row = 0; row < pg_rows(rows); row++) {
        json_t *entry = json_object();
        dk_json_set_string(entry, "query", pg_value(rows, row, 0));
        dk_json_set_int(entry, "calls", pg_int(rows, row, 1));
        json_object_set_new(entry, "mean_ms", json_real(strtod(pg_value(rows, row, 2), NULL)));
        json_array_append_new(list, entry);
    }
    json_object_set_new(facts, "slowest", list);
}

static bool add_database(dk_context *context, json_t *facts, dk_error *error) {
    static const pg_options options = {.connect_timeout_ms = FACTS_TIMEOUT_MS,
                                       .answer_timeout_ms = 2 * FACTS_TIMEOUT_MS, /* the server has its own */
                                       .statement_timeout_ms = FACTS_TIMEOUT_MS};
    DK_AUTO_URL dk_url reached = DK_URL_INIT;
    DK_AUTO_CONNINFO dk_conninfo conninfo = DK_CONNINFO_INIT;
    PG_AUTO_RESULT pg_result *row = NULL;
    if (!dk_database_reach(context, &reached, error))
        return false;
    dk_url_conninfo(&reached, &conninfo);
    int64_t before = dk_now_ms();
    PG_AUTO_CONNECTION pg_connection *connection = pg_connect(&conninfo, NULL, &options, error);
    if (!connection)
        return false;
    dk_json_set_int(facts, "connect_ms", dk_now_ms() - before);
    if (!pg_run(connection, question, &row, NULL))
        return true; /* the facts are missing, the database is not */
    dk_json_set_int(facts, "size_bytes", pg_int(row, 0, 0));
    json_t *connections = json_object();
    dk_json_set_int(connections, "used", pg_int(row, 0, 2));
    dk_json_set_int(connections, "max", pg_int(row, 0, 1));
    json_object_set_new(facts, "connections", connections);
    if (pg_value(row, 0, 3))
        add_slowest(connection, pg_value(row, 0, 3), facts);
    return true;
}

/* ── the application's settings ── */

/* "asyncpg" of postgresql+asyncpg://, "jdbc"; NULL: the URL leaves it open. Borrowed from the URL. */
static const char *driver_of(const dk_url *url) {
    const char *plus = url->scheme ? strchr(url->scheme, '+') : NULL;
    return url->dialect == DK_URL_JDBC ? "jdbc" : plus ? plus + 1 : NULL;
}

static void add_pool(dk_context *context, json_t *facts) {
    static const struct {
        const char *variable, *key;
    } settings[] = {{"DATABASE_POOL_SIZE", "size"},
                    {"DATABASE_MAX_OVERFLOW", "max_overflow"},
                    {"DATABASE_POOL_TIMEOUT", "timeout"},
                    {"DATABASE_POOL_RECYCLE", "recycle"}};
    json_t *pool = json_object();
    for (size_t i = 0; i < DK_COUNT(settings); i++) {
        int64_t number;
        const char *text = dk_project_variable(context, settings[i].variable, NULL);
        if (text && dk_parse_int64(text, &number))
            dk_json_set_int(pool, settings[i].key, number);
    }
    json_object_set_new(facts, "pool", pool);
}

static void add_url(dk_context *context, json_t *facts) {
    const dk_database *database = dk_database_get(context, NULL);
    dk_json_set_string(facts, "environment", dk_environment_name(context));
    if (!database)
        return;
    DK_AUTOFREE char *url = database->url ? dk_url_masked(database->url) : NULL;
    dk_json_set_string(facts, "variable", database->variable);
    dk_json_set_string(facts, "origin", database->origin);
    dk_json_set_string(facts, "url", url);
    dk_json_set_string(facts, "driver", database->url ? driver_of(database->url) : NULL);
}

/* ── what other plugins know ── */

/* The history of whichever tool this project has. */
static void add_migrations(dk_context *context, json_t *facts) {
    DK_AUTO_STRV dk_strv names = DK_STRV_INIT;
    dk_interface_names(context, "history", &names);
    for (size_t i = 0; i < names.count; i++) {
        const dk_history_interface *history =
            dk_interface_find(context, "history", names.items[i], DK_HISTORY_VERSION, NULL);
        json_t *read = history ? history->read(context, NULL) : NULL;
        if (json_is_object(read)) {
            json_object_set_new(facts, "migrations", read);
            return;
        }
        json_decref(read);
    }
}

/* How many databases of each kind devkit keeps, and their size. */
static void add_kept(dk_context *context, json_t *facts) {
    const dk_engine_interface *engine =
        dk_interface_find(context, "engine", "template", DK_ENGINE_VERSION, NULL);
    DK_AUTO_JSON json_t *list = engine ? engine->list(context, NULL) : NULL;
    if (!list)
        return;
    json_t *kept = json_object();
    int64_t bytes = 0;
    size_t index;
    json_t *entry;
    dk_json_set_int(kept, "spare", 0);
    dk_json_set_int(kept, "undo", 0);
    dk_json_set_int(kept, "template", 0);
    json_array_foreach(list, index, entry) {
        const char *kind = dk_json_string(entry, "kind", "other");
        dk_json_set_int(kept, kind, dk_json_int(kept, kind, 0) + 1);
        bytes += dk_json_int(entry, "size_bytes", 0);
    }
    dk_json_set_int(kept, "bytes", bytes);
    json_object_set_new(facts, "kept", kept);
}

/* Its provider says that it is ready, but the URL does not lead there: that counts. */
static void contradict(dk_server_status *status, const dk_error *why) {
    status->state = DK_SERVER_UNHEALTHY;
    free(status->problem);
    free(status->hint);
    status->problem = why->detail ? dk_format("%s: %s", why->message, why->detail) : dk_strdup(why->message);
    status->hint = dk_strdup(why->hint);
}

json_t *server_facts(dk_context *context, dk_server_status *status) {
    json_t *facts = json_object();
    DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
    bool ready = status->state == DK_SERVER_READY;
    bool reached = ready && add_database(context, facts, &why);
    if (ready && !reached)
        contradict(status, &why);
    dk_json_set_bool(facts, "healthy", reached);
    add_url(context, facts);
    add_pool(context, facts);
    if (reached) {
        add_migrations(context, facts);
        add_kept(context, facts);
    }
    if (status->details)
        json_object_set(facts, "details", status->details);
    return facts;
}

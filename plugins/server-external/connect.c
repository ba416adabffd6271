/* Connecting to a server that is somebody else's. */
#include "external.h"

#include <stdlib.h>
#include <string.h>

#define REMOTE_MS 5000 /* a hosted database may have to wake up first */
#define MIN_ATTEMPT_MS 500
#define POLL_MS 100

/* Codes of kit/pg that another attempt may not meet again. Nobody there ("not-listening") is none: devkit
 * can't start that server, and waiting would only hide it. */
static bool may_pass(const dk_error *why) {
    static const char *const codes[] = {"not-answering", "server-starting", "connection-failed",
                                        "connection-lost", "too-many-connections"};
    for (size_t i = 0; i < DK_COUNT(codes); i++)
        if (dk_error_is(why, codes[i]))
            return true;
    return false;
}

static int patience_of(const dk_url *url) {
    return dk_url_is_local(url) ? PG_LOOK_MS : REMOTE_MS;
}

/* A pooler takes the login for itself; only an answer comes from the server. */
pg_connection *external_connect(const dk_url *url, int timeout_ms, dk_error *error) {
    DK_AUTO_CONNINFO dk_conninfo conninfo = DK_CONNINFO_INIT;
    pg_options options = {.connect_timeout_ms = timeout_ms, .answer_timeout_ms = timeout_ms, .plain = true};
    dk_url_conninfo(url, &conninfo);
    pg_connection *connection = pg_connect(&conninfo, NULL, &options, error);
    if (connection && !pg_run(connection, "SELECT 1", NULL, error)) {
        pg_close(connection);
        return NULL;
    }
    return connection;
}

static const dk_url *need_url(dk_context *context, dk_error *error) {
    const dk_database *database = dk_database_get(context, error);
    if (database && !database->url)
        dk_fail_env_missing(context, error);
    return database ? database->url : NULL;
}

/* Rights and poolers are no trouble yet, but will be: said beforehand. */
static void fill_details(const dk_url *url, pg_connection *connection, dk_server_status *status) {
    EXTERNAL_AUTO_MANAGER external_manager manager = {0};
    EXTERNAL_AUTO_RIGHTS external_rights rights = {0};
    const dk_pooler *pooler = dk_url_pooler(url);
    status->details = json_object();
    if (external_manager_find("", url, &manager)) {
        dk_json_set_string(status->details, "manager", manager.name);
        dk_json_set_string(status->details, "start", manager.start);
    }
    dk_json_set_bool(status->details, "pooled", pooler != NULL);
    if (connection && external_rights_read(connection, &rights, NULL)) {
        dk_json_set_bool(status->details, "may_create_databases", rights.creates);
        dk_json_set_bool(status->details, "may_end_sessions", rights.ends);
        dk_json_set_bool(status->details, "owns_database", rights.owns);
        status->hint = external_rights_hint(&rights);
    }
    if (!pooler)
        return;
    dk_json_set_string(status->details, "pooler", pooler->name);
    status->problem = dk_format("the URL goes through %s, %s", pooler->name, pooler->harm);
    free(status->hint);
    status->hint = dk_strdup(pooler->remedy);
}

static void fill(const dk_url *url, pg_connection *connection, dk_server_status *status) {
    fill_details(url, connection, status);
    status->provider = dk_strdup("external");
    status->host = dk_strdup(dk_url_host_name(url));
    status->port = dk_url_port(url);
    status->database = dk_strdup(url->database);
    status->role = dk_strdup(url->user);
    if (connection) {
        int version = pg_server_version(connection);
        status->version = dk_format("%d.%d", version / 10000, version % 10000);
    }
}

static void hint_start(const dk_url *url, dk_error *error) {
    EXTERNAL_AUTO_MANAGER external_manager manager = {0};
    if (external_manager_find("", url, &manager))
        dk_error_hint(error, "%s is configured for this port: `%s`", manager.name, manager.start);
    else if (dk_url_is_local(url))
        dk_error_hint(
            error,
            "this server is not devkit's: start it where it belongs, or let devkit run one with [database] "
            "server = \"local\"");
    else
        dk_error_hint(error, "see whether the address in the URL is right and the server on %s runs",
                      dk_url_host_name(url));
}

bool external_status(dk_context *context, dk_server_status *status, dk_error *error) {
    const dk_url *url = need_url(context, error);
    if (!url)
        return false;
    DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
    PG_AUTO_CONNECTION pg_connection *connection = external_connect(url, patience_of(url), &why);
    fill(url, connection, status);
    if (connection) {
        status->state = DK_SERVER_READY;
        return true;
    }
    if (dk_error_is(&why, "interrupted")) {
        dk_error_move(error, &why);
        return false;
    }
    status->state = dk_error_is(&why, "not-listening")     ? DK_SERVER_STOPPED
                    : dk_error_is(&why, "server-starting") ? DK_SERVER_STARTING
                                                           : DK_SERVER_UNHEALTHY;
    if (dk_error_is(&why, "not-listening"))
        hint_start(url, &why);
    free(status->problem);
    free(status->hint);
    status->problem = why.detail ? dk_format("%s: %s", why.message, why.detail) : dk_strdup(why.message);
    status->hint = dk_strdup(why.hint);
    return true;
}

/* One attempt does not outlast the deadline by much. */
static int attempt_ms(const dk_url *url, int64_t deadline) {
    int64_t left = deadline - dk_now_ms();
    int patience = patience_of(url);
    return left < MIN_ATTEMPT_MS ? MIN_ATTEMPT_MS : left < patience ? (int)left : patience;
}

bool external_up(dk_context *context, int64_t timeout_ms, dk_server_status *status, bool *changed,
                 dk_error *error) {
    const dk_url *url = need_url(context, error);
    bool told = false;
    *changed = false;
    for (int64_t deadline = dk_now_ms() + timeout_ms; url;) {
        DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
        PG_AUTO_CONNECTION pg_connection *connection = external_connect(url, attempt_ms(url, deadline), &why);
        if (connection) {
            fill(url, connection, status);
            status->state = DK_SERVER_READY;
            return true;
        }
        if (!may_pass(&why) || dk_now_ms() >= deadline) {
            bool absent = dk_error_is(&why, "not-listening");
            dk_error_move(error, &why);
            if (absent)
                hint_start(url, error);
            return false;
        }
        if (!told)
            dk_note(context, "waiting for %s:%d: %s", dk_url_host_name(url), dk_url_port(url), why.message);
        told = true;
        dk_sleep_ms(POLL_MS);
    }
    return false;
}

bool external_admin(dk_context *context, dk_conninfo *conninfo, bool *superuser, dk_error *error) {
    const dk_url *url = need_url(context, error);
    const dk_config *config = url ? dk_config_get(context, error) : NULL;
    if (!config)
        return false;
    DK_AUTO_CONNINFO dk_conninfo probe = DK_CONNINFO_INIT;
    static const pg_options options = {.connect_timeout_ms = REMOTE_MS, .answer_timeout_ms = REMOTE_MS};
    dk_url_conninfo(url, &probe);
    PG_AUTO_CONNECTION pg_connection *connection =
        pg_connect(&probe, config->database.maintenance_db, &options, error);
    PG_AUTO_RESULT pg_result *result = NULL;
    if (!connection || !pg_run(connection, "SELECT current_setting('is_superuser') = 'on'", &result, error))
        return false;
    *superuser = pg_bool(result, 0, 0);
    for (size_t i = 0; i + 1 < probe.pairs.count; i += 2)
        if (strcmp(probe.pairs.items[i], "dbname") != 0)
            dk_conninfo_set(conninfo, probe.pairs.items[i], probe.pairs.items[i + 1]);
    return true;
}

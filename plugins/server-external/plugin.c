/* A server that devkit neither starts nor stops: a system service, another machine, a team's container.
 *
 * What devkit does here is connect, wait and check; the application's own role does all the work. */
#include <devkit/devkit.h>
#include <kit/pg/pg.h>

#include <stdlib.h>
#include <string.h>

static const dk_database *database_of(dk_context *context, dk_error *error) {
    const dk_database *database = dk_database_get(context, error);
    if (database && database->url)
        return database;
    if (database) {
        dk_fail(error, DK_ERROR_USAGE, "env-missing", "%s is not set", database->variable);
        dk_error_hint(error, "put the server's URL into .env");
    }
    return NULL;
}

static pg_connection *connect_to(const dk_url *url, const char *database, int timeout_ms, dk_error *error) {
    DK_AUTO_CONNINFO dk_conninfo conninfo = DK_CONNINFO_INIT;
    dk_url_conninfo(url, &conninfo);
    return pg_connect(&conninfo, database, &(pg_options){.connect_timeout_ms = timeout_ms}, error);
}

/* ── detect ── */
#define PROBE_TIMEOUT_MS 300

static bool detect(dk_context *context, int *score, dk_buf *why, dk_error *error) {
    const dk_database *database = dk_database_get(context, error);
    if (!database)
        return false;
    *score = 0;
    if (!database->url)
        return true;
    if (!dk_url_is_local(database->url)) {
        *score = 100;
        dk_buf_addf(why, "%s is not this machine", dk_url_host_name(database->url));
        return true;
    }
    PG_AUTO_CONNECTION pg_connection *connection = connect_to(database->url, NULL, PROBE_TIMEOUT_MS, NULL);
    if (connection) {
        *score = 70;
        dk_buf_addf(why, "a server answers at %s:%d and accepts %s", dk_url_host_name(database->url),
                    dk_url_port(database->url), database->variable);
    }
    return true;
}

/* ── status and up ── */
static bool fill_status(const dk_url *url, pg_connection *connection, dk_server_status *status,
                        dk_error *error) {
    PG_AUTO_RESULT pg_result *result = NULL;
    if (!pg_run(connection, "SELECT split_part(current_setting('server_version'), ' ', 1), pg_backend_pid()",
                &result, error))
        return false;
    status->state = DK_SERVER_READY;
    status->version = dk_strdup(pg_value(result, 0, 0));
    status->host = dk_strdup(dk_url_host_name(url));
    status->port = dk_url_port(url);
    return true;
}

static bool status_of(dk_context *context, dk_server_status *status, dk_error *error) {
    const dk_database *database = database_of(context, error);
    if (!database)
        return false;
    DK_AUTO_ERROR dk_error failure = DK_ERROR_INIT;
    PG_AUTO_CONNECTION pg_connection *connection = connect_to(database->url, NULL, 0, &failure);
    status->provider = dk_strdup("external");
    status->why = dk_strdup("devkit neither starts nor stops it");
    status->database = dk_strdup(database->url->database);
    status->role = dk_strdup(database->url->user);
    if (connection)
        return fill_status(database->url, connection, status, error);
    status->state = DK_SERVER_UNHEALTHY;
    status->host = dk_strdup(dk_url_host_name(database->url));
    status->port = dk_url_port(database->url);
    status->problem = dk_strdup(failure.message);
    status->hint = dk_strdup(failure.hint);
    return true;
}

/* What passes by itself when one waits: nothing listens yet, or the server is starting. */
static bool is_passing(const dk_error *failure) {
    return dk_error_is(failure, "not-listening") || dk_error_is(failure, "server-starting");
}

static bool up(dk_context *context, int64_t timeout_ms, dk_server_status *status, bool *changed,
               dk_error *error) {
    const dk_database *database = database_of(context, error);
    int64_t deadline = dk_now_ms() + timeout_ms;
    *changed = false;
    while (database) {
        DK_AUTO_ERROR dk_error failure = DK_ERROR_INIT;
        PG_AUTO_CONNECTION pg_connection *connection = connect_to(database->url, NULL, 0, &failure);
        if (connection)
            return status_of(context, status, error);
        if (!is_passing(&failure) || dk_now_ms() > deadline || dk_interrupted()) {
            dk_error_move(error, &failure);
            return false;
        }
        dk_sleep_ms(200);
    }
    return false;
}

/* ── what devkit does not do here ── */
static bool refuse(dk_error *error, const char *what) {
    dk_fail(error, DK_ERROR_REFUSED, "not-ours", "this server is not devkit's: %s it yourself", what);
    return dk_error_hint(error, "a server of devkit's own: [database] server = \"local\" in .devkit.toml");
}

static bool down(dk_context *context, bool *changed, dk_error *error) {
    (void)context;
    *changed = false;
    return refuse(error, "stop");
}

static bool destroy(dk_context *context, dk_error *error) {
    (void)context;
    return refuse(error, "remove");
}

static bool logs(dk_context *context, bool follow, int64_t lines, dk_error *error) {
    (void)context;
    (void)follow;
    (void)lines;
    return refuse(error, "look at the log of");
}

static bool admin(dk_context *context, dk_conninfo *conninfo, bool *superuser, dk_error *error) {
    const dk_database *database = database_of(context, error);
    if (!database)
        return false;
    dk_url_conninfo(database->url, conninfo);
    *superuser = false;
    return true;
}

static const dk_server_interface server = {
    .head = DK_INTERFACE("server", "external", DK_SERVER_VERSION, dk_server_interface),
    .detect = detect,
    .status = status_of,
    .up = up,
    .down = down,
    .destroy = destroy,
    .logs = logs,
    .admin = admin,
};
static const dk_interface *const interfaces[] = {&server.head};

static const dk_plugin plugin = {
    DK_PLUGIN_HEAD,
    .name = "server-external",
    .version = DEVKIT_VERSION,
    .summary = "servers that devkit neither starts nor stops",
    .interfaces = interfaces,
    .interface_count = DK_COUNT(interfaces),
};

DK_PLUGIN(server_external, &plugin)

/* Connecting to the service from this machine. */
#include "service.h"

#include <string.h>

static pg_connection *connect_to(const dk_url *url, const char *database, int timeout_ms, dk_error *error) {
    DK_AUTO_CONNINFO dk_conninfo conninfo = DK_CONNINFO_INIT;
    pg_options options = {
        .connect_timeout_ms = timeout_ms, .answer_timeout_ms = timeout_ms, .plain = !database};
    dk_url_conninfo(url, &conninfo);
    return pg_connect(&conninfo, database, &options, error);
}

pg_connection *compose_server_connect(const compose_server *server, const compose_container *container,
                                      int timeout_ms, dk_error *error) {
    DK_AUTO_URL dk_url url = DK_URL_INIT;
    if (!compose_server_url(server, container, &url, error))
        return NULL;
    pg_connection *connection = connect_to(&url, NULL, timeout_ms, error);
    if (!connection)
        compose_server_explain(server, error);
    return connection;
}

static bool start_time(const compose_server *server, const compose_container *container, int timeout_ms,
                       dk_buf *text, int *version, dk_error *error) {
    PG_AUTO_CONNECTION pg_connection *connection =
        compose_server_connect(server, container, timeout_ms, error);
    PG_AUTO_RESULT pg_result *result = NULL;
    if (!connection ||
        !pg_run(
            connection,
            "SELECT pg_catalog.date_part('epoch', pg_catalog.pg_postmaster_start_time())::pg_catalog.text",
            &result, error))
        return false;
    *version = pg_server_version(connection);
    dk_buf_add(text, pg_rows(result) ? pg_value(result, 0, 0) : "");
    return true;
}

/* An image's first start runs a server that goes away again; two answers of the same one are the real one's.
 */
bool compose_server_ready(const compose_server *server, const compose_container *container, int timeout_ms,
                          int *version, dk_error *error) {
    DK_AUTO_BUF dk_buf first = DK_BUF_INIT;
    DK_AUTO_BUF dk_buf second = DK_BUF_INIT;
    if (!start_time(server, container, timeout_ms, &first, version, error) ||
        !start_time(server, container, timeout_ms, &second, version, error))
        return false;
    return strcmp(dk_buf_text(&first), dk_buf_text(&second)) == 0 ||
           dk_fail(error, DK_ERROR_FAILED, "server-starting", "the server was restarted just now");
}

/* ── administration ── */
static bool try_admin(const dk_url *url, const char *maintenance, bool *superuser, dk_error *error) {
    PG_AUTO_CONNECTION pg_connection *connection =
        connect_to(url, maintenance, COMPOSE_SERVER_TIMEOUT_MS, error);
    PG_AUTO_RESULT pg_result *result = NULL;
    if (!connection ||
        !pg_run(connection, "SELECT pg_catalog.current_setting('is_superuser') = 'on'", &result, error))
        return false;
    *superuser = pg_bool(result, 0, 0);
    return true;
}

static void give(const dk_url *url, dk_conninfo *conninfo) {
    DK_AUTO_CONNINFO dk_conninfo all = DK_CONNINFO_INIT;
    dk_url_conninfo(url, &all);
    for (size_t i = 0; i + 1 < all.pairs.count; i += 2)
        if (strcmp(all.pairs.items[i], "dbname") != 0)
            dk_conninfo_set(conninfo, all.pairs.items[i], all.pairs.items[i + 1]);
}

/* The compose file has the superuser's login; where that does not work, the URL's own role has to do. */
static bool as_superuser(const compose_server *server, const dk_url *reached, dk_url *url) {
    compose_credentials credentials;
    compose_server_credentials(server->service, &credentials);
    if (dk_streq(reached->user, credentials.user) || !credentials.password)
        return false;
    dk_url_copy(url, reached);
    dk_free_pointer(&url->user);
    dk_free_pointer(&url->password);
    url->user = dk_strdup(credentials.user);
    url->password = dk_strdup(credentials.password);
    return true;
}

bool compose_server_admin(dk_context *context, dk_conninfo *conninfo, bool *superuser, dk_error *error) {
    COMPOSE_SERVER_AUTO compose_server server;
    COMPOSE_CONTAINER_AUTO compose_container container = {0};
    DK_AUTO_URL dk_url reached = DK_URL_INIT;
    DK_AUTO_URL dk_url root = DK_URL_INIT;
    if (!compose_server_open(context, &server, error))
        return false;
    compose_container_find(&server, server.service->name, &container, NULL);
    if (!compose_server_url(&server, &container, &reached, error))
        return false;
    const char *maintenance = server.config->database.maintenance_db;
    if (as_superuser(&server, &reached, &root) && try_admin(&root, maintenance, superuser, NULL)) {
        give(&root, conninfo);
        return true;
    }
    if (!try_admin(&reached, maintenance, superuser, error)) {
        compose_server_explain(&server, error);
        return false;
    }
    give(&reached, conninfo);
    return true;
}

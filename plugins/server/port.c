/* up --port: the server devkit owns moves to another port, and the URL with it.
 *
 * The URL is right, so it is what changes: in the one line of .env that says it, or where the provider
 * remembers the one it made up. A port found free may be taken before the server listens; other devkits are
 * kept away by a reservation, and against everybody else helps only to try again. */
#include "server.h"

#include <kit/socket/socket.h>
#include <stdlib.h>
#include <string.h>

#define LOOK_MS 10000 /* it has just answered: where it takes so long, the machine has much to do */
#define POLL_MS 50

bool server_move_parse(const char *text, server_move *move, dk_error *error) {
    move->automatic = dk_streq(text, "auto");
    if (!text || move->automatic || socket_port_parse(text, &move->fixed))
        return true;
    dk_fail(error, DK_ERROR_USAGE, "bad-value", "--port: \"%s\" is no port", text);
    return dk_error_hint(error, "write a number from 1 to 65535, or auto for a free one");
}

static bool fail_not_ours(const dk_server_interface *server, dk_error *error) {
    dk_fail(error, DK_ERROR_USAGE, "not-owned", "this server (%s) is not devkit's to move",
            server->head.name);
    return dk_error_hint(error, "its port is where it listens: mend the URL instead; or let devkit run one: "
                                "[database] server = \"local\" in .devkit.toml");
}

/* ── the change ───────────────────────────────────────────────────────────────────────────────────────────
 */

static void say_taken(dk_context *context, int port) {
    DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
    socket_fail_taken(context, port, NULL, &why);
    dk_info(context, "%s", why.message);
}

static bool change_file(dk_context *context, server_move *move, int port, dk_error *error) {
    DK_AUTOFREE char *saved = NULL;
    free(move->where);
    move->where = NULL;
    if (!dk_database_set_port(context, port, &move->where, &saved, error))
        return false;
    if (!move->saved) { /* of several changes the first file is the user's */
        move->saved = saved;
        saved = NULL;
    }
    const char *root = dk_project_root(context, NULL);
    DK_AUTOFREE char *shown = dk_path_relative(root ? root : "/", move->saved);
    dk_info(context, "%s says port %d now; the file as it was: %s", move->where, port, shown);
    return true;
}

/* A URL that the provider made up is the provider's to remember. */
static void change_run(dk_context *context, const dk_url *url, int port) {
    DK_AUTO_URL dk_url moved = DK_URL_INIT;
    DK_AUTOFREE char *host = dk_strdup(dk_url_host_name(url));
    dk_url_copy(&moved, url);
    dk_url_set_host(&moved, host, port);
    dk_database_set(context, &moved);
    dk_info(context, "the project's server takes port %d", port);
}

static bool change(dk_context *context, server_move *move, dk_error *error) {
    const dk_database *database = dk_database_get(context, error);
    if (!database || !database->url)
        return database != NULL;
    int port = move->reservation.port;
    if (!move->from)
        move->from = dk_url_port(database->url);
    if (!dk_streq(database->origin, "server"))
        return change_file(context, move, port, error);
    change_run(context, database->url, port);
    return true;
}

/* ── where to ─────────────────────────────────────────────────────────────────────────────────────────────
 */

/* Ports that the project names for something else, and those that were tried. */
static bool move_to_free(dk_context *context, server_move *move, dk_error *error) {
    const dk_config *config = dk_config_get(context, error);
    if (!config)
        return false;
    size_t count = move->tried_count;
    DK_AUTOFREE int *avoid = dk_alloc_array(count + config->ports.count + 1, sizeof *avoid);
    memcpy(avoid, move->tried, count * sizeof *avoid);
    for (size_t i = 0; i < config->ports.count; i++)
        avoid[count++] = atoi(config->ports.entries[i].value);
    return socket_reserve_free(context, avoid, count, &move->reservation, error) &&
           change(context, move, error);
}

static bool fail_not_reserved(dk_context *context, int port, dk_error *error) {
    if (socket_port_is_privileged(port)) {
        dk_fail(error, DK_ERROR_FAILED, "port-privileged", "only root may listen on port %d", port);
        return dk_error_hint(error, "take one above 1023, or --port auto");
    }
    if (!socket_port_is_free(port)) {
        socket_fail_taken(context, port, NULL, error);
        return dk_error_hint(
            error, "take another one: `devkit up --port auto` finds it; `devkit ports --all` shows all");
    }
    dk_fail(error, DK_ERROR_FAILED, "port-taken", "another devkit is starting a server on port %d", port);
    return dk_error_hint(error, "take another one: `devkit up --port auto`");
}

static bool move_to(dk_context *context, server_move *move, int port, dk_error *error) {
    if (!socket_reserve(context, port, &move->reservation))
        return fail_not_reserved(context, port, error);
    return change(context, move, error);
}

static bool leave(dk_context *context, server_move *move, int port, dk_error *error) {
    move->tried[move->tried_count++] = port;
    say_taken(context, port);
    return move_to_free(context, move, error);
}

/* A server that is down finds its port free, or another one. One that runs (or half runs) knows better than
 * we whether it is in its own way. */
static bool settle(dk_context *context, server_move *move, const dk_server_status *status, dk_error *error) {
    const dk_database *database = dk_database_get(context, error);
    if (!database || !database->url)
        return database != NULL; /* the provider will find a free one */
    int current = dk_url_port(database->url);
    bool down = status->state == DK_SERVER_ABSENT || status->state == DK_SERVER_STOPPED;
    if (move->fixed)
        return move->fixed == current || move_to(context, move, move->fixed, error);
    if (!down || socket_reserve(context, current, &move->reservation))
        return true;
    return leave(context, move, current, error);
}

/* ── another project's server ─────────────────────────────────────────────────────────────────────────────
 */

/* A small server may be full of those that ask the same. */
static pg_connection *connect_patiently(const dk_url *url, const char *database) {
    static const pg_options options = {.connect_timeout_ms = LOOK_MS, .statement_timeout_ms = LOOK_MS};
    DK_AUTO_CONNINFO dk_conninfo conninfo = DK_CONNINFO_INIT;
    DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
    dk_url_conninfo(url, &conninfo);
    for (int64_t deadline = dk_now_ms() + LOOK_MS;; dk_sleep_ms(POLL_MS)) {
        pg_connection *connection = pg_connect(&conninfo, database, &options, &why);
        if (connection || !dk_error_is(&why, "too-many-connections") || dk_now_ms() >= deadline ||
            dk_interrupted())
            return connection;
    }
}

/* By the superuser of every server that devkit makes, in a cluster or in a container. Its application's
 * database may not be there yet. */
static bool is_made_by_devkit(const dk_url *url, const char *database) {
    PG_AUTO_RESULT pg_result *rows = NULL;
    PG_AUTO_CONNECTION pg_connection *connection = connect_patiently(url, database);
    return connection &&
           pg_run(connection, "SELECT FROM pg_roles WHERE rolname = 'devkit_admin'", &rows, NULL) &&
           pg_rows(rows) > 0;
}

/* Two projects with the same .env: the server that takes our login is the other one's, and in our way. */
static bool is_in_the_way(dk_context *context, const server_move *move, const dk_server_status *status) {
    const dk_config *config = dk_config_get(context, NULL);
    const dk_database *database = dk_database_get(context, NULL);
    return move->automatic && !status->owned && config && dk_streq(config->database.server, "auto") &&
           database && database->url && dk_url_is_local(database->url) &&
           is_made_by_devkit(database->url, config->database.maintenance_db);
}

/* ── for up ───────────────────────────────────────────────────────────────────────────────────────────────
 */

/* With a fixed port the URL has to exist before it can be changed. */
static bool invent_url(dk_context *context, const dk_server_interface *server, int64_t timeout,
                       dk_error *error) {
    bool changed = false;
    dk_server_status status = DK_SERVER_STATUS_INIT;
    bool up = server->up(context, timeout, &status, &changed, error);
    dk_server_status_release(&status);
    return up;
}

bool server_move_allowed(dk_context *context, const dk_server_interface *server, const server_move *move,
                         dk_error *error) {
    dk_server_status status = DK_SERVER_STATUS_INIT;
    if (!move->automatic && !move->fixed)
        return true;
    bool allowed = server->status(context, &status, error) && (status.owned || fail_not_ours(server, error));
    dk_server_status_release(&status);
    return allowed;
}

bool server_move_begin(dk_context *context, const dk_server_interface *server, int64_t timeout,
                       server_move *move, dk_error *error) {
    dk_server_status status = DK_SERVER_STATUS_INIT;
    if (!move->automatic && !move->fixed)
        return true;
    if (!server->status(context, &status, error))
        return false;
    const dk_database *database = dk_database_get(context, error);
    if (database && is_in_the_way(context, move, &status)) {
        dk_server_status_release(&status);
        return leave(context, move, dk_url_port(database->url), error);
    }
    move->exists = status.state != DK_SERVER_ABSENT || (database && !database->url);
    bool begun = database && (status.owned || fail_not_ours(server, error)) &&
                 (database->url || move->automatic || invent_url(context, server, timeout, error)) &&
                 settle(context, move, &status, error);
    dk_server_status_release(&status);
    return begun;
}

bool server_move_settle(dk_context *context, const dk_server_interface *server, const server_move *move,
                        dk_error *error) {
    bool changed = false;
    return !move->from || !move->exists || server->down(context, &changed, error);
}

bool server_move_again(dk_context *context, server_move *move, dk_error *why) {
    const dk_database *database = dk_database_get(context, NULL);
    if (!move->automatic || !dk_error_is(why, "port-taken") || dk_interrupted() ||
        move->tried_count == DK_COUNT(move->tried) || !database || !database->url)
        return false;
    move->tried[move->tried_count++] = dk_url_port(database->url);
    dk_info(context, "%s", why->message);
    dk_error_release(why);
    return move_to_free(context, move, why);
}

void server_move_report(dk_context *context, const server_move *move) {
    json_t *entry = json_object();
    if (!move->from) {
        json_decref(entry);
        return;
    }
    dk_json_set_int(entry, "from", move->from);
    dk_json_set_string(entry, "changed", move->where);
    dk_json_set_string(entry, "saved", move->saved);
    json_object_set_new(dk_result(context), "moved", entry);
}

void server_move_release(server_move *move) {
    socket_release(&move->reservation);
    free(move->where);
    free(move->saved);
}

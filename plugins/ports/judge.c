/* Is the holder of a port the one that the project expects?
 *
 * About the database's port the provider knows best. A port of [ports] or of the compose file is the
 * project's own: its holder works in the project's folder or is a container of it. A URL or a variable in
 * .env may as well name a service of the system (REDIS_URL), but not another project's, nor a program of
 * another trade. */
#include "ports.h"

#include <stdlib.h>
#include <string.h>

/* ── URLs: what listens must speak the scheme ─────────────────────────────────────────────────────────────
 */

static const struct {
    const char *scheme;
    const char *programs; /* how their names may begin */
} trades[] = {
    {"postgres", "postgres postmaster pgbouncer pgcat odyssey pgpool"},
    {"postgresql", "postgres postmaster pgbouncer pgcat odyssey pgpool"},
    {"redis", "redis valkey keydb dragonfly garnet"},
    {"rediss", "redis valkey keydb dragonfly garnet"},
    {"mysql", "mysql mariadb"},
    {"mariadb", "mysql mariadb"},
    {"mongodb", "mongo"},
    {"amqp", "beam rabbitmq erl lavinmq"},
    {"amqps", "beam rabbitmq erl lavinmq"},
    {"memcached", "memcached"},
};
/* These pass connections on: what is behind them can't be seen. */
static const char passers[] =
    "ssh sshd socat kubectl cloud haproxy envoy stunnel toxiproxy nginx python java docker";

static bool is_listed(const char *program, const char *list) {
    DK_AUTO_STRV dk_strv names = DK_STRV_INIT;
    dk_strv_split(&names, list, ' ');
    for (size_t i = 0; i < names.count; i++)
        if (dk_starts_with(program, names.items[i]))
            return true;
    return false;
}

static bool speaks(const char *program, const char *scheme) {
    for (size_t i = 0; program && scheme && i < DK_COUNT(trades); i++)
        if (strcmp(trades[i].scheme, scheme) == 0)
            return is_listed(program, trades[i].programs) || is_listed(program, passers);
    return true;
}

/* ── whose it is ──────────────────────────────────────────────────────────────────────────────────────────
 */

static char *describe(const ports_row *row) {
    dk_buf text = DK_BUF_INIT;
    socket_describe(row->listener, row->container, &text);
    return dk_buf_detach(&text);
}

static const char *folder_of(const ports_row *row) {
    if (row->container)
        return dk_json_string(row->container, "folder", NULL);
    return row->listener->holder ? row->listener->holder->folder : NULL;
}

static ports_place place_of(const char *root, const ports_row *row) {
    const char *folder = folder_of(row);
    if (row->container && !folder)
        return PORTS_SYSTEM;
    return ports_place_of(root, folder);
}

static void refuse(ports_row *row, ports_place place) {
    DK_AUTOFREE char *holder = describe(row);
    DK_AUTOFREE char *wanted = ports_need_describe(row->need);
    const char *name = row->container ? dk_json_string(row->container, "name", NULL) : NULL;
    char *problem = place == PORTS_ANOTHER
                        ? dk_format("%s means port %d, but %s of another project (%s) listens there", wanted,
                                    row->port, holder, folder_of(row))
                        : dk_format("%s means port %d, but %s listens there", wanted, row->port, holder);
    char *hint =
        name ? dk_format("docker stop %s; or take another port: `devkit ports --free`", name)
             : dk_format("`devkit ports --kill %d` ends it; or take another port: `devkit ports --free`",
                         row->port);
    ports_row_disagree(row, problem, hint);
}

static void judge_trade(ports_row *row) {
    const char *program = row->listener->holder ? row->listener->holder->program : NULL;
    for (size_t i = 0; !row->container && i < row->need->source_count; i++) {
        const ports_source *source = &row->need->sources[i];
        if (source->kind != PORTS_URL || speaks(program, source->scheme))
            continue;
        DK_AUTOFREE char *holder = describe(row);
        ports_row_disagree(row,
                           dk_format("%s (%s) names a %s server at port %d, but %s listens there",
                                     source->name, source->origin, source->scheme, row->port, holder),
                           dk_format("mend the port in %s", source->name));
    }
}

static void judge_other(const char *root, ports_row *row) {
    ports_place place = place_of(root, row);
    bool own = ports_need_source(row->need, PORTS_CONFIG) || ports_need_source(row->need, PORTS_COMPOSE);
    if (place == PORTS_ANOTHER || (own && place != PORTS_OURS))
        refuse(row, place);
    else if (place != PORTS_OURS)
        judge_trade(row);
}

/* ── the database ─────────────────────────────────────────────────────────────────────────────────────────
 */

/* Where PostgreSQL does listen, for somebody who looks for it in the wrong place. */
static char *hint_nearby(void) {
    SOCKET_AUTO_TABLE socket_table table = SOCKET_TABLE_INIT;
    if (!socket_table_read(NULL, 0, &table, NULL))
        return NULL;
    for (size_t i = 0; i < table.count; i++) {
        const socket_process *holder = table.listeners[i].holder;
        if (holder && holder->program && dk_starts_with(holder->program, "postgres"))
            return dk_format("a PostgreSQL server (pid %ld) listens at port %d", (long)holder->pid,
                             table.listeners[i].port);
    }
    return NULL;
}

static bool is_the_server(const ports_row *row, const dk_server_status *status) {
    if (status->state == DK_SERVER_READY || status->state == DK_SERVER_STARTING)
        return true;
    if (!row->listener)
        return status->owned && status->state != DK_SERVER_UNHEALTHY; /* it is down, no more */
    return status->pid && row->listener->holder && row->listener->holder->pid == status->pid;
}

static void refuse_database(ports_row *row, const dk_server_status *status) {
    DK_AUTOFREE char *wanted = ports_need_describe(row->need);
    if (row->listener && status->state != DK_SERVER_UNHEALTHY) {
        DK_AUTOFREE char *holder = describe(row);
        ports_row_disagree(row,
                           dk_format("%s means port %d, but %s listens there, not the project's server",
                                     wanted, row->port, holder),
                           dk_strdup("`devkit up --port auto` takes a free port"));
        return;
    }
    char *nearby = row->listener || status->owned ? NULL : hint_nearby();
    ports_row_disagree(row,
                       status->problem
                           ? dk_strdup(status->problem)
                           : dk_format("%s means port %d, where nobody listens", wanted, row->port),
                       nearby ? nearby : dk_strdup(status->hint));
}

/* A server works in its data folder: when that is the one of this project, no provider has to be asked. */
static bool is_own_cluster(dk_context *context, const ports_row *row) {
    const socket_process *holder = row->listener ? row->listener->holder : NULL;
    const char *root = dk_project_root(context, NULL);
    const dk_config *config = dk_config_get(context, NULL);
    if (!holder || !holder->folder || !holder->program || !dk_starts_with(holder->program, "postgres") ||
        !root || !config)
        return false;
    DK_AUTOFREE char *path = dk_path_absolute(root, config->server_local.data_dir);
    DK_AUTOFREE char *real = realpath(path, NULL);
    return dk_streq(real, holder->folder);
}

/* The row of the same port that is the project's own cluster, or NULL. */
static const ports_row *own_cluster(dk_context *context, const ports_rows *rows, const ports_need *need) {
    for (size_t i = 0; i < rows->count; i++)
        if (rows->items[i].need == need && is_own_cluster(context, &rows->items[i]))
            return &rows->items[i];
    return NULL;
}

/* Somebody else at ::1 gets the connections to localhost that the server at 127.0.0.1 should have. */
static void judge_beside(const ports_row *own, ports_row *row) {
    if (row == own || !socket_listener_serves(row->listener, row->need->host))
        return;
    DK_AUTOFREE char *wanted = ports_need_describe(row->need);
    DK_AUTOFREE char *holder = describe(row);
    ports_row_disagree(row,
                       dk_format("%s means %s, where %s listens at port %d, too, beside the project's server",
                                 wanted, row->need->host, holder, row->port),
                       dk_format("name the server's own address instead of %s: %s", row->need->host,
                                 own->addresses.count ? own->addresses.items[0] : "127.0.0.1"));
}

/* Why the provider can't be asked is said by `status`; what listens is known all the same. */
static bool judge_database(dk_context *context, const ports_rows *rows, ports_row *row, dk_error *error) {
    DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
    dk_server_status status = DK_SERVER_STATUS_INIT;
    const ports_row *own = own_cluster(context, rows, row->need);
    if (own) {
        judge_beside(own, row);
        return true;
    }
    const dk_server_interface *server = dk_server(context, NULL, &why);
    if (row->listener && server && server->running && server->running(context))
        return true;
    if (server && server->status(context, &status, &why)) {
        if (!is_the_server(row, &status))
            refuse_database(row, &status);
        dk_server_status_release(&status);
        return true;
    }
    dk_server_status_release(&status);
    if (dk_interrupted())
        return dk_fail_interrupted(error);
    ports_row_disagree(row, dk_strdup(why.message), dk_strdup(why.hint));
    return true;
}

bool ports_judge(dk_context *context, ports_rows *rows, dk_error *error) {
    const char *root = dk_project_root(context, error);
    if (!root)
        return false;
    for (size_t i = 0; i < rows->count; i++) {
        ports_row *row = &rows->items[i];
        if (!row->need || row->need->remote)
            continue;
        if (ports_need_source(row->need, PORTS_DATABASE)) {
            if (!judge_database(context, rows, row, error))
                return false;
        } else if (row->listener) {
            judge_other(root, row);
        }
    }
    return true;
}

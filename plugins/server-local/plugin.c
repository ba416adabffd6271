/* Plugin server-local: the server interface for a private cluster of the project. */
#include "local.h"

#include <devkit/plugin.h>

static bool admin(dk_context *context, dk_conninfo *conninfo, bool *superuser, dk_error *error) {
    LOCAL_AUTO_CLUSTER local_cluster cluster;
    if (!local_cluster_open(context, &cluster, error) || !local_address(&cluster, false, error))
        return false;
    *superuser = true;
    return local_admin_conninfo(&cluster, conninfo, error);
}

/* Answered without a query: a warm reset asks this first. A URL that was not made true yet is `up`'s
 * business. */
static bool running(dk_context *context) {
    LOCAL_AUTO_CLUSTER local_cluster cluster;
    if (!local_cluster_open(context, &cluster, NULL) || !local_address(&cluster, false, NULL) || !cluster.url)
        return false;
    local_postmaster postmaster;
    local_postmaster_read(cluster.data_dir, &postmaster);
    return postmaster.alive && dk_streq(postmaster.state, "ready") &&
           local_postmaster_has_socket(&postmaster) && postmaster.port == dk_url_port(cluster.url) &&
           local_truth_is_known(&cluster);
}

static const dk_server_interface server = {
    .head = DK_INTERFACE("server", "local", DK_SERVER_VERSION, dk_server_interface),
    .detect = local_detect,
    .status = local_status,
    .up = local_up,
    .down = local_down,
    .destroy = local_destroy,
    .logs = local_logs,
    .admin = admin,
    .running = running,
};

static const dk_interface *const interfaces[] = {&server.head};

static const dk_plugin plugin = {
    DK_PLUGIN_HEAD,
    .name = "server-local",
    .version = DEVKIT_VERSION,
    .summary = "A private PostgreSQL server for the project, at the address its URL names",
    .interfaces = interfaces,
    .interface_count = DK_COUNT(interfaces),
};

DK_PLUGIN(server_local, &plugin)

/* Role, password, database and owner, as the URL says. Over the private socket, as the cluster's superuser.
 */
#include "local.h"

#include <string.h>

#define CONNECT_MS 10000
#define VERSION_MS 500 /* nice to know, no more: the server may be frozen */

bool local_admin_conninfo(const local_cluster *cluster, dk_conninfo *conninfo, dk_error *error) {
    local_postmaster postmaster;
    local_postmaster_read(cluster->data_dir, &postmaster);
    if (!postmaster.alive) {
        dk_fail(error, DK_ERROR_FAILED, "not-running", "the local server is not running");
        return dk_error_hint(error, "start it with `devkit up`");
    }
    DK_AUTOFREE char *port = dk_format("%d", postmaster.port);
    dk_conninfo_set(conninfo, "host", postmaster.socket_dir);
    dk_conninfo_set(conninfo, "port", port);
    dk_conninfo_set(conninfo, "user", LOCAL_ADMIN);
    return true;
}

static pg_connection *connect_admin(const local_cluster *cluster, int timeout_ms, dk_error *error) {
    DK_AUTO_CONNINFO dk_conninfo conninfo = DK_CONNINFO_INIT;
    if (!local_admin_conninfo(cluster, &conninfo, error))
        return NULL;
    pg_options options = {.connect_timeout_ms = timeout_ms};
    return pg_connect(&conninfo, LOCAL_MAINTENANCE, &options, error);
}

int local_running_version(const local_cluster *cluster) {
    PG_AUTO_CONNECTION pg_connection *connection = connect_admin(cluster, VERSION_MS, NULL);
    return connection ? pg_server_version(connection) : 0;
}

bool local_set_password(const local_cluster *cluster, dk_error *error) {
    PG_AUTO_CONNECTION pg_connection *connection = connect_admin(cluster, CONNECT_MS, error);
    return connection && pg_set_password(connection, cluster->url, error);
}

bool local_provision(const local_cluster *cluster, local_facts *server, bool *changed, dk_error *error) {
    pg_server_facts facts = {0};
    pg_provision_request request = {
        .context = cluster->context, .admin_role = LOCAL_ADMIN, .url = cluster->url, .fresh = cluster->fresh};
    PG_AUTO_CONNECTION pg_connection *connection = connect_admin(cluster, CONNECT_MS, error);
    if (!connection || !pg_provision(connection, &request, &facts, changed, error))
        return false;
    memcpy(server->start_time, facts.start_time, sizeof server->start_time);
    server->version = facts.version;
    return true;
}

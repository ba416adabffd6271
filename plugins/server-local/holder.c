/* Who holds the port we want. */
#include "local.h"

#include <string.h>

/* Linux says so in the name of the working directory, which is the server's data folder. */
static bool works_in_deleted(const socket_process *holder, const char *data_dir) {
    static const char suffix[] = " (deleted)";
    size_t length = strlen(data_dir);
    return holder && holder->program && strstr(holder->program, "postgres") && holder->folder &&
           strncmp(holder->folder, data_dir, length) == 0 && dk_streq(holder->folder + length, suffix);
}

bool local_check_orphan(const local_cluster *cluster, dk_error *error) {
    int port = cluster->url ? dk_url_port(cluster->url) : 0;
    SOCKET_AUTO_TABLE socket_table table = SOCKET_TABLE_INIT;
    if (!port || local_cluster_exists(cluster) || !local_port_in_use(port) ||
        !socket_table_read(&port, 1, &table, NULL))
        return true;
    const socket_listener *listener = socket_table_holder(&table, port);
    if (!listener || !works_in_deleted(listener->holder, cluster->data_dir))
        return true;
    long pid = (long)listener->holder->pid;
    dk_fail(error, DK_ERROR_FAILED, "data-deleted",
            "this project's server (pid %ld) still runs at port %d, but its data folder was deleted", pid,
            port);
    dk_error_detail(error, "it worked in %s", cluster->data_dir);
    return dk_error_hint(error, "kill -QUIT %ld (within a minute it ends by itself), then `devkit up`", pid);
}

bool local_fail_port_taken(const local_cluster *cluster, dk_error *error) {
    return socket_fail_taken(cluster->context, dk_url_port(cluster->url), cluster->variable, error);
}

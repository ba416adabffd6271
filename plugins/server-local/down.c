/* Stopping the server, and removing it with its data. */
#include "local.h"

#include <stdio.h>
#include <unistd.h>

static bool stop_locked(const local_cluster *cluster, bool *changed, dk_error *error) {
    local_postmaster postmaster;
    local_postmaster_read(cluster->data_dir, &postmaster);
    *changed = postmaster.alive;
    if (postmaster.alive && !local_stop(cluster, &postmaster, error))
        return false;
    /* Made anew at each start: nothing of a stopped server stays outside of the project. */
    if (postmaster.alive)
        rmdir(postmaster.socket_dir);
    rmdir(cluster->socket_dir);
    return true;
}

bool local_down(dk_context *context, bool *changed, dk_error *error) {
    LOCAL_AUTO_CLUSTER local_cluster cluster;
    LOCAL_AUTO_LOCK dk_lock lock = DK_LOCK_INIT;
    /* Whatever the URL says by now: what runs can be stopped. */
    return local_cluster_open(context, &cluster, error) &&
           local_lock(&cluster, &lock, LOCAL_START_TIMEOUT_MS, error) &&
           stop_locked(&cluster, changed, error);
}

/* The data folder gets another name first: a kill half-way leaves no half cluster under the real one. */
static bool remove_data(const local_cluster *cluster, dk_error *error) {
    char unique[9];
    dk_random_hex(unique, sizeof unique - 1);
    DK_AUTOFREE char *doomed = dk_format("%s.building-%s", cluster->data_dir, unique);
    DK_FAULT("cluster-doom-before");
    const char *folder = rename(cluster->data_dir, doomed) == 0 ? doomed : cluster->data_dir;
    DK_FAULT("cluster-doom-after");
    return dk_remove_tree(folder, error);
}

bool local_destroy(dk_context *context, dk_error *error) {
    LOCAL_AUTO_CLUSTER local_cluster cluster;
    LOCAL_AUTO_LOCK dk_lock lock = DK_LOCK_INIT;
    bool changed = false;
    if (!local_cluster_open(context, &cluster, error) ||
        !local_lock(&cluster, &lock, LOCAL_START_TIMEOUT_MS, error))
        return false;
    if (local_cluster_exists(&cluster) &&
        (!local_cluster_check_owned(&cluster, error) || !stop_locked(&cluster, &changed, error) ||
         !remove_data(&cluster, error)))
        return false;
    local_sweep(&cluster);
    unlink(cluster.log_file);
    DK_AUTOFREE char *url_file = dk_path_join(cluster.state_dir, "local.url");
    unlink(url_file);
    local_truth_forget(&cluster);
    return dk_remove_tree(cluster.socket_dir, error) &&
           (!cluster.system_dir || dk_remove_tree(cluster.system_dir, error));
}

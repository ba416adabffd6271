/* How well a local server fits the project. */
#include "local.h"

#define SCORE_OWN 90  /* a cluster is here */
#define SCORE_FREE 60 /* the URL is local, and nobody serves it */
#define SCORE_NO_URL 50
#define SCORE_UNUSABLE 15 /* no server programs are installed */

/* Whether one could be made here; asked only where there is none yet. */
static bool has_programs(const local_cluster *cluster) {
    const char *given = cluster->config->server_local.bin_dir;
    DK_AUTOFREE char *bin_dir = *given ? dk_path_absolute(cluster->project, given) : NULL;
    int major = 0;
    DK_AUTOFREE char *found =
        pg_find_server_programs((int)cluster->config->server_local.version, bin_dir, &major, NULL);
    return found != NULL;
}

bool local_detect(dk_context *context, int *score, dk_buf *why, dk_error *error) {
    LOCAL_AUTO_CLUSTER local_cluster cluster;
    *score = 0;
    if (!local_cluster_open(context, &cluster, error))
        return false;
    bool exists = local_cluster_exists(&cluster);
    if (cluster.url && !dk_url_is_local(cluster.url)) {
        dk_buf_addf(why, "the URL's host is %s", dk_url_host_name(cluster.url));
        return true;
    }
    if (exists) {
        *score = SCORE_OWN;
        DK_AUTOFREE char *shown = dk_path_relative(cluster.project, cluster.data_dir);
        dk_buf_addf(why, "this project has a cluster in %s", shown);
    } else if (!local_check_orphan(&cluster, NULL)) {
        *score = SCORE_OWN; /* it may still take the URL's login, but nobody should get used to that */
        dk_buf_add(why, "this project's server still runs, although its data folder was deleted");
    } else if (cluster.url) {
        *score = SCORE_FREE;
        dk_buf_add(why, "the URL names this machine");
    } else {
        *score = SCORE_NO_URL;
        dk_buf_addf(why, "%s is not set, so the project gets a server of its own", cluster.variable);
    }
    if (*score < SCORE_OWN && !has_programs(&cluster)) {
        *score = SCORE_UNUSABLE;
        dk_buf_add(why, ", but PostgreSQL's server programs are not installed");
    }
    return true;
}

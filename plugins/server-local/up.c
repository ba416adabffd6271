/* Up: what is already true is left alone, the rest is made true. */
#include "local.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* ── programs ─────────────────────────────────────────────────────────────────────────────────────────────
 */

static bool fail_version(const local_cluster *cluster, int have, dk_error *error) {
    int wanted = (int)cluster->config->server_local.version;
    DK_AUTOFREE char *shown = dk_path_relative(cluster->project, cluster->data_dir);
    dk_fail(error, DK_ERROR_FAILED, "data-version", "%s was made by PostgreSQL %d, and %d is asked for",
            shown, have, wanted);
    return dk_error_hint(
        error,
        "set version = %d in [server.local]; or keep a copy (pg_dump of version %d or newer), "
        "`devkit destroy`, and `devkit up`",
        have, wanted);
}

/* Server programs for the data folder that is there, or for a new one. */
static char *find_programs(const local_cluster *cluster, int *major, dk_error *error) {
    int have = local_cluster_exists(cluster) ? local_cluster_major(cluster) : 0;
    int wanted = (int)cluster->config->server_local.version;
    const char *configured = cluster->config->server_local.bin_dir;
    DK_AUTOFREE char *bin_dir = *configured ? dk_path_absolute(cluster->project, configured) : NULL;
    if (have && wanted && have != wanted) {
        fail_version(cluster, have, error);
        return NULL;
    }
    char *found = pg_find_server_programs(have ? have : wanted, bin_dir, major, error);
    if (!found && have) {
        DK_AUTOFREE char *shown = dk_path_relative(cluster->project, cluster->data_dir);
        dk_error_prefix(error, "%s was made by PostgreSQL %d", shown, have);
    }
    return found;
}

/* ── up ───────────────────────────────────────────────────────────────────────────────────────────────────
 */

/* The server as it should be, running with today's settings. */
static bool make_run(local_cluster *cluster, int64_t deadline, bool *changed, dk_error *error);

static bool create(local_cluster *cluster, dk_error *error) {
    int major = 0;
    DK_AUTOFREE char *bin_dir = find_programs(cluster, &major, error);
    cluster->fresh = bin_dir && local_initialise(cluster, bin_dir, major, error);
    return cluster->fresh;
}

static void say_move(const local_cluster *cluster, const local_postmaster *postmaster,
                     const local_settings *settings) {
    int port = dk_url_port(cluster->url);
    if (postmaster->port != port)
        dk_info(cluster->context, "the server moves from port %d to %d", postmaster->port, port);
    else if (!settings->main_same)
        dk_info(cluster->context, "settings changed: the server starts anew");
    else
        dk_info(cluster->context, "the server's socket in %s is gone: it starts anew",
                postmaster->socket_dir);
}

/* A server that runs is not stopped for one that certainly would not start. */
static bool can_start_anew(const local_cluster *cluster, const local_postmaster *postmaster,
                           dk_error *error) {
    int major = 0;
    int port = dk_url_port(cluster->url);
    DK_AUTOFREE char *bin_dir = find_programs(cluster, &major, error);
    if (!bin_dir)
        return false;
    return postmaster->port == port || !local_port_in_use(port) || local_fail_port_taken(cluster, error);
}

static bool reload(const local_postmaster *postmaster, dk_error *error) {
    if (kill(postmaster->pid, SIGHUP) == 0)
        return true;
    return dk_fail_errno(error, errno, "reload-failed", "cannot tell the server to read its settings");
}

/* A server that runs: with today's settings, or stopped so that it can be started with them. */
static bool settle_running(local_cluster *cluster, local_postmaster *postmaster,
                           const local_settings *settings, int64_t deadline, bool *changed, dk_error *error) {
    bool ready = dk_streq(postmaster->state, "ready");
    bool cut_off = ready && !local_postmaster_has_socket(postmaster);
    if (dk_streq(postmaster->state, "stopping") || !settings->main_same || cut_off) {
        if (!can_start_anew(cluster, postmaster, error))
            return false;
        if (!settings->main_same || cut_off)
            say_move(cluster, postmaster, settings);
        *changed = true;
        postmaster->alive = false;
        postmaster->file = false;
        return local_stop(cluster, postmaster, error) &&
               local_settings_write(cluster, cluster->data_dir, settings, true, error);
    }
    if (!settings->access_same) {
        *changed = true;
        if (!local_settings_write(cluster, cluster->data_dir, settings, true, error) ||
            !reload(postmaster, error))
            return false;
    }
    if (ready)
        return true;
    *changed = true;
    dk_info(cluster->context, "the server is starting already; waiting for it");
    return local_wait_started(cluster, deadline, error);
}

/* A running server keeps its socket folder: which one is right depends on XDG_RUNTIME_DIR, and that on how
 * one is logged in. */
static void keep_socket_dir(local_cluster *cluster, const local_postmaster *postmaster) {
    if (!postmaster->alive || !*postmaster->socket_dir)
        return;
    free(cluster->socket_dir);
    cluster->socket_dir = dk_strdup(postmaster->socket_dir);
}

static bool make_run(local_cluster *cluster, int64_t deadline, bool *changed, dk_error *error) {
    local_postmaster postmaster;
    local_postmaster_read(cluster->data_dir, &postmaster);
    keep_socket_dir(cluster, &postmaster);
    LOCAL_AUTO_SETTINGS local_settings settings = {0};
    local_settings_make(cluster, cluster->data_dir, &settings);
    if (postmaster.alive && !settle_running(cluster, &postmaster, &settings, deadline, changed, error))
        return false;
    if (postmaster.alive)
        return true;
    int major = 0;
    DK_AUTOFREE char *bin_dir = find_programs(cluster, &major, error);
    *changed = true;
    return bin_dir && local_settings_write(cluster, cluster->data_dir, &settings, true, error) &&
           (!postmaster.file || local_postmaster_disarm(cluster, &postmaster, error)) &&
           local_start(cluster, bin_dir, deadline, error);
}

/* The login of the URL works; where only its password is wrong, the URL is right. */
static bool make_login_work(const local_cluster *cluster, const local_facts *server, bool *changed,
                            dk_error *error) {
    local_facts facts = {0};
    DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
    if (local_ready(cluster, server->start_time, &facts, &why))
        return true;
    if (!dk_error_is(&why, "password-rejected")) {
        local_explain_login(cluster, &why);
        dk_error_move(error, &why);
        return false;
    }
    if (!cluster->url->password || !local_set_password(cluster, error)) {
        if (!cluster->url->password)
            dk_error_move(error, &why);
        return false;
    }
    *changed = true;
    dk_info(cluster->context, "role %s has the URL's password now", cluster->url->user);
    return local_ready(cluster, server->start_time, &facts, error);
}

static bool bring_up(local_cluster *cluster, int64_t deadline, local_facts *facts, bool *changed,
                     dk_error *error) {
    local_sweep(cluster);
    if (!local_cluster_exists(cluster)) {
        *changed = true;
        if (!local_check_orphan(cluster, error) || !create(cluster, error))
            return false;
    } else if (!local_cluster_check_owned(cluster, error)) {
        return false;
    }
    return make_run(cluster, deadline, changed, error) && local_provision(cluster, facts, changed, error) &&
           make_login_work(cluster, facts, changed, error);
}

static bool is_up(local_cluster *cluster, local_facts *facts) {
    local_postmaster postmaster;
    local_postmaster_read(cluster->data_dir, &postmaster);
    char *own = cluster->socket_dir;
    cluster->socket_dir = postmaster.alive ? postmaster.socket_dir : own;
    bool up = local_is_up(cluster, &postmaster, facts);
    cluster->socket_dir = own;
    return up;
}

static bool up_locked(local_cluster *cluster, int64_t deadline, local_facts *facts, bool *changed,
                      dk_error *error) {
    LOCAL_AUTO_LOCK dk_lock lock = DK_LOCK_INIT;
    if (!local_lock(cluster, &lock, deadline - dk_now_ms(), error) || !local_address(cluster, true, error))
        return false;
    for (;;) {
        DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
        if (is_up(cluster, facts) || bring_up(cluster, deadline, facts, changed, &why))
            return true;
        if (!dk_error_is(&why, "port-taken") || !local_address_next(cluster, error)) {
            dk_error_move(error, &why);
            return false;
        }
        dk_info(cluster->context, "%s: the project's server takes port %d", why.message,
                dk_url_port(cluster->url));
    }
}

bool local_up(dk_context *context, int64_t timeout_ms, dk_server_status *status, bool *changed,
              dk_error *error) {
    LOCAL_AUTO_CLUSTER local_cluster cluster;
    local_facts facts = {0};
    int64_t deadline = dk_now_ms() + (timeout_ms > 0 ? timeout_ms : LOCAL_START_TIMEOUT_MS);
    *changed = false;
    if (!local_cluster_open(context, &cluster, error) || !local_address(&cluster, false, error) ||
        !local_settings_check(&cluster, error))
        return false;
    if ((!cluster.url || !is_up(&cluster, &facts)) && !up_locked(&cluster, deadline, &facts, changed, error))
        return local_explain(error);
    local_truth_remember(&cluster);
    local_postmaster postmaster;
    local_postmaster_read(cluster.data_dir, &postmaster);
    status->state = DK_SERVER_READY;
    local_status_fill(&cluster, &postmaster, &facts, status);
    return true;
}

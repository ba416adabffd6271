/* Status: what can be known of the server, changing nothing. */
#include "local.h"

#include <stdlib.h>
#include <string.h>

#define VERSION_TIMEOUT_MS 5000

char *local_program_version(const char *bin_dir) {
    DK_AUTO_PROCESS dk_process process = DK_PROCESS_INIT;
    dk_process_addf(&process, "%s/postgres", bin_dir);
    dk_process_add(&process, "--version");
    process.timeout_ms = VERSION_TIMEOUT_MS;
    if (!dk_process_run(&process, NULL))
        return NULL;
    static const char lead[] = "(PostgreSQL) "; /* postgres (PostgreSQL) 15.18 (Debian 15.18-1) */
    const char *version = strstr(dk_buf_text(&process.output), lead);
    if (!version)
        return NULL;
    version += strlen(lead);
    return dk_strndup(version, strcspn(version, " \r\n"));
}

/* As the server says; else, over devkit's own door, although the application's does not open; else as the
 * programs say that would start it; else what the data folder says. */
static char *version_text(const local_cluster *cluster, const local_postmaster *postmaster,
                          const local_facts *facts) {
    int number = facts && facts->version ? facts->version : 0;
    int major = local_cluster_major(cluster);
    if (!number && postmaster->alive && dk_streq(postmaster->state, "ready"))
        number = local_running_version(cluster);
    if (number)
        return dk_format("%d.%d", number / 10000, number % 10000);
    if (!major)
        return NULL;
    const char *configured = cluster->config->server_local.bin_dir;
    DK_AUTOFREE char *bin_dir = *configured ? dk_path_absolute(cluster->project, configured) : NULL;
    DK_AUTOFREE char *found = pg_find_server_programs(major, bin_dir, NULL, NULL);
    char *version = found ? local_program_version(found) : NULL;
    return version ? version : dk_format("%d", major);
}

void local_status_fill(const local_cluster *cluster, const local_postmaster *postmaster,
                       const local_facts *facts, dk_server_status *status) {
    status->provider = dk_strdup("local");
    status->owned = true;
    status->data_dir = dk_strdup(cluster->data_dir);
    status->log_file = dk_strdup(cluster->log_file);
    status->version = version_text(cluster, postmaster, facts);
    if (cluster->url) {
        status->host = dk_strdup(dk_url_host_name(cluster->url));
        status->port = dk_url_port(cluster->url);
        status->database = dk_strdup(cluster->url->database);
        status->role = dk_strdup(cluster->url->user);
    }
    if (postmaster->alive) {
        status->pid = postmaster->pid;
        status->socket_dir = dk_strdup(postmaster->socket_dir);
    }
}

/* What `up` can't make true is said in the URL's terms. */
void local_explain_login(const local_cluster *cluster, dk_error *why) {
    if (why->detail && strstr(why->detail, "does not support SSL"))
        dk_error_hint(why,
                      "the local server is reached without TLS: leave sslmode (or ssl) out of %s, or set it "
                      "to prefer",
                      cluster->variable);
}

static void set_error(dk_server_status *status, const dk_error *why) {
    status->problem = why->detail ? dk_format("%s: %s", why->message, why->detail) : dk_strdup(why->message);
    free(status->hint);
    status->hint = dk_strdup(why->hint ? why->hint : "`devkit logs` shows more");
}

static void set_problem(dk_server_status *status, const dk_error *why) {
    status->state = DK_SERVER_UNHEALTHY;
    set_error(status, why);
    static const char *const mended_by_up[] = {"password-rejected", "hba-rejected", "role-missing",
                                               "database-missing"};
    for (size_t i = 0; i < DK_COUNT(mended_by_up); i++)
        if (dk_error_is(why, mended_by_up[i])) {
            free(status->hint);
            status->hint = dk_strdup("`devkit up` makes it what the URL says");
        }
}

/* What `up` would stumble over: a port that somebody else has. */
static void set_idle(const local_cluster *cluster, const local_postmaster *postmaster,
                     dk_server_status *status, dk_server_state state, const char *hint) {
    DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
    int port = cluster->url && !postmaster->alive ? dk_url_port(cluster->url) : 0;
    status->state = state;
    status->hint = dk_strdup(hint);
    if (!local_check_orphan(cluster, &why) ||
        (port && local_port_in_use(port) && !local_fail_port_taken(cluster, &why)))
        set_error(status, &why);
}

static void judge(const local_cluster *cluster, const local_postmaster *postmaster, local_facts *facts,
                  dk_server_status *status) {
    if (!local_cluster_exists(cluster))
        set_idle(cluster, postmaster, status, DK_SERVER_ABSENT, "`devkit up` makes it");
    else if (!postmaster->alive || dk_streq(postmaster->state, "stopping"))
        set_idle(cluster, postmaster, status, DK_SERVER_STOPPED, "`devkit up` starts it");
    else if (!dk_streq(postmaster->state, "ready"))
        status->state = DK_SERVER_STARTING;
    else if (!cluster->url) {
        status->state = DK_SERVER_UNHEALTHY;
        status->problem =
            dk_format("the server runs at port %d, but %s is not set and nothing tells its role "
                      "and password",
                      postmaster->port, cluster->variable);
        status->hint = dk_strdup("`devkit up` gives it a new URL");
    } else if (postmaster->port != dk_url_port(cluster->url)) {
        status->state = DK_SERVER_UNHEALTHY;
        status->problem = dk_format("the server runs at port %d, %s says %d", postmaster->port,
                                    cluster->variable, dk_url_port(cluster->url));
        status->hint = dk_strdup("`devkit up` moves the server");
    } else {
        DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
        status->state = DK_SERVER_READY;
        if (!local_ready(cluster, NULL, facts, &why)) {
            local_explain_login(cluster, &why);
            set_problem(status, &why);
        }
    }
}

bool local_status(dk_context *context, dk_server_status *status, dk_error *error) {
    LOCAL_AUTO_CLUSTER local_cluster cluster;
    local_postmaster postmaster;
    local_facts facts = {0};
    if (!local_cluster_open(context, &cluster, error) || !local_address(&cluster, false, error))
        return false;
    local_postmaster_read(cluster.data_dir, &postmaster);
    judge(&cluster, &postmaster, &facts, status);
    local_status_fill(&cluster, &postmaster, &facts, status);
    return true;
}

/* Where the cluster's files, log and sockets are. */
#include "local.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SYSTEM_DIR "/var/lib/devkit"

void local_hash(const char *text, char *hash) {
    uint64_t value = 0xcbf29ce484222325u;
    for (const unsigned char *byte = (const unsigned char *)text; *byte; byte++)
        value = (value ^ *byte) * 0x100000001b3u;
    snprintf(hash, 17, "%016llx", (unsigned long long)value);
}

static bool has_cluster(const char *folder) {
    DK_AUTOFREE char *file = dk_path_join(folder, "PG_VERSION");
    return dk_file_exists(file);
}

/* The configured folder; as root, where the account can't get there, one of the system's. A cluster that
 * exists decides. */
static bool choose_data_dir(local_cluster *cluster, dk_error *error) {
    const char *configured = cluster->config->server_local.data_dir;
    char *wanted = dk_path_absolute(cluster->project, *configured ? configured : ".devkit/postgres");
    cluster->data_dir = wanted;
    if (!local_account_find(wanted, &cluster->account, error))
        return false;
    if (!cluster->account.switched || has_cluster(wanted))
        return true;
    char *system_dir = dk_format("%s/%s", SYSTEM_DIR, cluster->hash);
    char *system_data = dk_path_join(system_dir, "postgres");
    if (has_cluster(system_data) || !local_account_reaches(&cluster->account, wanted, cluster->state_dir)) {
        free(wanted);
        cluster->data_dir = system_data;
        cluster->system_dir = system_dir;
        return local_account_find(system_data, &cluster->account, error);
    }
    free(system_dir);
    free(system_data);
    return true;
}

static bool is_own_folder(const char *path) {
    struct stat status;
    return lstat(path, &status) == 0 && S_ISDIR(status.st_mode) && status.st_uid == geteuid() &&
           !(status.st_mode & 077);
}

static char *choose_socket_dir(const local_cluster *cluster) {
    const char *runtime = getenv("XDG_RUNTIME_DIR");
    if (geteuid() != 0 && runtime && *runtime == '/' && is_own_folder(runtime)) {
        char *folder = dk_format("%s/devkit/%.8s", runtime, cluster->hash);
        if (strlen(folder) + strlen("/.s.PGSQL.65535.lock") <= LOCAL_SOCKET_PATH_LIMIT)
            return folder;
        free(folder);
    }
    return dk_format("/tmp/devkit-%ld/%.8s", (long)geteuid(), cluster->hash);
}

bool local_cluster_open(dk_context *context, local_cluster *cluster, dk_error *error) {
    memset(cluster, 0, sizeof *cluster);
    cluster->context = context;
    cluster->config = dk_config_get(context, error);
    cluster->project = cluster->config ? dk_project_root(context, error) : NULL;
    cluster->state_dir = cluster->project ? dk_state_dir(context, error) : NULL;
    const dk_database *database = cluster->state_dir ? dk_database_get(context, error) : NULL;
    if (!database)
        return false;
    cluster->url = database->url;
    /* What nobody set is kept here: who has to change it must know where. */
    cluster->variable = dk_streq(database->origin, "server") ? LOCAL_URL_FILE : database->variable;
    char real[PATH_MAX];
    local_hash(realpath(cluster->project, real) ? real : cluster->project, cluster->hash);
    if (!choose_data_dir(cluster, error))
        return false;
    cluster->log_file = dk_format("%s.log", cluster->data_dir);
    cluster->socket_dir = choose_socket_dir(cluster);
    return true;
}

void local_cluster_release(local_cluster *cluster) {
    free(cluster->data_dir);
    free(cluster->log_file);
    free(cluster->socket_dir);
    free(cluster->system_dir);
    socket_release(&cluster->reservation);
    memset(cluster, 0, sizeof *cluster);
}

bool local_cluster_exists(const local_cluster *cluster) {
    return has_cluster(cluster->data_dir);
}

int local_folder_major(const char *folder) {
    DK_AUTOFREE char *file = dk_path_join(folder, "PG_VERSION");
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    int64_t major = 0;
    if (!dk_file_read(file, 64, &text, NULL))
        return 0;
    dk_buf_trim_end(&text);
    return dk_parse_int64(dk_buf_text(&text), &major) ? (int)major : 0;
}

int local_cluster_major(const local_cluster *cluster) {
    return local_folder_major(cluster->data_dir);
}

bool local_cluster_check_owned(const local_cluster *cluster, dk_error *error) {
    DK_AUTOFREE char *mark = dk_path_join(cluster->data_dir, LOCAL_SETTINGS);
    if (dk_file_exists(mark))
        return true;
    dk_fail(error, DK_ERROR_REFUSED, "foreign-data", "%s holds a PostgreSQL cluster that devkit did not make",
            cluster->data_dir);
    return dk_error_hint(error, "name another folder as data_dir in [server.local], or use the server it "
                                "belongs to with server = \"external\"");
}

static bool fail_foreign_folder(const char *folder, dk_error *error) {
    dk_fail(error, DK_ERROR_FAILED, "foreign-folder",
            "%s belongs to somebody else; sockets are not put there", folder);
    return dk_error_hint(error, "remove that folder, or set XDG_RUNTIME_DIR to a private one");
}

/* A folder in a place where others may write too: it must be a real folder, ours, and closed to them. */
static bool private_folder(const char *folder, uid_t owner, gid_t group, mode_t mode, dk_error *error) {
    bool made = mkdir(folder, 0700) == 0;
    if (!made && errno != EEXIST)
        return dk_fail_errno(error, errno, "folder-failed", "cannot make the folder %s", folder);
    struct stat status;
    if (lstat(folder, &status) != 0 || !S_ISDIR(status.st_mode) ||
        (status.st_uid != owner && status.st_uid != geteuid()) || (!made && status.st_mode & 022))
        return fail_foreign_folder(folder, error);
    if (status.st_uid != owner && chown(folder, owner, group) != 0)
        return dk_fail_errno(error, errno, "folder-failed", "cannot give %s to the server's account", folder);
    if ((status.st_mode & 07777) != mode && chmod(folder, mode) != 0)
        return dk_fail_errno(error, errno, "folder-failed", "cannot set the rights of %s", folder);
    return true;
}

bool local_socket_dir_prepare(const local_cluster *cluster, dk_error *error) {
    DK_AUTOFREE char *parent = dk_path_dirname(cluster->socket_dir);
    mode_t open = cluster->account.switched ? 0711 : 0700;
    return private_folder(parent, geteuid(), getegid(), open, error) &&
           private_folder(cluster->socket_dir, cluster->account.uid, cluster->account.gid, 0700, error);
}

static void say_waiting(void *context) {
    dk_info(context, "another devkit is starting or stopping this server; waiting for it");
}

bool local_lock(const local_cluster *cluster, dk_lock *lock, int64_t timeout_ms, dk_error *error) {
    DK_AUTOFREE char *path = dk_path_join(cluster->state_dir, "up.lock");
    if (timeout_ms < 0) /* the time is over; to the lock it would mean for ever */
        timeout_ms = 0;
    return dk_lock_take(lock, path, timeout_ms > INT_MAX ? INT_MAX : (int)timeout_ms, say_waiting,
                        cluster->context, error);
}

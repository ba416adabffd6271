/* A new cluster, from initdb or from its kept result.
 *
 * Everything is made under a name of its own and renamed when complete: what has the data folder's name is
 * whole. */
#include "local.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define TEMPORARY_SECONDS 3600

/* The folder that initdb or the copy fills, empty and the account's. */
static bool make_folder(const local_cluster *cluster, const char *folder, dk_error *error) {
    if (mkdir(folder, 0700) != 0 ||
        (cluster->account.switched && chown(folder, cluster->account.uid, cluster->account.gid) != 0))
        return dk_fail_errno(error, errno, errno == EROFS ? "read-only" : "folder-failed",
                             "cannot make the folder %s", folder);
    return true;
}

static bool from_initdb(local_cluster *cluster, const char *bin_dir, int major, const char *locale,
                        const char *folder, dk_error *error) {
    dk_progress *progress = dk_progress_begin(cluster->context, "initdb");
    bool done = make_folder(cluster, folder, error) &&
                local_run_initdb(cluster, bin_dir, major, locale, folder, error);
    dk_progress_end(progress, done, done ? "a new cluster" : "failed");
    return done;
}

static bool fill(local_cluster *cluster, const char *bin_dir, int major, const char *folder,
                 dk_error *error) {
    const char *missing = NULL;
    const char *locale = local_choose_locale(&missing);
    if (missing)
        dk_note(cluster->context, "the locale %s is not installed here; the cluster uses %s", missing,
                locale);
    DK_AUTOFREE char *key = local_cache_key(bin_dir, major, locale, local_collation_version());
    const char *cache = dk_cache_dir(cluster->context, NULL);
    DK_AUTOFREE char *kept = cache ? dk_format("%s/initdb", cache) : NULL;
    DK_AUTOFREE char *source = kept ? dk_path_join(kept, key) : NULL;
    uid_t uid = cluster->account.switched ? cluster->account.uid : (uid_t)-1;
    gid_t gid = cluster->account.switched ? cluster->account.gid : (gid_t)-1;
    DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
    DK_FAULT("cluster-fill-before");
    if (source && dk_is_directory(source)) {
        bool copied = dk_copy_tree(source, folder, uid, gid, &why);
        if (copied && dk_is_directory(source))
            return true;
        dk_debug(cluster->context, "copying the kept cluster failed: %s",
                 copied ? "it was discarded meanwhile" : why.message);
        dk_remove_tree(folder, NULL);
        if (dk_interrupted())
            return dk_fail_interrupted(error);
    }
    if (!from_initdb(cluster, bin_dir, major, locale, folder, error))
        return false;
    if (kept)
        local_cache_keep(cluster, folder, kept, key);
    return true;
}

static bool include_settings(const char *folder, dk_error *error) {
    DK_AUTOFREE char *path = dk_path_join(folder, "postgresql.conf");
    int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
    static const char line[] = "\n# Written by devkit at every `devkit up`, from .devkit.toml and the URL.\n"
                               "include_if_exists = '" LOCAL_SETTINGS "'\n";
    return local_write_and_close(fd, path, line, sizeof line - 1, error);
}

static bool install(const local_cluster *cluster, const char *folder, dk_error *error) {
    DK_FAULT("cluster-rename-before");
    if (rename(folder, cluster->data_dir) == 0) {
        DK_FAULT("cluster-rename-after");
        if (dk_streq(cluster->config->server_local.durability, "safe"))
            local_bring_to_disk(cluster->data_dir);
        return true;
    }
    int cause = errno;
    if (cause == ENOTEMPTY || cause == EEXIST || cause == ENOTDIR)
        return local_fail_occupied(cluster, error);
    dk_fail_errno(error, cause, "folder-failed", "cannot make the data folder %s", cluster->data_dir);
    if (cause == EBUSY || cause == EXDEV)
        return dk_error_hint(error, "it is a mount point: name a folder inside it as data_dir");
    return false;
}

bool local_initialise(local_cluster *cluster, const char *bin_dir, int major, dk_error *error) {
    if (!local_place_check(cluster, error) || !local_place_prepare(cluster, error))
        return false;
    char unique[9];
    dk_random_hex(unique, sizeof unique - 1);
    DK_AUTOFREE char *folder = dk_format("%s%s%s", cluster->data_dir, LOCAL_BUILDING, unique);
    LOCAL_AUTO_SETTINGS local_settings settings = {0};
    bool filled = fill(cluster, bin_dir, major, folder, error);
    DK_FAULT("cluster-fill-after");
    if (filled)
        local_settings_make(cluster, folder, &settings);
    if (filled && include_settings(folder, error) &&
        local_settings_write(cluster, folder, &settings, false, error) && install(cluster, folder, error))
        return true;
    dk_remove_tree(folder, NULL);
    return false;
}

void local_sweep(const local_cluster *cluster) {
    DK_AUTOFREE char *parent = dk_path_dirname(cluster->data_dir);
    DK_AUTOFREE char *prefix = dk_format("%s%s", dk_path_basename(cluster->data_dir), LOCAL_BUILDING);
    local_remove_leftovers(parent, prefix);
    dk_file_sweep(cluster->data_dir, TEMPORARY_SECONDS, NULL);
}

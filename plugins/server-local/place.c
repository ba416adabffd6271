/* The place of a new cluster: it must be free, there must be room, and the account must get there. */
#include "local.h"

#include <dirent.h>
#include <errno.h>
#include <pwd.h>
#include <string.h>
#include <unistd.h>

#define ROOM_NEEDED ((int64_t)48 << 20) /* a new cluster; PostgreSQL needs more at once */

bool local_fail_occupied(const local_cluster *cluster, dk_error *error) {
    dk_fail(error, DK_ERROR_REFUSED, "foreign-data", "%s has other files in it; no cluster is put there",
            cluster->data_dir);
    return dk_error_hint(error, "name another folder as data_dir in [server.local], or empty it");
}

/* As after `sudo devkit up`: what is in it only its owner knows. */
static bool fail_closed(const local_cluster *cluster, dk_error *error) {
    struct stat status;
    const struct passwd *owner = stat(cluster->data_dir, &status) == 0 ? getpwuid(status.st_uid) : NULL;
    dk_fail(error, DK_ERROR_REFUSED, "foreign-data",
            "%s belongs to another account%s%s%s and is closed to this one", cluster->data_dir,
            owner ? " (" : "", owner ? owner->pw_name : "", owner ? ")" : "");
    return dk_error_hint(error,
                         "run devkit as the account (or as root, as before), or name another folder as "
                         "data_dir in [server.local]");
}

bool local_place_check(const local_cluster *cluster, dk_error *error) {
    DIR *directory = opendir(cluster->data_dir);
    if (!directory && errno == EACCES)
        return fail_closed(cluster, error);
    if (!directory)
        return errno == ENOENT || local_fail_occupied(cluster, error);
    size_t count = 0;
    while (readdir(directory))
        count++;
    closedir(directory);
    return count <= 2 || local_fail_occupied(cluster, error); /* "." and ".." */
}

bool local_place_prepare(local_cluster *cluster, dk_error *error) {
    DK_AUTOFREE char *parent = dk_path_dirname(cluster->data_dir);
    if (!dk_mkdirs(parent, cluster->account.switched ? 0755 : 0700, error))
        return false;
    if (cluster->system_dir) { /* says whose it is to whoever finds it there */
        DK_AUTOFREE char *note = dk_path_join(cluster->system_dir, "project");
        DK_AUTOFREE char *text = dk_format("%s\n", cluster->project);
        if (!dk_file_write(note, text, strlen(text), 0600, error))
            return false;
    }
    struct stat status;
    /* Ours, but closed: open it just enough for the account to pass through. */
    if (cluster->account.switched && stat(cluster->state_dir, &status) == 0 && status.st_uid == 0 &&
        !(status.st_mode & S_IXOTH) && chmod(cluster->state_dir, (status.st_mode & 07777) | 0011) != 0)
        return dk_fail_errno(error, errno, "folder-failed", "cannot open %s to the server's account",
                             cluster->state_dir);
    int64_t room = dk_disk_free(parent);
    if (room >= 0 && room < ROOM_NEEDED) {
        char have[DK_FORMATTED];
        char need[DK_FORMATTED];
        dk_format_size(room, have);
        dk_format_size(ROOM_NEEDED, need);
        dk_fail(error, DK_ERROR_FAILED, "disk-full",
                "the disk of %s is full: %s are free, a new cluster needs %s", parent, have, need);
        return dk_error_hint(error, "free some space, or name a data_dir on another disk in [server.local]");
    }
    return true;
}

/* Temporary files and folders that say by themselves whether anybody still uses them: they are locked while
 * their maker lives, and the lock dies with it. */
#include "archive_internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#define RANDOM_HEX 6
static const char prefix[] = ".partial-";

static char *random_path(const char *folder) {
    char random[RANDOM_HEX + 1];
    dk_random_hex(random, RANDOM_HEX);
    return dk_format("%s/%s%s", folder, prefix, random);
}

int tar_temporary_open(const char *folder, char **path, dk_error *error) {
    DK_AUTOFREE char *name = random_path(folder);
    DK_FAULT("archive-create-before");
    int fd = open(name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0) {
        tar_fail_write(name, errno, error);
        return -1;
    }
    flock(fd, LOCK_EX | LOCK_NB); /* where there are no locks, nothing is swept */
    DK_FAULT("archive-create-after");
    *path = dk_strdup(name);
    return fd;
}

bool tar_temporary_folder(const char *folder, char **path, int *lock, dk_error *error) {
    DK_AUTOFREE char *name = random_path(folder);
    DK_FAULT("archive-create-before");
    if (mkdir(name, 0700) != 0)
        return tar_fail_write(name, errno, error);
    *lock = open(name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (*lock < 0)
        return tar_fail_write(name, errno, error);
    flock(*lock, LOCK_EX | LOCK_NB);
    DK_FAULT("archive-create-after");
    *path = dk_strdup(name);
    return true;
}

static bool is_abandoned(const char *path) {
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool free_again = flock(fd, LOCK_EX | LOCK_NB) == 0;
    close(fd);
    return free_again;
}

void tar_sweep(const char *folder, dk_strv *removed) {
    DIR *listing = opendir(folder);
    for (struct dirent *entry; listing && (entry = readdir(listing));) {
        DK_AUTOFREE char *path = dk_path_join(folder, entry->d_name);
        if (!dk_starts_with(entry->d_name, prefix) || !is_abandoned(path) || !dk_remove_tree(path, NULL))
            continue;
        if (removed)
            dk_strv_add(removed, path);
    }
    if (listing)
        closedir(listing);
}

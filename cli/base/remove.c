/* Removing a tree: relative to open folders, never through a link, never onto another file system. */
#include "base/fd.h"
#include <devkit/file.h>
#include <devkit/system.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static bool remove_entry(int folder, const char *name, const char *path, dev_t device, dk_error *error);

static bool fail(const char *path, dk_error *error) {
    return dk_fail_errno(error, errno, "remove-failed", "cannot remove %s", path);
}

/* A folder its owner made read-only (as module caches are) still has to go. */
static bool unlink_at(int folder, const char *name, int flags) {
    if (unlinkat(folder, name, flags) == 0 || errno == ENOENT)
        return true;
    if (errno != EACCES || folder == AT_FDCWD || fchmod(folder, 0700) != 0)
        return false;
    return unlinkat(folder, name, flags) == 0;
}

static bool remove_content(DIR *folder, const char *path, dev_t device, dk_error *error) {
    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(folder);
        if (entry == NULL)
            return errno == 0 || fail(path, error);
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        DK_AUTOFREE char *below = dk_path_join(path, entry->d_name);
        if (!remove_entry(dirfd(folder), entry->d_name, below, device, error))
            return false;
    }
}

static bool remove_folder(int parent, const char *name, const char *path, dev_t device, dk_error *error) {
    static const int how = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    int fd = openat(parent, name, how);
    if (fd < 0 && errno == EACCES && fchmodat(parent, name, 0700, 0) == 0)
        fd = openat(parent, name, how);
    if (fd < 0)
        return errno == ENOENT || fail(path, error);
    struct stat status;
    if (fstat(fd, &status) == 0 && status.st_dev != device) {
        fd_close(&fd);
        dk_fail(error, DK_ERROR_FAILED, "remove-failed", "cannot remove %s", path);
        return dk_error_detail(error, "another file system is mounted there");
    }
    DIR *folder = fdopendir(fd);
    if (folder == NULL) {
        fd_close(&fd);
        return fail(path, error);
    }
    bool removed = remove_content(folder, path, device, error);
    closedir(folder);
    return removed && (unlink_at(parent, name, AT_REMOVEDIR) || fail(path, error));
}

static bool remove_entry(int folder, const char *name, const char *path, dev_t device, dk_error *error) {
    struct stat status;
    if (fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT || fail(path, error);
    if (S_ISDIR(status.st_mode))
        return remove_folder(folder, name, path, device, error);
    return unlink_at(folder, name, 0) || fail(path, error);
}

bool dk_remove_tree(const char *path, dk_error *error) {
    struct stat status;
    if (lstat(path, &status) != 0)
        return errno == ENOENT || errno == ENOTDIR || fail(path, error);
    DK_FAULT("remove-tree-before");
    bool removed = remove_entry(AT_FDCWD, path, path, status.st_dev, error);
    DK_FAULT("remove-tree-after");
    return removed;
}

/* Copying a tree. Relative to open folders, so that nobody can swap a folder for a link meanwhile. */
#include "base/tree.h"
#include "base/fd.h"
#include <devkit/file.h>
#include <devkit/system.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

typedef struct tree_copy {
    uid_t uid;
    gid_t gid;
    dk_error *error;
} tree_copy;

typedef struct tree_place {
    int source; /* folder */
    int target;
    const char *name; /* in both */
    const char *path; /* for messages */
} tree_place;

static bool copy_entry(const tree_copy *copy, const tree_place *place, const char *target_name);

static bool fail(const tree_copy *copy, const char *path) {
    return dk_fail_errno(copy->error, errno, "copy-failed", "cannot copy %s", path);
}

static bool give_away(const tree_copy *copy, int fd, const struct stat *status) {
    if (copy->uid != (uid_t)-1 && fchown(fd, copy->uid, copy->gid) != 0)
        return false;
    return fchmod(fd, status->st_mode & 07777) == 0; /* after chown, which takes set-id bits away */
}

static bool pump(int source, int target) {
    char block[131072];
    for (;;) {
        ssize_t length = read(source, block, sizeof block);
        if (length == 0)
            return true;
        if (length < 0 && errno == EINTR)
            continue;
        if (length < 0 || !fd_write_all(target, block, (size_t)length))
            return false;
    }
}

static bool copy_file(const tree_copy *copy, const tree_place *place, const char *target_name,
                      const struct stat *status) {
    FD_AUTO_CLOSE int source = openat(place->source, place->name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (source < 0)
        return fail(copy, place->path);
    FD_AUTO_CLOSE int target =
        openat(place->target, target_name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (target < 0)
        return fail(copy, place->path);
    bool failed = false;
    if (!tree_clone_content(source, target, &failed) && (failed || !pump(source, target)))
        return fail(copy, place->path);
    return give_away(copy, target, status) || fail(copy, place->path);
}

static bool copy_link(const tree_copy *copy, const tree_place *place, const char *target_name) {
    char text[PATH_MAX];
    ssize_t length = readlinkat(place->source, place->name, text, sizeof text - 1);
    if (length < 0)
        return fail(copy, place->path);
    text[length] = '\0';
    if (symlinkat(text, place->target, target_name) != 0)
        return fail(copy, place->path);
    if (copy->uid != (uid_t)-1 &&
        fchownat(place->target, target_name, copy->uid, copy->gid, AT_SYMLINK_NOFOLLOW) != 0)
        return fail(copy, place->path);
    return true;
}

static bool copy_content(const tree_copy *copy, DIR *folder, int target, const char *path) {
    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(folder);
        if (entry == NULL)
            return errno == 0 || fail(copy, path);
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (dk_interrupted())
            return dk_fail_interrupted(copy->error);
        DK_AUTOFREE char *below = dk_path_join(path, entry->d_name);
        tree_place place = {dirfd(folder), target, entry->d_name, below};
        if (!copy_entry(copy, &place, entry->d_name))
            return false;
    }
}

static bool copy_folder(const tree_copy *copy, const tree_place *place, const char *target_name,
                        const struct stat *status) {
    int source = openat(place->source, place->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (source < 0)
        return fail(copy, place->path);
    DIR *folder = fdopendir(source);
    if (folder == NULL) {
        fd_close(&source);
        return fail(copy, place->path);
    }
    FD_AUTO_CLOSE int target = -1;
    bool copied = mkdirat(place->target, target_name, 0700) == 0;
    if (copied)
        target = openat(place->target, target_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (target < 0)
        copied = fail(copy, place->path);
    else
        copied = copy_content(copy, folder, target, place->path) &&
                 (give_away(copy, target, status) || fail(copy, place->path));
    closedir(folder);
    return copied;
}

static bool copy_entry(const tree_copy *copy, const tree_place *place, const char *target_name) {
    struct stat status;
    if (fstatat(place->source, place->name, &status, AT_SYMLINK_NOFOLLOW) != 0)
        return fail(copy, place->path);
    if (S_ISDIR(status.st_mode))
        return copy_folder(copy, place, target_name, &status);
    if (S_ISLNK(status.st_mode))
        return copy_link(copy, place, target_name);
    if (S_ISREG(status.st_mode))
        return copy_file(copy, place, target_name, &status);
    dk_fail(copy->error, DK_ERROR_FAILED, "copy-failed", "cannot copy %s", place->path);
    return dk_error_detail(copy->error, "it is neither a file nor a folder nor a link");
}

bool dk_copy_tree(const char *source, const char *target, uid_t uid, gid_t gid, dk_error *error) {
    struct stat status;
    if (lstat(target, &status) == 0)
        return dk_fail_errno(error, EEXIST, "copy-failed", "cannot copy %s to %s", source, target);
    tree_copy copy = {uid, gid, error};
    tree_place place = {AT_FDCWD, AT_FDCWD, source, source};
    DK_FAULT("copy-tree-before");
    if (!copy_entry(&copy, &place, target)) {
        dk_remove_tree(target, NULL); /* half a copy is worth nothing */
        return false;
    }
    DK_FAULT("copy-tree-after");
    return true;
}

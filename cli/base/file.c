/* Whole files and folders: reading, replacing, making. */
#include "base/fd.h"
#include <ctype.h>
#include <devkit/file.h>
#include <devkit/system.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

bool dk_file_exists(const char *path) {
    struct stat status;
    return stat(path, &status) == 0;
}

bool dk_is_directory(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static bool read_all(int fd, const char *path, size_t limit, dk_buf *content, dk_error *error) {
    char block[65536];
    size_t total = 0;
    for (;;) {
        ssize_t length = read(fd, block, sizeof block);
        if (length < 0 && errno == EINTR)
            continue;
        if (length < 0)
            return dk_fail_errno(error, errno, "file-unreadable", "cannot read %s", path);
        if (length == 0)
            return true;
        total += (size_t)length;
        if (limit > 0 && total > limit) {
            dk_fail(error, DK_ERROR_FAILED, "file-too-large", "cannot read %s", path);
            return dk_error_detail(error, "it is larger than %zu bytes", limit);
        }
        dk_buf_append(content, block, (size_t)length);
        if (content->overflowed) {
            dk_fail(error, DK_ERROR_FAILED, "file-too-large", "cannot read %s", path);
            return dk_error_detail(error, "it does not fit into memory set aside for it");
        }
    }
}

bool dk_file_read(const char *path, size_t limit, dk_buf *content, dk_error *error) {
    FD_AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        const char *code = errno == ENOENT ? "file-missing" : "file-unreadable";
        return dk_fail_errno(error, errno, code, "cannot read %s", path);
    }
    struct stat status;
    if (fstat(fd, &status) == 0 && S_ISDIR(status.st_mode))
        return dk_fail_errno(error, EISDIR, "file-unreadable", "cannot read %s", path);
    return read_all(fd, path, limit, content, error);
}

/* A rename is only durable once its folder is. Some file systems can't sync a folder: nothing is lost then
 * that could be kept. */
static void sync_folder(const char *folder) {
    FD_AUTO_CLOSE int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0)
        (void)fsync(fd);
}

static bool fill_temporary(int fd, const char *temporary, const char *target, const void *data, size_t length,
                           mode_t mode) {
    struct stat old;
    if (stat(target, &old) == 0 && (old.st_uid != geteuid() || old.st_gid != getegid())) {
        /* As root in somebody's project, the file stays theirs. */
        if (fchown(fd, old.st_uid, old.st_gid) != 0 && errno != EPERM)
            return false;
    }
    if (fchmod(fd, mode) != 0 || !fd_write_all(fd, data, length))
        return false;
    DK_FAULT("file-fsync-before");
    if (fsync(fd) != 0 && errno != EINVAL && errno != ENOTSUP)
        return false;
    DK_FAULT("file-rename-before");
    if (rename(temporary, target) != 0)
        return false;
    DK_FAULT("file-rename-after");
    return true;
}

bool dk_file_write(const char *path, const void *data, size_t length, mode_t mode, dk_error *error) {
    /* Through a link to the file it names, as an editor would: a linked .env stays linked. */
    DK_AUTOFREE char *real = realpath(path, NULL);
    const char *target = real == NULL ? path : real;
    DK_AUTOFREE char *folder = dk_path_dirname(target);
    DK_AUTOFREE char *temporary = dk_format("%s/.%s.XXXXXX", folder, dk_path_basename(target));
    FD_AUTO_CLOSE int fd = mkostemp(temporary, O_CLOEXEC);
    if (fd < 0)
        return dk_fail_errno(error, errno, "file-unwritable", "cannot write %s", path);
    if (!fill_temporary(fd, temporary, target, data, length, mode)) {
        int failure = errno;
        unlink(temporary);
        return dk_fail_errno(error, failure, "file-unwritable", "cannot write %s", path);
    }
    sync_folder(folder);
    return true;
}

#define TEMPORARY_RANDOM 6 /* characters that mkostemp fills in */

static bool is_temporary(const char *name) {
    const char *random = strrchr(name, '.');
    if (name[0] != '.' || random == NULL || random - name < 2 || strlen(random + 1) != TEMPORARY_RANDOM)
        return false;
    for (random++; *random != '\0'; random++)
        if (!isalnum((unsigned char)*random))
            return false;
    return true;
}

void dk_file_sweep(const char *folder, int64_t seconds, dk_strv *removed) {
    DIR *directory = opendir(folder);
    if (directory == NULL)
        return;
    for (const struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        struct stat status;
        if (!is_temporary(entry->d_name) ||
            fstatat(dirfd(directory), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0 ||
            !S_ISREG(status.st_mode) || dk_unix_time() - (int64_t)status.st_mtime < seconds ||
            unlinkat(dirfd(directory), entry->d_name, 0) != 0 || removed == NULL)
            continue;
        DK_AUTOFREE char *path = dk_path_join(folder, entry->d_name);
        dk_strv_add(removed, path);
    }
    closedir(directory);
}

static bool make_folder(const char *path, mode_t mode) {
    DK_FAULT("mkdir-before");
    bool made = mkdir(path, mode) == 0;
    DK_FAULT("mkdir-after");
    if (made)
        return true;
    int failure = errno;
    if (dk_is_directory(path))
        return true;
    errno = failure == EEXIST ? ENOTDIR : failure;
    return false;
}

bool dk_mkdirs(const char *path, mode_t mode, dk_error *error) {
    if (dk_is_directory(path))
        return true;
    DK_AUTOFREE char *partial = dk_strdup(path);
    for (char *next = partial + (partial[0] == '/'); *next != '\0'; next++) {
        if (*next != '/')
            continue;
        *next = '\0';
        bool made = dk_is_directory(partial) || make_folder(partial, mode);
        if (!made)
            return dk_fail_errno(error, errno, "folder-unwritable", "cannot make the folder %s", partial);
        *next = '/';
    }
    if (!make_folder(partial, mode))
        return dk_fail_errno(error, errno, "folder-unwritable", "cannot make the folder %s", path);
    return true;
}

int64_t dk_disk_free(const char *path) {
    struct statvfs status;
    if (statvfs(path, &status) != 0)
        return -1;
    return (int64_t)status.f_bavail * (int64_t)status.f_frsize;
}

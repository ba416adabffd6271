/* Paths, files, folders, locks. Paths are bytes; nothing here goes through a shell. */
#ifndef DEVKIT_FILE_H
#define DEVKIT_FILE_H

#include <devkit/buf.h>
#include <devkit/error.h>
#include <sys/stat.h>
#include <sys/types.h>

DK_API char *dk_path_join(const char *folder, const char *name); /* an absolute name wins; caller frees */
DK_API char *dk_path_dirname(const char *path);
DK_API const char *dk_path_basename(const char *path); /* points into path */
/* Absolute and without "." and ".."; symbolic links are not followed, the file need not exist. */
DK_API char *dk_path_absolute(const char *base, const char *path);
/* `path` as seen from `base` when it lies below it, else `path` itself. For messages. */
DK_API char *dk_path_relative(const char *base, const char *path);

DK_API bool dk_file_exists(const char *path);
DK_API bool dk_is_directory(const char *path);
/* Reads a whole file of at most `limit` bytes (0: the buffer's default). */
DK_API bool dk_file_read(const char *path, size_t limit, dk_buf *content, dk_error *error);
/* Writes through a temporary file, fsync and rename: readers see the old or the new content. */
DK_API bool dk_file_write(const char *path, const void *data, size_t length, mode_t mode, dk_error *error);
/* Removes what a killed dk_file_write left in a folder (".NAME.XXXXXX") and is older than `seconds`: a
 * younger one may be somebody's at work. Only for folders in which such names are devkit's. `removed` (may be
 * NULL) gets the paths. */
DK_API void dk_file_sweep(const char *folder, int64_t seconds, dk_strv *removed);
DK_API bool dk_mkdirs(const char *path, mode_t mode, dk_error *error); /* like mkdir -p */
/* Removes a tree without following links or leaving its file system; fine when it does not exist. */
DK_API bool dk_remove_tree(const char *path, dk_error *error);
/* Copies a tree: reflink where the file system has it, else copy_file_range, else read and write. Owner
 * becomes uid:gid when uid is not (uid_t)-1. Sockets and devices are an error; links are copied as links. */
DK_API bool dk_copy_tree(const char *source, const char *target, uid_t uid, gid_t gid, dk_error *error);
/* Bytes free for us on the file system of `path`, or -1. */
DK_API int64_t dk_disk_free(const char *path);

/* Files below `folder` that match any of the glob patterns ("seeds/" + "*.sql", "**" for any depth; a plain
 * file or folder name means itself or everything below it). Links to folders are not entered; ".git",
 * ".devkit", "__pycache__", "node_modules" and virtual environments are passed over. Appended as paths
 * relative to `folder`, for each pattern in natural order, no path twice. A pattern without a match adds
 * nothing. */
DK_API bool dk_glob(const char *folder, const dk_strv *patterns, dk_strv *paths, dk_error *error);

/* An advisory lock on a file (flock), held until closed or until the process ends. */
typedef struct dk_lock {
    int fd; /* -1: not held */
} dk_lock;
#define DK_LOCK_INIT                                                                                         \
    { -1 }
/* Waits at most timeout_ms (0: not at all, -1: for ever); calls `waiting` once, before it blocks. On a
 * time-out: code "locked". */
DK_API bool dk_lock_take(dk_lock *lock, const char *path, int timeout_ms, void (*waiting)(void *), void *data,
                         dk_error *error);
DK_API void dk_lock_release(dk_lock *lock);

/* A program found in PATH (or in `folders` first), absolute; NULL when there is none. Caller frees. */
DK_API char *dk_find_program(const char *name, const dk_strv *folders);

#endif

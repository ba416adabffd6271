/* From an archive to a file that pg_restore can read in any order: several connections at a time need that,
 * and pg_restore reads no pipe in parallel. It lies beside the archive, has a temporary name, and is locked.
 */
#include "dump.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void dump_content_release(dump_content *content) {
    if (content->path)
        dk_remove_tree(content->path, NULL);
    if (content->lock >= 0)
        close(content->lock);
    json_decref(content->manifest);
    json_decref(content->rows);
    free(content->path);
    *content = (dump_content)DUMP_CONTENT_INIT;
}

static bool fail_order(const char *path, const char *name, dk_error *error) {
    dk_fail(error, DK_ERROR_FAILED, "archive-damaged", "%s is damaged", path);
    return dk_error_detail(error, "its member %s has no place there", name);
}

/* ── members of the content ── */
typedef struct unpacking {
    tar_reader *reader;
    const char *path;
    dump_content *content;
    bool folder; /* a file a member */
    unsigned members;
} unpacking;

/* Members of a stream come in their order, without a gap. */
static bool append_member(unpacking *work, const char *name, dk_error *error) {
    char expected[32];
    snprintf(expected, sizeof expected, DUMP_CONTENT "/%06u", work->members);
    return strcmp(name, expected) == 0 ? tar_reader_save(work->reader, work->content->lock, error)
                                       : fail_order(work->path, name, error);
}

/* pg_dump's directories are flat: a name with a slash is none of its files. */
static bool file_member(unpacking *work, const char *name, dk_error *error) {
    const char *file = name + strlen(DUMP_CONTENT "/");
    if (strchr(file, '/'))
        return fail_order(work->path, name, error);
    int fd = openat(work->content->lock, file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return dk_fail_errno(error, errno, "write-failed", "cannot unpack %s", work->path);
    bool saved = tar_reader_save(work->reader, fd, error);
    if (close(fd) != 0 && saved)
        return dk_fail_errno(error, errno, "write-failed", "cannot unpack %s", work->path);
    return saved;
}

static bool take_rows(unpacking *work, dk_error *error) {
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    if (!tar_reader_text(work->reader, DUMP_TEXT_LIMIT, &text, error))
        return false;
    DK_AUTO_JSON json_t *all = json_loads(dk_buf_text(&text), 0, NULL);
    json_t *rows = json_object_get(all, "rows");
    if (json_is_object(rows))
        work->content->rows = json_incref(rows);
    return true;
}

static bool take_member(unpacking *work, const char *name, dk_error *error) {
    if (strcmp(name, DUMP_MANIFEST) == 0)
        return true;
    if (strcmp(name, DUMP_ROWS) == 0)
        return take_rows(work, error);
    if (!dk_starts_with(name, DUMP_CONTENT "/"))
        return fail_order(work->path, name, error);
    bool taken = work->folder ? file_member(work, name, error) : append_member(work, name, error);
    work->members++;
    return taken;
}

static bool take_all(unpacking *work, int64_t size, dk_progress *progress, dk_error *error) {
    const char *name;
    int64_t length;
    tar_found found;
    while ((found = tar_reader_next(work->reader, &name, &length, error)) == TAR_MEMBER) {
        if (!take_member(work, name, error))
            return false;
        dk_progress_update(progress, tar_reader_position(work->reader), size, "unpacking");
    }
    return found == TAR_END;
}

static bool make_place(unpacking *work, dk_error *error) {
    DK_AUTOFREE char *folder = dk_path_dirname(work->path);
    if (work->folder)
        return tar_temporary_folder(folder, &work->content->path, &work->content->lock, error);
    work->content->lock = tar_temporary_open(folder, &work->content->path, error);
    return work->content->lock >= 0;
}

static int64_t size_of(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 ? (int64_t)status.st_size : 0;
}

bool dump_unpack(const char *path, dk_progress *progress, dump_content *content, dk_error *error) {
    if (!tar_seal_check(path, &dump_sha256, progress, error))
        return false;
    content->manifest = dump_read_manifest(path, error);
    TAR_AUTO_READER tar_reader *reader =
        content->manifest ? tar_reader_open(path, &dump_sha256, error) : NULL;
    if (!reader)
        return false;
    unpacking work = {.reader = reader, .path = path, .content = content};
    work.folder = strcmp(dump_manifest_kind(content->manifest), DUMP_DIRECTORY) == 0;
    return make_place(&work, error) && take_all(&work, size_of(path), progress, error);
}

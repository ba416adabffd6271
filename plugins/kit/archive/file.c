/* Reading and writing the file below an archive, and what went wrong there. */
#include "archive_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

bool tar_input_open(tar_input *input, const char *path, dk_error *error) {
    input->position = 0;
    input->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (input->fd >= 0)
        return true;
    return dk_fail_errno(error, errno, errno == ENOENT ? "file-missing" : "file-unreadable", "cannot read %s",
                         path);
}

la_ssize_t tar_input_read(struct archive *archive, void *data, const void **block) {
    tar_input *input = data;
    ssize_t length;
    do
        length = read(input->fd, input->block, sizeof input->block);
    while (length < 0 && errno == EINTR);
    if (length < 0)
        archive_set_error(archive, errno, "the file can't be read");
    else
        input->position += length;
    *block = input->block;
    return length;
}

bool tar_write_all(int fd, const void *data, size_t length) {
    const char *next = data;
    while (length > 0) {
        ssize_t written = write(fd, next, length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        next += written;
        length -= (size_t)written;
    }
    return true;
}

void tar_add_sum(dk_buf *sums, const char *hex, const char *name) {
    dk_buf_addf(sums, "%s  %s\n", hex, name);
}

bool tar_fail_write(const char *path, int failure, dk_error *error) {
    dk_fail_errno(error, failure, failure == ENOSPC ? "disk-full" : "write-failed", "cannot write %s", path);
    return failure == ENOSPC && dk_error_hint(error, "make room, or set [snapshot] dir to a larger disk");
}

bool tar_fail_damaged(struct archive *archive, const char *path, dk_error *error) {
    const char *why = archive_error_string(archive);
    dk_fail(error, DK_ERROR_FAILED, "archive-damaged", "%s is damaged", path);
    return dk_error_detail(error, "%s", why ? why : "it can't be unpacked");
}

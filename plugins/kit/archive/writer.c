/* Writing an archive: libarchive makes tar and zstd of it, and what comes out is hashed on its way to the
 * disk.
 *
 * Until it is finished the file has a temporary name, and a lock that dies with its writer: whoever sweeps
 * can tell an archive in the making from one that nobody makes any more. */
#include "archive_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MODE 0600 /* data of a database is its owner's */

struct tar_writer {
    const tar_digest *digest;
    struct archive *archive;
    char *path;
    char *temporary;
    int fd;
    bool given_up; /* nothing more is written */
    void *sealed;  /* digest over the compressed bytes */
    int64_t written;
    dk_buf sums;
    char *member; /* the one being written */
    void *member_digest;
    int64_t member_left;
};

static la_ssize_t write_block(struct archive *archive, void *data, const void *block, size_t length) {
    tar_writer *writer = data;
    if (writer->given_up || !tar_write_all(writer->fd, block, length)) {
        archive_set_error(archive, errno, "write");
        return -1;
    }
    writer->digest->add(writer->sealed, block, length);
    writer->written += (int64_t)length;
    return (la_ssize_t)length;
}

static bool fail_write(const tar_writer *writer, int failure, dk_error *error) {
    return tar_fail_write(writer->path, failure, error);
}

static bool fail_archive(tar_writer *writer, dk_error *error) {
    int failure = archive_errno(writer->archive);
    return fail_write(writer, failure > 0 ? failure : EIO, error);
}

static bool set_up(tar_writer *writer, const tar_writer_options *options) {
    struct archive *archive = writer->archive;
    DK_AUTOFREE char *level = dk_format("%d", options->level);
    DK_AUTOFREE char *threads = dk_format("%d", options->threads);
    if (archive_write_set_format_pax_restricted(archive) != ARCHIVE_OK ||
        archive_write_add_filter_zstd(archive) != ARCHIVE_OK)
        return false;
    if (options->level)
        archive_write_set_filter_option(archive, "zstd", "compression-level", level);
    if (options->threads) /* a libzstd without threads does it alone */
        archive_write_set_filter_option(archive, "zstd", "threads", threads);
    archive_write_set_bytes_per_block(archive, 0);
    archive_write_set_bytes_in_last_block(archive, 1);
    return archive_write_open(archive, writer, NULL, write_block, NULL) == ARCHIVE_OK;
}

static bool open_temporary(tar_writer *writer, dk_error *error) {
    DK_AUTOFREE char *folder = dk_path_dirname(writer->path);
    writer->fd = tar_temporary_open(folder, &writer->temporary, error);
    return writer->fd >= 0;
}

tar_writer *tar_writer_open(const char *path, const tar_writer_options *options, dk_error *error) {
    tar_writer *writer = dk_alloc(sizeof *writer);
    writer->digest = options->digest;
    writer->path = dk_strdup(path);
    writer->sealed = options->digest->begin();
    writer->archive = archive_write_new();
    writer->fd = -1;
    if (open_temporary(writer, error)) {
        if (writer->archive && set_up(writer, options))
            return writer;
        dk_fail(error, DK_ERROR_FAILED, "archive-unsupported", "this libarchive can't write tar with zstd");
    }
    tar_writer_abort(writer);
    return NULL;
}

/* ── members ── */
bool tar_writer_begin(tar_writer *writer, const char *name, int64_t size, dk_error *error) {
    struct archive_entry *entry = archive_entry_new();
    archive_entry_set_pathname(entry, name);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, MODE);
    archive_entry_set_mtime(entry, (time_t)dk_unix_time(), 0);
    archive_entry_set_size(entry, size);
    DK_FAULT("archive-member-before");
    bool begun = archive_write_header(writer->archive, entry) == ARCHIVE_OK;
    archive_entry_free(entry);
    if (!begun)
        return fail_archive(writer, error);
    writer->member = dk_strdup(name);
    writer->member_digest = writer->digest->begin();
    writer->member_left = size;
    return true;
}

bool tar_writer_add(tar_writer *writer, const void *data, size_t length, dk_error *error) {
    if ((int64_t)length > writer->member_left)
        return dk_fail(error, DK_ERROR_FAILED, "write-failed", "%s grew while it was read", writer->member);
    writer->digest->add(writer->member_digest, data, length);
    writer->member_left -= (int64_t)length;
    la_ssize_t written = length ? archive_write_data(writer->archive, data, length) : 0;
    return written == (la_ssize_t)length || fail_archive(writer, error);
}

bool tar_writer_end(tar_writer *writer, dk_error *error) {
    char hex[TAR_HEX];
    bool whole = writer->member_left == 0;
    writer->digest->end(writer->member_digest, hex);
    writer->member_digest = NULL;
    tar_add_sum(&writer->sums, hex, writer->member);
    if (!whole)
        dk_fail(error, DK_ERROR_FAILED, "write-failed", "%s shrank while it was read", writer->member);
    else if (archive_write_finish_entry(writer->archive) != ARCHIVE_OK)
        whole = fail_archive(writer, error);
    free(writer->member);
    writer->member = NULL;
    return whole;
}

bool tar_writer_member(tar_writer *writer, const char *name, const void *data, size_t length,
                       dk_error *error) {
    return tar_writer_begin(writer, name, (int64_t)length, error) &&
           tar_writer_add(writer, data, length, error) && tar_writer_end(writer, error);
}

int64_t tar_writer_size(const tar_writer *writer) {
    return writer->written;
}

/* ── its end ── */
static void release(tar_writer *writer) {
    if (writer->archive)
        archive_write_free(writer->archive);
    if (writer->sealed)
        writer->digest->end(writer->sealed, NULL);
    if (writer->member_digest)
        writer->digest->end(writer->member_digest, NULL);
    if (writer->fd >= 0)
        close(writer->fd);
    dk_buf_release(&writer->sums);
    free(writer->member);
    free(writer->path);
    free(writer->temporary);
    free(writer);
}

void tar_writer_abort(tar_writer *writer) {
    if (!writer)
        return;
    writer->given_up = true;
    if (writer->archive) /* by itself, libarchive would free a failed archive, but not close it: it leaks then
                          */
        archive_write_close(writer->archive);
    if (writer->temporary && writer->fd >= 0)
        unlink(writer->temporary);
    release(writer);
}

static bool write_seal(tar_writer *writer) {
    char hex[TAR_HEX];
    unsigned char seal[TAR_SEAL_BYTES];
    writer->digest->end(writer->sealed, hex);
    writer->sealed = NULL;
    tar_seal_make(hex, seal);
    DK_FAULT("archive-seal-before");
    writer->written += TAR_SEAL_BYTES;
    return tar_write_all(writer->fd, seal, sizeof seal);
}

/* A link never replaces a file, as a rename would; not every file system has links. */
static bool give_name(tar_writer *writer) {
    DK_FAULT("archive-rename-before");
    if (link(writer->temporary, writer->path) == 0) {
        DK_FAULT("archive-linked");
        unlink(writer->temporary);
        return true;
    }
    if (errno == EEXIST)
        return false;
    if (access(writer->path, F_OK) == 0) {
        errno = EEXIST;
        return false;
    }
    return rename(writer->temporary, writer->path) == 0;
}

static void sync_folder(const char *path) {
    DK_AUTOFREE char *folder = dk_path_dirname(path);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    (void)fsync(fd); /* some file systems can't: nothing is lost then that could be kept */
    close(fd);
}

static bool settle(tar_writer *writer, dk_error *error) {
    if (!write_seal(writer) || (fsync(writer->fd) != 0 && errno != EINVAL && errno != ENOTSUP))
        return fail_write(writer, errno, error);
    if (!give_name(writer)) {
        if (errno != EEXIST)
            return fail_write(writer, errno, error);
        return dk_fail(error, DK_ERROR_FAILED, "file-exists", "%s exists already", writer->path);
    }
    sync_folder(writer->path);
    DK_FAULT("archive-rename-after");
    return true;
}

bool tar_writer_finish(tar_writer *writer, int64_t *size, dk_error *error) {
    DK_AUTOFREE char *sums = dk_strdup(dk_buf_text(&writer->sums));
    if (!tar_writer_member(writer, TAR_SUMS, sums, strlen(sums), error)) {
        tar_writer_abort(writer);
        return false;
    }
    bool done = archive_write_close(writer->archive) == ARCHIVE_OK ? settle(writer, error)
                                                                   : fail_archive(writer, error);
    if (!done) {
        tar_writer_abort(writer);
        return false;
    }
    if (size)
        *size = writer->written;
    release(writer);
    return true;
}

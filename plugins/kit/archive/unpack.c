/* Files that others made: their bytes, whatever compressed them. */
#include "archive_internal.h"

#include <stdlib.h>
#include <unistd.h>

struct tar_unpacker {
    struct archive *archive;
    char *path;
    bool empty;
    tar_input input;
};

static bool begin(tar_unpacker *unpacker, dk_error *error) {
    struct archive *archive = unpacker->archive;
    struct archive_entry *entry;
    archive_read_support_filter_gzip(archive);
    archive_read_support_filter_zstd(archive);
    archive_read_support_filter_bzip2(archive);
    archive_read_support_filter_xz(archive);
    archive_read_support_filter_lz4(archive);
    archive_read_support_format_raw(archive);
    archive_read_support_format_empty(archive);
    if (archive_read_open(archive, &unpacker->input, NULL, tar_input_read, NULL) != ARCHIVE_OK)
        return tar_fail_damaged(archive, unpacker->path, error);
    int found = archive_read_next_header(archive, &entry);
    unpacker->empty = found == ARCHIVE_EOF;
    return unpacker->empty || found == ARCHIVE_OK || tar_fail_damaged(archive, unpacker->path, error);
}

tar_unpacker *tar_unpacker_open(const char *path, dk_error *error) {
    tar_unpacker *unpacker = dk_alloc(sizeof *unpacker);
    unpacker->path = dk_strdup(path);
    unpacker->archive = archive_read_new();
    unpacker->input.fd = -1;
    if (tar_input_open(&unpacker->input, path, error) && begin(unpacker, error))
        return unpacker;
    tar_unpacker_close(unpacker);
    return NULL;
}

bool tar_unpacker_read(tar_unpacker *unpacker, void *data, size_t size, size_t *length, dk_error *error) {
    if (dk_interrupted())
        return dk_fail_interrupted(error);
    la_ssize_t got = unpacker->empty ? 0 : archive_read_data(unpacker->archive, data, size);
    if (got < 0)
        return tar_fail_damaged(unpacker->archive, unpacker->path, error);
    *length = (size_t)got;
    return true;
}

int64_t tar_unpacker_position(const tar_unpacker *unpacker) {
    return unpacker->input.position;
}

void tar_unpacker_close(tar_unpacker *unpacker) {
    if (!unpacker)
        return;
    archive_read_free(unpacker->archive);
    if (unpacker->input.fd >= 0)
        close(unpacker->input.fd);
    free(unpacker->path);
    free(unpacker);
}

/* Reading an archive of devkit's. Each member is hashed as it is read, and at the end the list of sums must
 * be, byte for byte, the one that the writer would have written. Nothing here ever makes a file by a name
 * that an archive gives. */
#include "archive_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SUMS_LIMIT ((size_t)64 * 1024 * 1024)
#define NAME_LIMIT 255

struct tar_reader {
    const tar_digest *digest;
    struct archive *archive;
    char *path;
    tar_input input;
    char *name; /* of the member at hand, or NULL */
    void *member_digest;
    dk_buf sums;
    char block[64 * 1024];
};

bool tar_name_is_safe(const char *name) {
    size_t length = strlen(name);
    if (length == 0 || length > NAME_LIMIT || name[0] == '/' || strchr(name, '\\'))
        return false;
    for (const char *next = name; *next; next++)
        if ((unsigned char)*next < ' ' || *next == 127)
            return false;
    for (const char *part = name;;) {
        size_t end = strcspn(part, "/");
        if (end == 0 || (end == 1 && part[0] == '.') || (end == 2 && part[0] == '.' && part[1] == '.'))
            return false;
        if (part[end] == '\0')
            return true;
        part += end + 1;
    }
}

tar_reader *tar_reader_open(const char *path, const tar_digest *digest, dk_error *error) {
    tar_reader *reader = dk_alloc(sizeof *reader);
    reader->digest = digest;
    reader->path = dk_strdup(path);
    reader->input.fd = -1;
    reader->archive = archive_read_new();
    if (tar_input_open(&reader->input, path, error)) {
        archive_read_support_filter_zstd(reader->archive);
        archive_read_support_format_tar(reader->archive);
        if (archive_read_open(reader->archive, &reader->input, NULL, tar_input_read, NULL) == ARCHIVE_OK)
            return reader;
        tar_fail_damaged(reader->archive, path, error);
    }
    tar_reader_close(reader);
    return NULL;
}

void tar_reader_close(tar_reader *reader) {
    if (!reader)
        return;
    if (reader->member_digest)
        reader->digest->end(reader->member_digest, NULL);
    if (reader->archive)
        archive_read_free(reader->archive);
    if (reader->input.fd >= 0)
        close(reader->input.fd);
    dk_buf_release(&reader->sums);
    free(reader->name);
    free(reader->path);
    free(reader);
}

void tar_reader_close_pointer(tar_reader **reader) {
    tar_reader_close(*reader);
}

bool tar_reader_read(tar_reader *reader, void *data, size_t size, size_t *length, dk_error *error) {
    if (dk_interrupted())
        return dk_fail_interrupted(error);
    la_ssize_t got = archive_read_data(reader->archive, data, size);
    if (got < 0)
        return tar_fail_damaged(reader->archive, reader->path, error);
    reader->digest->add(reader->member_digest, data, (size_t)got);
    *length = (size_t)got;
    return true;
}

bool tar_reader_text(tar_reader *reader, size_t limit, dk_buf *text, dk_error *error) {
    size_t total = 0;
    for (;;) {
        size_t length = 0;
        if (!tar_reader_read(reader, reader->block, sizeof reader->block, &length, error))
            return false;
        if (length == 0)
            return true;
        total += length;
        if (total > limit)
            return dk_fail(error, DK_ERROR_FAILED, "archive-unsafe", "%s of %s has more than %zu bytes",
                           reader->name, reader->path, limit);
        dk_buf_append(text, reader->block, length);
    }
}

bool tar_reader_save(tar_reader *reader, int fd, dk_error *error) {
    for (;;) {
        size_t length = 0;
        if (!tar_reader_read(reader, reader->block, sizeof reader->block, &length, error))
            return false;
        if (length == 0)
            return true;
        if (tar_write_all(fd, reader->block, length))
            continue;
        return tar_fail_write(reader->path, errno, error);
    }
}

int64_t tar_reader_position(const tar_reader *reader) {
    return reader->input.position;
}

/* ── from member to member ── */
/* What was not read is passed over, but counts. */
static bool end_member(tar_reader *reader, dk_error *error) {
    char hex[TAR_HEX];
    if (!reader->name)
        return true;
    for (size_t length = 1; length > 0;)
        if (!tar_reader_read(reader, reader->block, sizeof reader->block, &length, error))
            return false;
    reader->digest->end(reader->member_digest, hex);
    reader->member_digest = NULL;
    tar_add_sum(&reader->sums, hex, reader->name);
    free(reader->name);
    reader->name = NULL;
    return true;
}

static bool fail_incomplete(const tar_reader *reader, const char *what, dk_error *error) {
    dk_fail(error, DK_ERROR_FAILED, "archive-damaged", "%s is damaged", reader->path);
    return dk_error_detail(error, "%s", what);
}

static tar_found check_sums(tar_reader *reader, dk_error *error) {
    DK_AUTO_BUF dk_buf listed = DK_BUF_INIT;
    struct archive_entry *entry;
    if (!tar_reader_text(reader, SUMS_LIMIT, &listed, error))
        return TAR_FAILED;
    if (strcmp(dk_buf_text(&listed), dk_buf_text(&reader->sums)) != 0) {
        fail_incomplete(reader, "the sums in " TAR_SUMS " are not those of its members", error);
        return TAR_FAILED;
    }
    if (archive_read_next_header(reader->archive, &entry) == ARCHIVE_EOF)
        return TAR_END;
    fail_incomplete(reader, "something follows " TAR_SUMS ", which comes last", error);
    return TAR_FAILED;
}

static bool is_safe(struct archive_entry *entry, const char *name) {
    return archive_entry_filetype(entry) == AE_IFREG && !archive_entry_hardlink(entry) &&
           !archive_entry_symlink(entry) && archive_entry_size_is_set(entry) &&
           archive_entry_size(entry) >= 0 && name && tar_name_is_safe(name);
}

tar_found tar_reader_next(tar_reader *reader, const char **name, int64_t *size, dk_error *error) {
    struct archive_entry *entry;
    if (!end_member(reader, error))
        return TAR_FAILED;
    int found = archive_read_next_header(reader->archive, &entry);
    if (found == ARCHIVE_EOF) {
        fail_incomplete(reader, "it ends before its " TAR_SUMS, error);
        return TAR_FAILED;
    }
    if (found != ARCHIVE_OK) {
        tar_fail_damaged(reader->archive, reader->path, error);
        return TAR_FAILED;
    }
    const char *given = archive_entry_pathname(entry);
    if (!is_safe(entry, given)) {
        dk_fail(error, DK_ERROR_FAILED, "archive-unsafe", "%s holds something that is not a plain file",
                reader->path);
        dk_error_detail(error, "links, devices, absolute names and \"..\" are never unpacked");
        return TAR_FAILED;
    }
    reader->name = dk_strdup(given);
    reader->member_digest = reader->digest->begin();
    *size = archive_entry_size(entry);
    *name = reader->name;
    return strcmp(given, TAR_SUMS) == 0 ? check_sums(reader, error) : TAR_MEMBER;
}

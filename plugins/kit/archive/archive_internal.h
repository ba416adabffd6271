/* What the files of kit/archive share: the only header of devkit that shows libarchive's types. */
#ifndef DEVKIT_KIT_ARCHIVE_INTERNAL_H
#define DEVKIT_KIT_ARCHIVE_INTERNAL_H

#include <archive.h>
#include <archive_entry.h>
#include <kit/archive/archive.h>

/* A skippable frame of that size: https://www.rfc-editor.org/rfc/rfc8878#section-3.1.2 */
#define TAR_SEAL_BYTES (8 + 14 + 64 + 1)

/* ── seal.c ── */
void tar_seal_make(const char *hex, unsigned char *seal); /* TAR_SEAL_BYTES */

/* ── file.c ── */
/* A file being read, as libarchive wants it. */
typedef struct tar_input {
    int fd;
    int64_t position;
    char block[64 * 1024];
} tar_input;
bool tar_input_open(tar_input *input, const char *path, dk_error *error);
la_ssize_t tar_input_read(struct archive *archive, void *data, const void **block);
bool tar_write_all(int fd, const void *data, size_t length); /* errno tells */
/* A line "HEX  NAME". */
void tar_add_sum(dk_buf *sums, const char *hex, const char *name);
/* Error of a write that failed with errno `failure`. Returns false. */
bool tar_fail_write(const char *path, int failure, dk_error *error);
/* Error of what libarchive says about damaged content, in words of devkit's. Returns false. */
bool tar_fail_damaged(struct archive *archive, const char *path, dk_error *error);

#endif

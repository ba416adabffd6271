/* kit/archive: what plugins need of libarchive. Only files of this folder include its headers.
 *
 * An archive of devkit's is one tar file (pax, regular members only) in one zstd frame:
 *
 *     MEMBER …          what the plugin puts in, in its order
 *     SHA256SUMS        of all members before it, as sha256sum writes and checks them
 *     (seal)            a zstd skippable frame (RFC 8878, 3.1.2) with the SHA-256 of all bytes before it
 *
 * Every tar with zstd unpacks it. The seal is there because libarchive's zstd frames carry no checksum of
 * their own, and because damage is found in it without decompressing. The digest itself comes from the
 * caller, so that this library stands on libarchive alone. */
#ifndef DEVKIT_KIT_ARCHIVE_H
#define DEVKIT_KIT_ARCHIVE_H

#include <devkit/devkit.h>

#define TAR_HEX 65 /* a SHA-256 in hexadecimal, with the NUL */
#define TAR_SUMS "SHA256SUMS"

/* SHA-256, as kit/hash has it. */
typedef struct tar_digest {
    void *(*begin)(void);
    void (*add)(void *state, const void *data, size_t length);
    void (*end)(void *state, char *hex); /* frees; `hex` (TAR_HEX bytes) may be NULL */
} tar_digest;

/* ── writer.c ── */
typedef struct tar_writer tar_writer;
typedef struct tar_writer_options {
    const tar_digest *digest;
    int level;   /* of zstd; 0: its default */
    int threads; /* that compress beside the caller; 0: none */
} tar_writer_options;

/* Begins an archive that will be `path`: until then it lies beside it under a temporary name (.NAME.XXXXXX),
 * which is locked while somebody writes it. NULL on error. */
DK_API tar_writer *tar_writer_open(const char *path, const tar_writer_options *options, dk_error *error);
/* A member in pieces; they must add up to `size`. */
DK_API bool tar_writer_begin(tar_writer *writer, const char *name, int64_t size, dk_error *error);
DK_API bool tar_writer_add(tar_writer *writer, const void *data, size_t length, dk_error *error);
DK_API bool tar_writer_end(tar_writer *writer, dk_error *error);
/* A whole one. */
DK_API bool tar_writer_member(tar_writer *writer, const char *name, const void *data, size_t length,
                              dk_error *error);
/* Writes sums and seal, waits for the disk, and gives the archive its name: "file-exists" when another file
 * has it. Frees the writer, whatever comes of it; a failed archive is gone. `size` may be NULL. */
DK_API bool tar_writer_finish(tar_writer *writer, int64_t *size, dk_error *error);
/* Gives up: removes the temporary file, frees. Accepts NULL. */
DK_API void tar_writer_abort(tar_writer *writer);
DK_API int64_t tar_writer_size(const tar_writer *writer); /* compressed bytes written so far */

/* ── temporary.c ── */
/* Makes an empty file of ours in `folder`, locked while its descriptor is open; `*path` gets its name, caller
 * frees. -1 on error. */
DK_API int tar_temporary_open(const char *folder, char **path, dk_error *error);
/* The same, a folder; `*lock` is the descriptor that has to stay open. */
DK_API bool tar_temporary_folder(const char *folder, char **path, int *lock, dk_error *error);
/* Removes what killed processes left of these; those in use are known by their lock. `removed` may be NULL.
 */
DK_API void tar_sweep(const char *folder, dk_strv *removed);

/* ── stream.c ── */
/* A stream of unknown length as members PREFIX/000000, PREFIX/000001, …, all of `member_size` bytes but the
 * last: tar wants sizes first, so one member's worth is kept in memory. An empty stream has one empty member.
 */
typedef struct tar_stream tar_stream;
DK_API tar_stream *tar_stream_begin(tar_writer *writer, const char *prefix, size_t member_size);
DK_API bool tar_stream_add(tar_stream *stream, const void *data, size_t length, dk_error *error);
/* Writes what is left. */
DK_API bool tar_stream_end(tar_stream *stream, dk_error *error);
DK_API int64_t tar_stream_length(const tar_stream *stream); /* bytes so far */
DK_API void tar_stream_free(tar_stream *stream);            /* accepts NULL */

/* ── seal.c ── */
/* Reads the whole file and compares its seal. False when it is damaged: "archive-unsealed" (cut short, or not
 * devkit's), "archive-damaged"; or can't be read. The progress line may be NULL. */
DK_API bool tar_seal_check(const char *path, const tar_digest *digest, dk_progress *progress,
                           dk_error *error);

/* ── reader.c ── */
typedef struct tar_reader tar_reader;
typedef enum tar_found { TAR_MEMBER, TAR_END, TAR_FAILED } tar_found;

/* NULL on error. Does not look at the seal. */
DK_API tar_reader *tar_reader_open(const char *path, const tar_digest *digest, dk_error *error);
/* The next member; what was not read of the one before is passed over, but hashed. TAR_END only after
 * SHA256SUMS, when every sum in it is right. Refuses ("archive-unsafe") whatever is not a regular file with a
 * plain relative name. `name` is borrowed until the next call. */
DK_API tar_found tar_reader_next(tar_reader *reader, const char **name, int64_t *size, dk_error *error);
/* Up to `size` bytes of the member; `*length` 0 at its end. */
DK_API bool tar_reader_read(tar_reader *reader, void *data, size_t size, size_t *length, dk_error *error);
/* All of it, "archive-unsafe" when it has more than `limit` bytes. Appends. */
DK_API bool tar_reader_text(tar_reader *reader, size_t limit, dk_buf *text, dk_error *error);
/* All of it, to the end of an open file. */
DK_API bool tar_reader_save(tar_reader *reader, int fd, dk_error *error);
DK_API int64_t tar_reader_position(const tar_reader *reader); /* compressed bytes read so far */
DK_API void tar_reader_close(tar_reader *reader);             /* accepts NULL */
#define TAR_AUTO_READER DK_CLEANUP(tar_reader_close_pointer)
DK_API void tar_reader_close_pointer(tar_reader **reader);
/* Relative, without "." and "..", empty parts, backslashes or control characters. */
DK_API bool tar_name_is_safe(const char *name);

/* ── unpack.c ── */
/* Files of others: the bytes of one that may be compressed by gzip, zstd, bzip2, xz or lz4, found by content.
 */
typedef struct tar_unpacker tar_unpacker;
DK_API tar_unpacker *tar_unpacker_open(const char *path, dk_error *error);
/* `*length` 0 at the end. */
DK_API bool tar_unpacker_read(tar_unpacker *unpacker, void *data, size_t size, size_t *length,
                              dk_error *error);
DK_API int64_t tar_unpacker_position(const tar_unpacker *unpacker); /* bytes of the file read so far */
DK_API void tar_unpacker_close(tar_unpacker *unpacker);             /* accepts NULL */

#endif

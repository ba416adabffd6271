/* The seal at an archive's end: a zstd skippable frame, which decoders pass over, with the SHA-256 of all
 * bytes before it. Every bit of it is compared, so that it can't be damaged unnoticed itself. */
#include "archive_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char label[] = "devkit sha256 ";

void tar_seal_make(const char *hex, unsigned char *seal) {
    static const unsigned char magic[] = {0x50, 0x2a, 0x4d, 0x18};
    enum { PAYLOAD = TAR_SEAL_BYTES - 8 };
    memcpy(seal, magic, sizeof magic);
    memcpy(seal + 4, (const unsigned char[]){PAYLOAD, 0, 0, 0}, 4); /* little-endian */
    memcpy(seal + 8, label, sizeof label - 1);
    memcpy(seal + 8 + sizeof label - 1, hex, TAR_HEX - 1);
    seal[TAR_SEAL_BYTES - 1] = '\n';
}

/* Reads exactly `length` bytes, unless the file ends before. */
static ssize_t read_fully(int fd, void *data, size_t length) {
    size_t done = 0;
    while (done < length) {
        ssize_t got = read(fd, (char *)data + done, length - done);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        done += (size_t)got;
    }
    return (ssize_t)done;
}

/* Hashes the first `sealed` bytes. */
static bool hash_content(tar_input *input, int64_t sealed, const tar_digest *digest, void *state,
                         dk_progress *progress) {
    while (input->position < sealed) {
        int64_t left = sealed - input->position;
        size_t wanted = left < (int64_t)sizeof input->block ? (size_t)left : sizeof input->block;
        ssize_t got = read_fully(input->fd, input->block, wanted);
        if (got < (ssize_t)wanted) {
            errno = got < 0 ? errno : EIO;
            return false;
        }
        if (dk_interrupted()) {
            errno = EINTR;
            return false;
        }
        digest->add(state, input->block, wanted);
        input->position += got;
        if (progress)
            dk_progress_update(progress, input->position, sealed, NULL);
    }
    return true;
}

static bool fail_unsealed(const char *path, dk_error *error) {
    dk_fail(error, DK_ERROR_FAILED, "archive-unsealed", "%s is not a whole archive of devkit's", path);
    return dk_error_detail(error, "it does not end with a seal: it was cut short, or something else made it");
}

static bool compare_seal(const char *path, const unsigned char *found, const char *hex, dk_error *error) {
    unsigned char expected[TAR_SEAL_BYTES];
    tar_seal_make(hex, expected);
    if (memcmp(found, expected, sizeof expected) == 0)
        return true;
    if (memcmp(found, expected, 8 + sizeof label - 1) != 0)
        return fail_unsealed(path, error);
    dk_fail(error, DK_ERROR_FAILED, "archive-damaged", "%s is damaged", path);
    return dk_error_detail(error,
                           "its bytes are not those that were written: the SHA-256 in its seal differs");
}

static bool check_open(tar_input *input, const char *path, const tar_digest *digest, dk_progress *progress,
                       dk_error *error) {
    struct stat status;
    char hex[TAR_HEX];
    unsigned char found[TAR_SEAL_BYTES];
    if (fstat(input->fd, &status) != 0)
        return dk_fail_errno(error, errno, "file-unreadable", "cannot read %s", path);
    if (!S_ISREG(status.st_mode) || status.st_size < TAR_SEAL_BYTES)
        return fail_unsealed(path, error);
    void *state = digest->begin();
    bool read = hash_content(input, status.st_size - TAR_SEAL_BYTES, digest, state, progress);
    int failure = errno;
    digest->end(state, hex);
    if (!read && failure == EINTR)
        return dk_fail_interrupted(error);
    if (!read || read_fully(input->fd, found, sizeof found) != (ssize_t)sizeof found)
        return dk_fail_errno(error, read ? EIO : failure, "file-unreadable", "cannot read %s", path);
    return compare_seal(path, found, hex, error);
}

bool tar_seal_check(const char *path, const tar_digest *digest, dk_progress *progress, dk_error *error) {
    tar_input *input = dk_alloc(sizeof *input);
    bool intact = tar_input_open(input, path, error);
    if (intact) {
        intact = check_open(input, path, digest, progress, error);
        close(input->fd);
    }
    free(input);
    return intact;
}

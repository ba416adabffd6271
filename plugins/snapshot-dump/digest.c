/* SHA-256 for kit/archive, from kit/hash: kits do not know each other. And how archives are compressed. */
#include "dump.h"

#include <kit/hash/hash.h>

_Static_assert(TAR_HEX == HASH_HEX, "both mean a SHA-256 in hexadecimal");

static void *begin(void) {
    return hash_new();
}

static void add(void *state, const void *data, size_t length) {
    hash_update(state, data, length);
}

static void end(void *state, char *hex) {
    if (hex)
        hash_hex(state, hex);
    else
        hash_free(state);
}

const tar_digest dump_sha256 = {begin, add, end};

/* Level 1 with two threads keeps up with pg_dump, in some 20 MB; see the bench for what others would cost. */
const tar_writer_options dump_compression = {.digest = &dump_sha256, .level = 1, .threads = 2};

/* SHA-256 over libcrypto.
 *
 * Through its low-level functions: they are marked as deprecated since OpenSSL 3, but the ones meant to
 * replace them look up a provider first, which costs half a millisecond of every warm reset. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <kit/hash/hash.h>

#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>

struct hash_state {
    SHA256_CTX digest;
};

hash_state *hash_new(void) {
    hash_state *state = dk_alloc(sizeof *state);
    SHA256_Init(&state->digest);
    return state;
}

void hash_update(hash_state *state, const void *data, size_t length) {
    if (length)
        SHA256_Update(&state->digest, data, length);
}

void hash_text(hash_state *state, const char *text) {
    size_t length = text ? strlen(text) : 0;
    unsigned char prefix[8];
    for (int i = 0; i < 8; i++)
        prefix[i] = (unsigned char)((uint64_t)length >> (8 * i));
    hash_update(state, prefix, sizeof prefix);
    hash_update(state, text, length);
}

static void to_hex(const unsigned char *bytes, char *hex) {
    static const char digits[] = "0123456789abcdef";
    for (int i = 0; i < HASH_BYTES; i++) {
        hex[2 * i] = digits[bytes[i] >> 4];
        hex[2 * i + 1] = digits[bytes[i] & 15];
    }
    hex[HASH_HEX - 1] = '\0';
}

void hash_hex(hash_state *state, char *hex) {
    unsigned char bytes[HASH_BYTES];
    SHA256_Final(bytes, &state->digest);
    to_hex(bytes, hex);
    hash_free(state);
}

void hash_free(hash_state *state) {
    free(state);
}

void hash_memory_hex(const void *data, size_t length, char *hex) {
    hash_state *state = hash_new();
    hash_update(state, data, length);
    hash_hex(state, hex);
}

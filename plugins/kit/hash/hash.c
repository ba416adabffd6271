/* SHA-256 over libcrypto. */
#include <kit/hash/hash.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

struct hash_state {
    EVP_MD_CTX *digest;
};

/* Reading the system's openssl.cnf would cost a millisecond and changes nothing about SHA-256. */
static const EVP_MD *sha256(void) {
    OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
    return EVP_sha256();
}

static void must(int succeeded) {
    if (!succeeded)
        abort(); /* only without memory, like dk_alloc */
}

hash_state *hash_new(void) {
    hash_state *state = dk_alloc(sizeof *state);
    state->digest = EVP_MD_CTX_new();
    must(state->digest != NULL);
    must(EVP_DigestInit_ex(state->digest, sha256(), NULL));
    return state;
}

void hash_update(hash_state *state, const void *data, size_t length) {
    if (length)
        must(EVP_DigestUpdate(state->digest, data, length));
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
    must(EVP_DigestFinal_ex(state->digest, bytes, NULL));
    to_hex(bytes, hex);
    hash_free(state);
}

void hash_free(hash_state *state) {
    if (!state)
        return;
    EVP_MD_CTX_free(state->digest);
    free(state);
}

void hash_memory_hex(const void *data, size_t length, char *hex) {
    hash_state *state = hash_new();
    hash_update(state, data, length);
    hash_hex(state, hex);
}

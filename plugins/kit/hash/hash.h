/* kit/hash: SHA-256 over libcrypto, and the cache of file hashes. One shared library, one instance a process.
 * Only files of this folder include libcrypto's headers. */
#ifndef DEVKIT_KIT_HASH_H
#define DEVKIT_KIT_HASH_H

#include <devkit/devkit.h>

#define HASH_BYTES 32
#define HASH_HEX (2 * HASH_BYTES + 1) /* with the NUL */

typedef struct hash_state hash_state;
DK_API hash_state *hash_new(void);
DK_API void hash_update(hash_state *state, const void *data, size_t length);
/* A label or text with its length before it, so that ("ab","c") and ("a","bc") differ. */
DK_API void hash_text(hash_state *state, const char *text);
DK_API void hash_hex(hash_state *state, char *hex); /* HASH_HEX bytes; frees the state */
DK_API void hash_free(hash_state *state);

DK_API void hash_memory_hex(const void *data, size_t length, char *hex);

/* Content hash of files through a cache of (path, size, mtime, ctime, inode) kept in one file. An entry is
 * trusted only when the file was last changed clearly before the entry was written, as git does with its
 * index ("racily clean"). Lookups cost one fstatat. */
typedef struct hash_cache hash_cache;
/* A missing, torn or foreign cache file is an empty cache, never an error. `path` NULL: no file. */
DK_API hash_cache *hash_cache_open(const char *path);
DK_API bool hash_cache_file(hash_cache *cache, const char *path, char *hex, dk_error *error);
/* Writes the cache when something changed, and frees it. */
DK_API void hash_cache_close(hash_cache *cache);

#endif

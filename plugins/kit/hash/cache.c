/* The cache of file hashes: (path, size, mtime, ctime, inode) → SHA-256, in one file.
 *
 * File: a header, `count` records, then the paths without separators. Numbers are in the machine's own order
 * (the file never leaves the machine); a checksum over everything behind the header finds torn files. */
#include <kit/hash/hash.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MAGIC "devkit-hashes-1\n"
#define CACHE_LIMIT ((size_t)256 * 1024 * 1024)
#define READ_CHUNK ((size_t)256 * 1024)
/* A file changed less than this before it was read may change again without a new time stamp. */
#define RACY_NS ((int64_t)2000000000)
/* Entries nobody asked for are dropped once there are this many more than those asked for. */
#define STALE_LIMIT 50000

typedef struct header {
    char magic[16];
    uint64_t checksum;
    uint64_t count;
    uint64_t path_bytes;
} header;

typedef struct record {
    uint64_t path_hash;
    uint64_t size, inode;
    int64_t mtime_ns, ctime_ns;
    uint32_t path_start, path_length;
    char hex[HASH_HEX - 1];
} record;

struct hash_cache {
    char *file;
    record *records;
    size_t count, capacity;
    dk_buf paths;
    bool *asked; /* beside records */
    size_t asked_count;
    uint32_t *slots; /* index + 1 of a record, 0: free; open addressing */
    size_t slot_count;
    bool changed;
};

/* FNV-1a over eight bytes at a time: fast, and good enough to find paths and torn files. */
static uint64_t mix(const void *data, size_t length) {
    const unsigned char *bytes = data;
    uint64_t hash = 0xcbf29ce484222325u ^ length, word;
    for (; length >= 8; bytes += 8, length -= 8) {
        memcpy(&word, bytes, 8);
        hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
        hash ^= hash >> 29;
    }
    for (; length; bytes++, length--)
        hash = (hash ^ *bytes) * 0x100000001b3u;
    return hash ^ (hash >> 32);
}

/* ── finding ── */

static uint32_t *slot_of(hash_cache *cache, const char *path, size_t length, uint64_t hash) {
    for (size_t at = hash & (cache->slot_count - 1);; at = (at + 1) & (cache->slot_count - 1)) {
        uint32_t *slot = &cache->slots[at];
        if (!*slot)
            return slot;
        const record *found = &cache->records[*slot - 1];
        if (found->path_hash == hash && found->path_length == length &&
            memcmp(cache->paths.data + found->path_start, path, length) == 0)
            return slot;
    }
}

static void rebuild_slots(hash_cache *cache) {
    size_t wanted = 1024;
    while (wanted < 2 * cache->capacity)
        wanted *= 2;
    free(cache->slots);
    cache->slots = dk_alloc_array(wanted, sizeof *cache->slots);
    cache->slot_count = wanted;
    for (size_t i = 0; i < cache->count; i++) {
        size_t at = cache->records[i].path_hash & (wanted - 1);
        while (cache->slots[at])
            at = (at + 1) & (wanted - 1);
        cache->slots[at] = (uint32_t)(i + 1);
    }
}

static void reserve(hash_cache *cache, size_t count) {
    if (cache->records && count <= cache->capacity)
        return;
    size_t old = cache->capacity;
    cache->capacity = count < 512 ? 512 : 2 * count;
    cache->records = dk_realloc_array(cache->records, cache->capacity, sizeof *cache->records);
    cache->asked = dk_realloc_array(cache->asked, cache->capacity, sizeof *cache->asked);
    memset(cache->asked + old, 0, (cache->capacity - old) * sizeof *cache->asked);
    rebuild_slots(cache);
}

static record *add(hash_cache *cache, const char *path, size_t length, uint64_t hash) {
    reserve(cache, cache->count + 1);
    record *added = &cache->records[cache->count++];
    *added = (record){
        .path_hash = hash, .path_start = (uint32_t)cache->paths.length, .path_length = (uint32_t)length};
    dk_buf_append(&cache->paths, path, length);
    *slot_of(cache, path, length, hash) = (uint32_t)cache->count;
    return added;
}

/* ── reading and writing the cache's file ── */

static bool is_sound(const dk_buf *loaded, const header *head) {
    if (loaded->length < sizeof *head || memcmp(head->magic, MAGIC, sizeof head->magic) != 0)
        return false;
    size_t rest = loaded->length - sizeof *head;
    if (head->count > rest / sizeof(record) || head->count * sizeof(record) + head->path_bytes != rest)
        return false;
    return head->checksum == mix(loaded->data + sizeof *head, rest);
}

static bool are_sound(const record *records, const header *head) {
    for (size_t i = 0; i < head->count; i++)
        if ((uint64_t)records[i].path_start + records[i].path_length > head->path_bytes)
            return false;
    return true;
}

static void load(hash_cache *cache) {
    DK_AUTO_BUF dk_buf loaded = DK_BUF_INIT;
    header head = {0};
    if (!dk_file_exists(cache->file) || !dk_file_read(cache->file, CACHE_LIMIT, &loaded, NULL))
        return;
    if (loaded.length >= sizeof head)
        memcpy(&head, loaded.data, sizeof head);
    if (!is_sound(&loaded, &head))
        return;
    cache->count = 0;
    reserve(cache, head.count + 1);
    const char *records = loaded.data + sizeof head;
    memcpy(cache->records, records, head.count * sizeof(record));
    if (!are_sound(cache->records, &head))
        return;
    cache->count = head.count;
    dk_buf_append(&cache->paths, records + head.count * sizeof(record), head.path_bytes);
    rebuild_slots(cache);
}

hash_cache *hash_cache_open(const char *path) {
    hash_cache *cache = dk_alloc(sizeof *cache);
    cache->file = dk_strdup(path);
    cache->paths.limit = CACHE_LIMIT;
    if (path)
        load(cache);
    reserve(cache, 1);
    return cache;
}

static void serialize(const hash_cache *cache, dk_buf *content) {
    bool prune = cache->count > cache->asked_count + STALE_LIMIT;
    header head = {.magic = MAGIC};
    DK_AUTO_BUF dk_buf paths = DK_BUF_INIT;
    paths.limit = content->limit = 2 * CACHE_LIMIT;
    dk_buf_append(content, &head, sizeof head);
    for (size_t i = 0; i < cache->count; i++) {
        if (prune && !cache->asked[i])
            continue;
        record kept = cache->records[i];
        const char *path = cache->paths.data + kept.path_start;
        kept.path_start = (uint32_t)paths.length;
        dk_buf_append(&paths, path, kept.path_length);
        dk_buf_append(content, &kept, sizeof kept);
        head.count++;
    }
    head.path_bytes = paths.length;
    dk_buf_append(content, paths.data, paths.length);
    head.checksum = mix(content->data + sizeof head, content->length - sizeof head);
    memcpy(content->data, &head, sizeof head);
}

void hash_cache_close(hash_cache *cache) {
    if (!cache)
        return;
    if (cache->file && cache->changed) {
        DK_AUTO_BUF dk_buf content = DK_BUF_INIT;
        serialize(cache, &content);
        /* A cache that can't be written only costs time. */
        if (!content.overflowed)
            dk_file_write(cache->file, content.data, content.length, 0600, NULL);
    }
    free(cache->file);
    free(cache->records);
    free(cache->asked);
    free(cache->slots);
    dk_buf_release(&cache->paths);
    free(cache);
}

/* ── files ── */

#ifdef __APPLE__
#define CHANGED_AT(status) ((status)->st_ctimespec)
#define MODIFIED_AT(status) ((status)->st_mtimespec)
#else
#define CHANGED_AT(status) ((status)->st_ctim)
#define MODIFIED_AT(status) ((status)->st_mtim)
#endif

static int64_t nanoseconds(struct timespec time) {
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static bool matches(const record *known, const struct stat *status) {
    return known->size == (uint64_t)status->st_size && known->inode == (uint64_t)status->st_ino &&
           known->mtime_ns == nanoseconds(MODIFIED_AT(status)) &&
           known->ctime_ns == nanoseconds(CHANGED_AT(status));
}

static bool fail_unreadable(const char *path, int reason, dk_error *error) {
    return dk_fail_errno(error, reason, "file-unreadable", "could not read %s", path);
}

static bool read_into(hash_state *state, int fd, const char *path, dk_error *error) {
    DK_AUTOFREE char *chunk = dk_alloc(READ_CHUNK);
    for (;;) {
        if (dk_interrupted())
            return dk_fail_interrupted(error);
        ssize_t length = read(fd, chunk, READ_CHUNK);
        if (length == 0)
            return true;
        if (length > 0)
            hash_update(state, chunk, (size_t)length);
        else if (errno != EINTR)
            return fail_unreadable(path, errno, error);
    }
}

static bool hash_open_file(int fd, const char *path, hash_state *state, struct stat *status,
                           struct stat *after, dk_error *error) {
    if (fstat(fd, status) != 0)
        return fail_unreadable(path, errno, error);
    if (!S_ISREG(status->st_mode))
        return fail_unreadable(path, S_ISDIR(status->st_mode) ? EISDIR : EINVAL, error);
    if (!read_into(state, fd, path, error))
        return false;
    return fstat(fd, after) == 0 ? true : fail_unreadable(path, errno, error);
}

/* Hashes the content. `*steady` tells whether the file stayed the same meanwhile and was last changed long
 * enough before for its time stamps to be trusted; `status` is what it was. */
static bool hash_file(const char *path, char *hex, struct stat *status, bool *steady, dk_error *error) {
    struct stat after = {0};
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return fail_unreadable(path, errno, error);
    hash_state *state = hash_new();
    bool ok = hash_open_file(fd, path, state, status, &after, error);
    close(fd);
    if (!ok) {
        hash_free(state);
        return false;
    }
    hash_hex(state, hex);
    int64_t modified = nanoseconds(MODIFIED_AT(status)), changed = nanoseconds(CHANGED_AT(status));
    int64_t newest = modified > changed ? modified : changed;
    *steady = newest + RACY_NS < nanoseconds(now) && after.st_size == status->st_size &&
              nanoseconds(CHANGED_AT(&after)) == changed;
    return true;
}

static void remember(hash_cache *cache, record *known, const struct stat *status, const char *hex) {
    known->size = (uint64_t)status->st_size;
    known->inode = (uint64_t)status->st_ino;
    known->mtime_ns = nanoseconds(MODIFIED_AT(status));
    known->ctime_ns = nanoseconds(CHANGED_AT(status));
    memcpy(known->hex, hex, sizeof known->hex);
    cache->changed = true;
}

static void mark_asked(hash_cache *cache, const record *known) {
    bool *asked = &cache->asked[known - cache->records];
    cache->asked_count += !*asked;
    *asked = true;
}

bool hash_cache_file(hash_cache *cache, const char *path, char *hex, dk_error *error) {
    struct stat status;
    bool steady = false;
    size_t length = strlen(path);
    uint64_t hash = mix(path, length);
    uint32_t slot = *slot_of(cache, path, length, hash);
    record *known = slot ? &cache->records[slot - 1] : NULL;
    if (known && stat(path, &status) == 0 && matches(known, &status)) {
        memcpy(hex, known->hex, sizeof known->hex);
        hex[HASH_HEX - 1] = '\0';
        mark_asked(cache, known);
        return true;
    }
    if (!hash_file(path, hex, &status, &steady, error))
        return false;
    if (steady) {
        known = known ? known : add(cache, path, length, hash);
        remember(cache, known, &status, hex);
        mark_asked(cache, known);
    }
    return true;
}

/* Which process holds a socket: /proc/PID/fd/N is a link to "socket:[INODE]".
 *
 * This is most of the work, so it asks for as little as it can: descriptors are read through their folder's
 * descriptor, processes of the accounts that opened the sockets come first, and it ends with the last socket
 * found. */
#ifdef __linux__
#include "socket_internal.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ENTRIES_SIZE (32 * 1024)
#define CLIMBS 16

/* As the kernel lays it out: https://man7.org/linux/man-pages/man2/getdents.2.html */
typedef struct kernel_entry {
    uint64_t inode;
    int64_t offset;
    unsigned short length;
    unsigned char type;
    char name[];
} kernel_entry;

typedef struct holder_search {
    socket_table *table;
    size_t *slots; /* 1 + index of a listener, by its inode; 0: empty */
    size_t mask;
    size_t left; /* listeners without a holder */
    uid_t uids[8];
    size_t uid_count; /* accounts that opened the sockets; more than fit: all are asked at once */
    char entries[ENTRIES_SIZE] __attribute__((aligned(8)));
} holder_search;

/* ── inodes ── */
static size_t *slot_of(const holder_search *search, uint64_t inode) {
    size_t at = (size_t)(inode * 0x9E3779B97F4A7C15U >> 20) & search->mask;
    while (search->slots[at] && search->table->listeners[search->slots[at] - 1].inode != inode)
        at = (at + 1) & search->mask;
    return &search->slots[at];
}

static void note_uid(holder_search *search, uid_t uid) {
    for (size_t i = 0; i < search->uid_count && i < DK_COUNT(search->uids); i++)
        if (search->uids[i] == uid)
            return;
    if (search->uid_count < DK_COUNT(search->uids))
        search->uids[search->uid_count] = uid;
    search->uid_count++;
}

static void index_listeners(holder_search *search) {
    size_t size = 64;
    while (size < search->table->count * 2)
        size *= 2;
    search->mask = size - 1;
    search->slots = dk_alloc_array(size, sizeof *search->slots);
    for (size_t i = 0; i < search->table->count; i++) {
        const socket_listener *listener = &search->table->listeners[i];
        size_t *slot = listener->inode ? slot_of(search, listener->inode) : NULL;
        if (!slot || *slot)
            continue;
        *slot = i + 1;
        search->left++;
        note_uid(search, listener->uid);
    }
}

static bool is_likely(const holder_search *search, uid_t uid) {
    if (search->uid_count > DK_COUNT(search->uids))
        return true;
    for (size_t i = 0; i < search->uid_count; i++)
        if (search->uids[i] == uid)
            return true;
    return false;
}

/* ── one process ── */
/* The inode behind a descriptor; 0 when it is no socket. */
static uint64_t socket_inode(int folder, const char *name) {
    char target[64];
    ssize_t length = readlinkat(folder, name, target, sizeof target - 1);
    if (length < 10 || memcmp(target, "socket:[", 8) != 0)
        return 0;
    target[length] = 0;
    return strtoull(target + 8, NULL, 10);
}

/* Numbers are given anew from the lowest, so a child may have a lower one than its parent: the one that holds
 * the socket longest is the holder. */
static pid_t first_of_family(pid_t pid, pid_t parent, const char *descriptor, uint64_t inode) {
    for (int i = 0; i < CLIMBS && parent > pid; i++, parent = socket_parent(pid)) {
        char path[64];
        snprintf(path, sizeof path, "/proc/%ld/fd/%s", (long)parent, descriptor);
        if (socket_inode(AT_FDCWD, path) != inode)
            break;
        pid = parent;
    }
    return pid;
}

static void found(holder_search *search, socket_listener *listener, pid_t pid, uid_t uid) {
    bool added = false;
    socket_process *process = socket_table_process(search->table, pid, &added);
    if (added) {
        process->uid = uid;
        socket_process_look(process);
    }
    listener->holder = process;
    search->left--;
}

/* `parent` is asked for once a process: most have a lower number, and then nobody else is to be looked at. */
static void look_at(holder_search *search, int folder, const char *name, pid_t pid, uid_t uid,
                    pid_t *parent) {
    uint64_t inode = socket_inode(folder, name);
    size_t slot = inode ? *slot_of(search, inode) : 0;
    socket_listener *listener = slot ? &search->table->listeners[slot - 1] : NULL;
    if (!listener || listener->holder)
        return;
    if (*parent < 0)
        *parent = socket_parent(pid);
    found(search, listener, first_of_family(pid, *parent, name, inode), uid);
}

static void scan_descriptors(holder_search *search, int folder, pid_t pid, uid_t uid) {
    pid_t parent = -1;
    long got = 0;
    while (search->left && (got = syscall(SYS_getdents64, folder, search->entries, ENTRIES_SIZE)) > 0)
        for (long at = 0; search->left && at < got;) {
            const kernel_entry *entry = (const void *)(search->entries + at);
            if (entry->name[0] != '.')
                look_at(search, folder, entry->name, pid, uid, &parent);
            at += entry->length;
        }
}

/* ── all processes ── */
typedef struct pid_list {
    pid_t *items;
    size_t count, capacity;
} pid_list;

static void remember(pid_list *list, pid_t pid) {
    if (list->count == list->capacity) {
        list->capacity = list->capacity ? list->capacity * 2 : 256;
        list->items = dk_realloc_array(list->items, list->capacity, sizeof *list->items);
    }
    list->items[list->count++] = pid;
}

/* False: its turn comes later. */
static bool visit(holder_search *search, int proc, pid_t pid, bool likely_only) {
    char path[32];
    struct stat status;
    snprintf(path, sizeof path, "%ld/fd", (long)pid);
    int folder = openat(proc, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) {
        search->table->hidden += errno == EACCES || errno == EPERM;
        return true;
    }
    bool now = fstat(folder, &status) == 0 && (!likely_only || is_likely(search, status.st_uid));
    if (now)
        scan_descriptors(search, folder, pid, status.st_uid);
    close(folder);
    return now;
}

/* systemd opens the sockets of others, whom we would rather name; in a container process 1 is the program. */
static void visit_all(holder_search *search, DIR *directory) {
    pid_list later = {0};
    int proc = dirfd(directory);
    bool first = false;
    for (const struct dirent *entry; search->left && (entry = readdir(directory));) {
        pid_t pid = isdigit((unsigned char)entry->d_name[0]) ? (pid_t)atol(entry->d_name) : 0;
        if (pid == 1)
            first = true;
        else if (pid && !visit(search, proc, pid, true))
            remember(&later, pid);
    }
    for (size_t i = 0; search->left && i < later.count; i++)
        visit(search, proc, later.items[i], false);
    if (first && search->left)
        visit(search, proc, 1, false);
    free(later.items);
}

void socket_find_holders(socket_table *table) {
    holder_search *search = dk_alloc(sizeof *search);
    search->table = table;
    index_listeners(search);
    DIR *directory = search->left ? opendir("/proc") : NULL;
    if (directory) {
        visit_all(search, directory);
        closedir(directory);
    }
    free(search->slots);
    free(search);
}

#endif

/* Who listens on a port, from /proc/net/tcp and the descriptors of every process we may look at:
 * https://docs.kernel.org/networking/proc_net_tcp.html */
#ifdef __linux__
#include "local.h"

#include <ctype.h>
#include <dirent.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STATE_LISTEN 0x0A

typedef struct listener {
    char address[33]; /* as the kernel prints it: 32-bit words in the machine's own order */
    unsigned long inode;
    unsigned uid;
} listener;

/* Does one meet it at 127.0.0.1 or ::1? Another may have the same port at another address. */
static bool is_on_loopback(const char *address) {
    unsigned char bytes[16] = {0};
    size_t words = strlen(address) / 8;
    for (size_t i = 0; i < words && i < 4; i++) {
        char word[9];
        snprintf(word, sizeof word, "%.8s", address + i * 8);
        uint32_t value = (uint32_t)strtoul(word, NULL, 16);
        memcpy(bytes + i * 4, &value, sizeof value);
    }
    static const unsigned char any[16], one[16] = {[15] = 1}, mapped[12] = {[10] = 0xff, [11] = 0xff};
    if (words == 1)
        return bytes[0] == 127 || memcmp(bytes, any, 4) == 0;
    return memcmp(bytes, any, 16) == 0 || memcmp(bytes, one, 16) == 0 ||
           (memcmp(bytes, mapped, 12) == 0 && (bytes[12] == 127 || memcmp(bytes + 12, any, 4) == 0));
}

/* Prefers those that are in the way of a server on loopback. */
static bool find_listener(const char *path, int port, bool loopback, listener *found) {
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    char line[512];
    bool matches = false;
    while (!matches && fgets(line, sizeof line, file)) {
        unsigned local_port = 0, state = 0;
        matches = sscanf(line, " %*d: %32[0-9A-Fa-f]:%x %*[0-9A-Fa-f]:%*x %x %*s %*s %*s %u %*d %lu",
                         found->address, &local_port, &state, &found->uid, &found->inode) == 5 &&
                  state == STATE_LISTEN && (int)local_port == port &&
                  is_on_loopback(found->address) == loopback;
    }
    fclose(file);
    return matches;
}

static bool find_any(int port, listener *found) {
    static const char *const tables[] = {"/proc/net/tcp", "/proc/net/tcp6"};
    for (int elsewhere = 0; elsewhere < 2; elsewhere++)
        for (size_t i = 0; i < DK_COUNT(tables); i++)
            if (find_listener(tables[i], port, !elsewhere, found))
                return true;
    return false;
}

static char *read_link(const char *path) {
    char target[PATH_MAX];
    ssize_t length = readlink(path, target, sizeof target - 1);
    return length > 0 ? dk_strndup(target, (size_t)length) : NULL;
}

static bool process_has(const char *pid, const char *wanted) {
    DK_AUTOFREE char *folder = dk_format("/proc/%s/fd", pid);
    DIR *directory = opendir(folder);
    if (!directory)
        return false;
    bool has = false;
    for (const struct dirent *entry; !has && (entry = readdir(directory));) {
        DK_AUTOFREE char *path = dk_path_join(folder, entry->d_name);
        DK_AUTOFREE char *target = read_link(path);
        has = dk_streq(target, wanted);
    }
    closedir(directory);
    return has;
}

static char *program_of(pid_t pid) {
    DK_AUTOFREE char *path = dk_format("/proc/%ld/exe", (long)pid);
    DK_AUTOFREE char *target = read_link(path);
    if (target)
        return dk_strdup(dk_path_basename(target));
    DK_AUTOFREE char *name = dk_format("/proc/%ld/comm", (long)pid);
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    if (!dk_file_read(name, 256, &text, NULL))
        return NULL;
    dk_buf_trim_end(&text);
    return dk_buf_detach(&text);
}

/* The lowest pid that has the socket: a server's children have it too. */
static pid_t find_process(unsigned long inode) {
    DK_AUTOFREE char *wanted = dk_format("socket:[%lu]", inode);
    DIR *directory = opendir("/proc");
    pid_t found = 0;
    for (const struct dirent *entry; directory && (entry = readdir(directory));) {
        if (!isdigit((unsigned char)entry->d_name[0]) || !process_has(entry->d_name, wanted))
            continue;
        pid_t pid = (pid_t)atol(entry->d_name);
        if (!found || pid < found)
            found = pid;
    }
    if (directory)
        closedir(directory);
    return found;
}

bool local_holder_find(int port, local_holder *holder) {
    listener found = {0};
    if (!find_any(port, &found))
        return false;
    const struct passwd *user = getpwuid(found.uid);
    holder->user = user ? dk_strdup(user->pw_name) : dk_format("%u", found.uid);
    holder->pid = find_process(found.inode);
    if (holder->pid) {
        DK_AUTOFREE char *folder = dk_format("/proc/%ld/cwd", (long)holder->pid);
        holder->program = program_of(holder->pid);
        holder->folder = read_link(folder);
    }
    return true;
}

#endif

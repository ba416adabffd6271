/* What a process is, from /proc: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
#ifdef __linux__
#include "socket_internal.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define DELETED " (deleted)"

static ssize_t read_small(const char *path, char *text, size_t size) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd >= 0 ? read(fd, text, size - 1) : -1;
    if (fd >= 0)
        close(fd);
    text[got > 0 ? got : 0] = 0;
    return got;
}

/* The name is in brackets and may hold anything, brackets too: fields are counted from the last one. */
static char *stat_fields(pid_t pid, char *text, size_t size, char **name) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%ld/stat", (long)pid);
    if (read_small(path, text, size) <= 0)
        return NULL;
    char *open = strchr(text, '('), *close = strrchr(text, ')');
    if (!open || !close || close < open)
        return NULL;
    *close = 0;
    *name = open + 1;
    return close + 1;
}

typedef struct stat_facts {
    char state;
    pid_t parent;
    unsigned long long ticks; /* of its start, since boot */
} stat_facts;

static bool parse_stat(const char *fields, stat_facts *facts) {
    long parent = 0;
    /* state ppid pgrp session tty tpgid flags minflt cminflt majflt cmajflt utime stime cutime cstime
     * priority nice threads itrealvalue starttime */
    if (sscanf(fields, " %c %ld %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %llu",
               &facts->state, &parent, &facts->ticks) != 3)
        return false;
    facts->parent = (pid_t)parent;
    return true;
}

static bool read_stat(pid_t pid, stat_facts *facts) {
    char text[1024], *name = NULL;
    const char *fields = stat_fields(pid, text, sizeof text, &name);
    return fields && parse_stat(fields, facts);
}

pid_t socket_parent(pid_t pid) {
    stat_facts facts;
    return read_stat(pid, &facts) ? facts.parent : 0;
}

/* Seconds since 1970 of a tick count since boot. */
static int64_t started_at(unsigned long long ticks) {
    struct timespec now, up;
    long rate = sysconf(_SC_CLK_TCK);
    if (rate <= 0 || clock_gettime(CLOCK_REALTIME, &now) != 0 || clock_gettime(CLOCK_BOOTTIME, &up) != 0)
        return 0;
    double age = (double)up.tv_sec + (double)up.tv_nsec / 1e9 - (double)ticks / (double)rate;
    return (int64_t)((double)now.tv_sec + (double)now.tv_nsec / 1e9 - age + 0.5);
}

static char *read_link(pid_t pid, const char *name) {
    char path[64], target[PATH_MAX];
    snprintf(path, sizeof path, "/proc/%ld/%s", (long)pid, name);
    ssize_t length = readlink(path, target, sizeof target - 1);
    if (length <= 0)
        return NULL;
    target[length] = 0;
    return dk_strdup(target);
}

/* By ticks since boot: the time of day is set now and then, and the start of a process would move with it. */
bool socket_process_is_same(const socket_process *process) {
    stat_facts facts;
    return read_stat(process->pid, &facts) && facts.state != 'Z' && facts.state != 'X' &&
           (!process->mark || process->mark == facts.ticks);
}

void socket_process_look(socket_process *process) {
    char text[1024], *name = NULL;
    stat_facts facts;
    const char *fields = stat_fields(process->pid, text, sizeof text, &name);
    if (fields && parse_stat(fields, &facts)) {
        process->mark = facts.ticks;
        process->started_at = started_at(facts.ticks);
    }
    DK_AUTOFREE char *path = read_link(process->pid, "exe");
    if (path && dk_ends_with(path, DELETED)) /* replaced by an upgrade while it runs */
        path[strlen(path) - strlen(DELETED)] = 0;
    process->program = dk_strdup(path ? dk_path_basename(path) : name);
    process->folder = read_link(process->pid, "cwd");
}

#endif

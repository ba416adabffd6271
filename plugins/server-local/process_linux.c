/* What a process is, from /proc. */
#ifdef __linux__
#include "local.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_zombie(pid_t pid) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%ld/stat", (long)pid);
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    if (!dk_file_read(path, 4096, &text, NULL))
        return false;
    const char *end = strrchr(dk_buf_text(&text), ')'); /* the name may hold anything */
    return end && end[1] == ' ' && (end[2] == 'Z' || end[2] == 'X');
}

static bool has_name(pid_t pid, const char *name) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%ld/comm", (long)pid);
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    if (!dk_file_read(path, 4096, &text, NULL))
        return false;
    dk_buf_trim_end(&text);
    return dk_streq(dk_buf_text(&text), name);
}

local_process_kind local_process_look(pid_t pid, const char *data_dir) {
    if ((kill(pid, 0) != 0 && errno == ESRCH) || is_zombie(pid))
        return LOCAL_PROCESS_GONE;
    char path[64];
    char folder[PATH_MAX];
    char real[PATH_MAX];
    snprintf(path, sizeof path, "/proc/%ld/cwd", (long)pid);
    if (!has_name(pid, "postgres"))
        return LOCAL_PROCESS_OTHER;
    ssize_t length = readlink(path, folder, sizeof folder - 1);
    if (length < 0) /* another account's: its name is all we can see */
        return LOCAL_PROCESS_SERVER;
    folder[length] = 0;
    /* The server works in its data folder. */
    return realpath(data_dir, real) && strcmp(real, folder) == 0 ? LOCAL_PROCESS_SERVER : LOCAL_PROCESS_OTHER;
}

#endif

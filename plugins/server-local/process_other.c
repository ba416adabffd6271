/* What a process is, from ps, where there is no /proc. */
#ifndef __linux__
#include "local.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

local_process_kind local_process_look(pid_t pid, const char *data_dir) {
    if (kill(pid, 0) != 0 && errno == ESRCH)
        return LOCAL_PROCESS_GONE;
    DK_AUTO_PROCESS dk_process process = DK_PROCESS_INIT;
    dk_process_add(&process, "ps");
    dk_process_add(&process, "-o");
    dk_process_add(&process, "stat=,command=");
    dk_process_add(&process, "-p");
    dk_process_addf(&process, "%ld", (long)pid);
    process.flags |= DK_PROCESS_ALLOW_FAILURE;
    if (!dk_process_run(&process, NULL) || process.exit_status != 0)
        return LOCAL_PROCESS_GONE;
    const char *line = dk_buf_text(&process.output);
    if (*line == 'Z')
        return LOCAL_PROCESS_GONE;
    /* Our servers are started as "…/postgres -D DATA_DIR". */
    return strstr(line, "postgres") && strstr(line, data_dir) ? LOCAL_PROCESS_SERVER : LOCAL_PROCESS_OTHER;
}

#endif

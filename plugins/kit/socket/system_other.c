/* Neither Linux nor macOS: lsof knows. */
#if !defined(__linux__) && !defined(__APPLE__)
#include "socket_internal.h"

#include <errno.h>
#include <signal.h>

pid_t socket_parent(pid_t pid) {
    DK_AUTO_PROCESS dk_process process = DK_PROCESS_INIT;
    int64_t parent = 0;
    dk_process_add(&process, "ps");
    dk_process_add(&process, "-oppid=");
    dk_process_add(&process, "-p");
    dk_process_addf(&process, "%ld", (long)pid);
    if (!dk_process_run(&process, NULL))
        return 0;
    dk_buf_trim_end(&process.output);
    const char *text = dk_buf_text(&process.output);
    while (*text == ' ')
        text++;
    return dk_parse_int64(text, &parent) ? (pid_t)parent : 0;
}

bool socket_process_is_same(const socket_process *process) {
    return kill(process->pid, 0) == 0 || errno != ESRCH;
}

bool socket_system_read(const socket_wanted *wanted, socket_table *table, dk_error *error) {
    return socket_lsof_read(wanted, table, error);
}

#endif

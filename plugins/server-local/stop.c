/* Stopping the server: https://www.postgresql.org/docs/current/server-shutdown.html */
#include "local.h"

#include <errno.h>
#include <signal.h>

#define POLL_MS 2
#define FAST_MS 60000
#define IMMEDIATE_MS 10000

/* Waits until the process is gone. */
static bool wait_gone(const local_cluster *cluster, pid_t pid, int64_t timeout_ms) {
    for (int64_t deadline = dk_now_ms() + timeout_ms; dk_now_ms() < deadline && !dk_interrupted();) {
        if (local_process_look(pid, cluster->data_dir) != LOCAL_PROCESS_SERVER)
            return true;
        dk_sleep_ms(POLL_MS);
    }
    return local_process_look(pid, cluster->data_dir) != LOCAL_PROCESS_SERVER;
}

static bool ask(const local_postmaster *postmaster, int signal_number, dk_error *error) {
    if (kill(postmaster->pid, signal_number) == 0 || errno == ESRCH)
        return true;
    dk_fail_errno(error, errno, "stop-failed", "cannot stop the server (pid %ld)", (long)postmaster->pid);
    return dk_error_hint(error, "run devkit as the account that started it");
}

bool local_stop(const local_cluster *cluster, const local_postmaster *postmaster, dk_error *error) {
    if (!ask(postmaster, SIGINT, error))
        return false;
    if (wait_gone(cluster, postmaster->pid, FAST_MS))
        return true;
    if (dk_interrupted())
        return dk_fail_interrupted(error);
    dk_warn(cluster->context,
            "the server does not stop; ending it at once, it will recover at the next start");
    if (!ask(postmaster, SIGQUIT, error))
        return false;
    if (wait_gone(cluster, postmaster->pid, IMMEDIATE_MS))
        return true;
    if (dk_interrupted())
        return dk_fail_interrupted(error);
    dk_fail(error, DK_ERROR_FAILED, "stop-failed", "the server (pid %ld) does not stop",
            (long)postmaster->pid);
    return dk_error_hint(error, "kill -KILL %ld, then `devkit up`: the data recovers", (long)postmaster->pid);
}

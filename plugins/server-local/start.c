/* Starting the server. postgres itself is started, and its lock file watched every few milliseconds: pg_ctl
 * looks only ten times a second. */
#include "local.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define POLL_MS 3
#define LOG_LIMIT ((int64_t)64 << 20)
#define ORPHAN_RETRIES 40 /* a quarter of a second each */
#define PORT_RETRIES 3
#define RIVAL_RETRIES 3
#define LOG_LINES 40
#define LAST_LINES 5

static void read_log(const local_cluster *cluster, int64_t from, dk_buf *text) {
    local_log_tail(cluster->log_file, from, LOG_LINES, text);
}

static bool spawn(const local_cluster *cluster, const char *bin_dir, pid_t *pid, dk_error *error) {
    if (local_log_size(cluster->log_file) > LOG_LIMIT && truncate(cluster->log_file, 0) != 0)
        dk_debug(cluster->context, "the log is long and can't be cut: %s", strerror(errno));
    DK_AUTO_PROCESS dk_process process = DK_PROCESS_INIT;
    dk_process_addf(&process, "%s/postgres", bin_dir);
    dk_process_add(&process, "-D");
    dk_process_add(&process, cluster->data_dir);
    local_account_apply(&cluster->account, &process);
    return dk_process_spawn_detached(&process, cluster->log_file, pid, error);
}

static bool fail_timeout(const local_cluster *cluster, int64_t log_from, dk_error *error) {
    DK_AUTO_BUF dk_buf log = DK_BUF_INIT;
    read_log(cluster, log_from, &log);
    dk_buf_trim_end(&log);
    bool recovering =
        strstr(dk_buf_text(&log), "recovery in progress") || strstr(dk_buf_text(&log), "redo starts");
    dk_fail(error, DK_ERROR_FAILED, "start-timed-out",
            recovering ? "the server is still recovering from a crash" : "the server is still not ready");
    if (log.length)
        dk_error_detail(error, "%s", dk_buf_text(&log));
    return dk_error_hint(error, "it goes on starting; `devkit wait --timeout 600` waits for it");
}

/* A server that found one of its addresses taken goes on with the other: half of the clients would then talk
 * to a stranger. */
static bool half_listening(const local_cluster *cluster, int64_t log_from) {
    DK_AUTO_BUF dk_buf log = DK_BUF_INIT;
    read_log(cluster, log_from, &log);
    return strstr(dk_buf_text(&log), "Address already in use") != NULL;
}

typedef enum start_outcome { START_READY, START_ENDED, START_FAILED } start_outcome;

/* Waits until the process `pid` (0: whichever the lock file names) accepts connections. */
static start_outcome watch(const local_cluster *cluster, pid_t pid, int64_t log_from, int64_t deadline,
                           dk_error *error) {
    bool told = false;
    for (int64_t began = dk_now_ms();;) {
        local_postmaster postmaster;
        local_postmaster_read(cluster->data_dir, &postmaster);
        bool ours = postmaster.alive && (!pid || postmaster.pid == pid);
        if (ours && dk_streq(postmaster.state, "ready"))
            return START_READY;
        if (!ours && (!pid || local_process_look(pid, cluster->data_dir) == LOCAL_PROCESS_GONE))
            return START_ENDED;
        if (dk_interrupted()) {
            if (pid)
                kill(pid, SIGINT);
            dk_fail_interrupted(error);
            return START_FAILED;
        }
        int64_t now = dk_now_ms();
        if (now > deadline) {
            fail_timeout(cluster, log_from, error);
            return START_FAILED;
        }
        if (!told && now - began > 2000) {
            told = true;
            dk_info(cluster->context, "the server takes longer to start than usual: `devkit logs` shows why");
        }
        dk_sleep_ms(POLL_MS);
    }
}

/* Somebody else started it, so where its part of the log begins is not known: what came last says it. */
static bool fail_ended(const local_cluster *cluster, int64_t log_from, dk_error *error) {
    DK_AUTO_BUF dk_buf log = DK_BUF_INIT;
    read_log(cluster, log_from, &log);
    if (!log.length)
        local_log_tail(cluster->log_file, 0, LAST_LINES, &log);
    return local_fail_from_log(dk_buf_text(&log), "the server ended while it was starting", error);
}

bool local_wait_started(local_cluster *cluster, int64_t deadline, dk_error *error) {
    int64_t log_from = local_log_size(cluster->log_file);
    switch (watch(cluster, 0, log_from, deadline, error)) {
    case START_READY:
        return true;
    case START_ENDED:
        return fail_ended(cluster, log_from, error);
    default:
        return false;
    }
}

static bool fail_start(const local_cluster *cluster, const char *log, dk_error *error) {
    if (dk_streq(local_problem_code(log), "port-taken"))
        return local_fail_port_taken(cluster, error);
    return local_fail_from_log(log, "the server did not start", error);
}

typedef struct start_tries {
    int port;
    int orphans;
    int rivals;
} start_tries;

/* A server that a killed `up` had started a moment ago: which settings it has read nobody knows, so it goes.
 */
static bool clear_rival(const local_cluster *cluster) {
    local_postmaster postmaster;
    local_postmaster_read(cluster->data_dir, &postmaster);
    if (postmaster.alive)
        return local_stop(cluster, &postmaster, NULL);
    return !postmaster.file || local_postmaster_disarm(cluster, &postmaster, NULL);
}

/* None of these stays for long: the port may have been taken by something that ended meanwhile, and processes
 * of a killed server end when they notice. */
static bool worth_another_try(const local_cluster *cluster, const char *log, start_tries *tries) {
    const char *code = local_problem_code(log);
    if (dk_streq(code, "port-taken"))
        return !local_port_in_use(dk_url_port(cluster->url)) && ++tries->port <= PORT_RETRIES;
    if (dk_streq(code, "already-running"))
        return ++tries->rivals <= RIVAL_RETRIES && clear_rival(cluster);
    return dk_streq(code, "orphans") && ++tries->orphans <= ORPHAN_RETRIES;
}

/* A killed server leaves its sockets' lock files, and PostgreSQL believes them while any process has their
 * number. Those that name our data folder are ours, and the lock is held. */
static void remove_stale_sockets(const local_cluster *cluster) {
    DIR *directory = opendir(cluster->socket_dir);
    DK_AUTO_STRV dk_strv names = DK_STRV_INIT;
    for (const struct dirent *entry; directory && (entry = readdir(directory));)
        if (dk_ends_with(entry->d_name, ".lock"))
            dk_strv_add(&names, entry->d_name);
    if (directory)
        closedir(directory);
    for (size_t i = 0; i < names.count; i++) {
        DK_AUTOFREE char *path = dk_path_join(cluster->socket_dir, names.items[i]);
        DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
        DK_AUTO_STRV dk_strv lines = DK_STRV_INIT;
        if (!dk_file_read(path, 8192, &text, NULL))
            continue;
        dk_strv_split(&lines, dk_buf_text(&text), '\n');
        if (lines.count > 1 && dk_streq(lines.items[1], cluster->data_dir))
            unlink(path);
    }
}

bool local_start(local_cluster *cluster, const char *bin_dir, int64_t deadline, dk_error *error) {
    if (!local_socket_dir_prepare(cluster, error))
        return false;
    remove_stale_sockets(cluster);
    for (start_tries tries = {0};;) {
        int64_t log_from = local_log_size(cluster->log_file);
        pid_t pid = 0;
        if (!spawn(cluster, bin_dir, &pid, error))
            return false;
        start_outcome outcome = watch(cluster, pid, log_from, deadline, error);
        if (outcome == START_FAILED)
            return false;
        if (outcome == START_READY && !half_listening(cluster, log_from))
            return true;
        DK_AUTO_BUF dk_buf log = DK_BUF_INIT;
        read_log(cluster, log_from, &log);
        if (outcome == START_READY) {
            local_postmaster postmaster;
            local_postmaster_read(cluster->data_dir, &postmaster);
            if (!local_stop(cluster, &postmaster, error))
                return false;
        }
        if (dk_now_ms() > deadline || !worth_another_try(cluster, dk_buf_text(&log), &tries))
            return fail_start(cluster, dk_buf_text(&log), error);
        dk_sleep_ms(250);
    }
}

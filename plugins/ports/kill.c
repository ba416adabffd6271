/* Ending the holder of a port. */
#include "ports.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATIENCE_MS 5000
#define SERVER_PATIENCE_MS 30000
#define LAST_PATIENCE_MS 5000
#define POLL_MS 20
#define ROUNDS 8 /* children that have the socket from their parent */

/* How a program is asked to end, and how it is made to. A PostgreSQL server would wait for its sessions after
 * TERM, and after KILL leave shared memory behind. */
static const struct ending {
    const char *program; /* how its name begins */
    int ask, force;
    int patience_ms;
} endings[] = {
    {"postgres", SIGINT, SIGQUIT, SERVER_PATIENCE_MS},
    {"", SIGTERM, SIGKILL, PATIENCE_MS},
};

static const struct ending *ending_of(const socket_process *process) {
    size_t i = 0;
    while (!dk_starts_with(process->program ? process->program : "", endings[i].program))
        i++;
    return &endings[i];
}

/* ── who must not be ended ────────────────────────────────────────────────────────────────────────────────
 */

static const char *name_of(const socket_process *process) {
    return process->program ? process->program : "the process";
}

static pid_t parent_of(pid_t pid) {
    return pid == getpid() ? getppid() : socket_parent(pid);
}

static bool is_ancestor(pid_t pid) {
    int steps = 0;
    for (pid_t at = getpid(); at > 0 && steps < 64; at = parent_of(at), steps++)
        if (at == pid)
            return true;
    return false;
}

static bool permit(const socket_process *process, dk_error *error) {
    const char *why = NULL;
    if (process->pid <= 1)
        why = "it is the system's first process";
    else if (process->pid == getpid())
        why = "it is devkit itself";
    else if (is_ancestor(process->pid))
        why = "devkit runs in it";
    if (!why)
        return true;
    dk_fail(error, DK_ERROR_REFUSED, "holder-kept", "%s (pid %ld) must not be ended", name_of(process),
            (long)process->pid);
    return dk_error_detail(error, "%s", why);
}

/* ── ending ───────────────────────────────────────────────────────────────────────────────────────────────
 */

/* The number may be another process's by now. */
static bool send_signal(const socket_process *process, int number, dk_error *error) {
    if (!socket_process_is_same(process) || kill(process->pid, number) == 0 || errno == ESRCH)
        return true;
    dk_fail_errno(error, errno, "not-permitted", "%s (pid %ld) can't be ended from this account",
                  name_of(process), (long)process->pid);
    return dk_error_hint(error, "it belongs to account %s: sudo kill %ld",
                         process->user ? process->user : "?", (long)process->pid);
}

static bool wait_gone(const socket_process *process, int patience_ms) {
    int64_t deadline = dk_now_ms() + patience_ms;
    while (socket_process_is_same(process)) {
        if (dk_now_ms() >= deadline || dk_interrupted())
            return false;
        dk_sleep_ms(POLL_MS);
    }
    return true;
}

static bool end_process(dk_context *context, const socket_process *process, dk_error *error) {
    const struct ending *ending = ending_of(process);
    if (!permit(process, error) || !send_signal(process, ending->ask, error))
        return false;
    if (wait_gone(process, ending->patience_ms))
        return true;
    if (dk_interrupted())
        return dk_fail_interrupted(error);
    dk_info(context, "%s (pid %ld) does not end when asked: it is made to", name_of(process),
            (long)process->pid);
    if (!send_signal(process, ending->force, error))
        return false;
    if (wait_gone(process, LAST_PATIENCE_MS))
        return true;
    if (dk_interrupted())
        return dk_fail_interrupted(error);
    dk_fail(error, DK_ERROR_FAILED, "still-alive", "%s (pid %ld) does not end", name_of(process),
            (long)process->pid);
    return dk_error_hint(error, "it waits for the system (a disk, a network): see ps -o stat,wchan -p %ld",
                         (long)process->pid);
}

/* ── finding it ───────────────────────────────────────────────────────────────────────────────────────────
 */

static bool fail_unseen(const socket_listener *listener, int port, dk_error *error) {
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    socket_describe(listener, NULL, &text);
    dk_fail(error, DK_ERROR_FAILED, "holder-unseen", "port %d is held by %s", port, dk_buf_text(&text));
    return dk_error_hint(error, "run `devkit ports` as root to see which");
}

/* Whoever was confirmed, and its children that have the same socket. */
static bool end_holders(dk_context *context, int port, const char *program, json_t *ended, dk_error *error) {
    for (int round = 0; round < ROUNDS; round++) {
        SOCKET_AUTO_TABLE socket_table table = SOCKET_TABLE_INIT;
        if (!socket_table_read(&port, 1, &table, error))
            return false;
        const socket_listener *listener = socket_table_holder(&table, port);
        if (!listener)
            return true;
        if (!listener->holder)
            return fail_unseen(listener, port, error);
        if (round && !dk_streq(listener->holder->program, program))
            break;
        if (!end_process(context, listener->holder, error))
            return false;
        json_array_append_new(ended, json_integer(listener->holder->pid));
    }
    socket_fail_taken(context, port, NULL, error);
    dk_error_prefix(error, "taken again");
    return dk_error_hint(error, "something starts it anew (a supervisor, a container engine): stop that");
}

static bool stop_container(dk_context *context, const json_t *container, int port, dk_error *error) {
    const char *name = dk_json_string(container, "name", "?");
    DK_AUTO_STRV dk_strv names = DK_STRV_INIT;
    DK_AUTOFREE char *question = dk_format("Port %d is published by the container %s. Stop it?", port, name);
    if (!dk_confirm(context, question, error))
        return false;
    dk_interface_names(context, "containers", &names);
    bool stopped = false;
    DK_AUTO_ERROR dk_error why = DK_ERROR_INIT; /* of the last engine: the container is another's, perhaps */
    for (size_t i = 0; !stopped && i < names.count; i++) {
        const dk_containers_interface *engine =
            dk_interface_find(context, "containers", names.items[i], DK_CONTAINERS_VERSION, &why);
        stopped = engine && engine->stop(context, dk_json_string(container, "id", name), &why);
    }
    if (!stopped) {
        dk_error_move(error, &why);
        return false;
    }
    dk_json_set_string(dk_result(context), "container", name);
    dk_print(context, "stopped: the container %s\n", name);
    return true;
}

static bool confirm(dk_context *context, int port, const socket_listener *listener, dk_error *error) {
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    socket_describe(listener, NULL, &text);
    DK_AUTOFREE char *question = dk_format("Port %d is held by %s%s%s. End it?", port, dk_buf_text(&text),
                                           listener->holder->folder ? ", which works in " : "",
                                           listener->holder->folder ? listener->holder->folder : "");
    return dk_confirm(context, question, error);
}

static bool end_holder(dk_context *context, int port, const socket_listener *listener, dk_error *error) {
    if (!listener->holder)
        return fail_unseen(listener, port, error);
    DK_AUTOFREE char *program = dk_strdup(listener->holder->program);
    json_t *ended = json_array();
    json_object_set_new(dk_result(context), "ended", ended);
    if (!permit(listener->holder, error) || !confirm(context, port, listener, error) ||
        !end_holders(context, port, program, ended, error))
        return false;
    dk_print(context, "ended: %s; port %d is free\n", program ? program : "the process", port);
    return true;
}

bool ports_kill(dk_context *context, int port, dk_error *error) {
    SOCKET_AUTO_TABLE socket_table table = SOCKET_TABLE_INIT;
    DK_AUTO_JSON json_t *cache = NULL;
    DK_AUTO_JSON json_t *container = NULL;
    if (!socket_table_read(&port, 1, &table, error))
        return false;
    dk_json_set_int(dk_result(context), "port", port);
    const socket_listener *listener = socket_table_holder(&table, port);
    if (!listener) {
        json_object_set_new(dk_result(context), "ended", json_array());
        dk_print(context, "nobody listens on port %d\n", port);
        return true;
    }
    if (socket_may_be_container(listener->holder))
        container = socket_container_of(context, &cache, port);
    return container ? stop_container(context, container, port, error)
                     : end_holder(context, port, listener, error);
}

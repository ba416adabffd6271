/* macOS: libproc (<libproc.h>, <sys/proc_info.h>). Without root it tells only about processes of this
 * account; that somebody else listens on a port is then found out by connecting to it. */
#ifdef __APPLE__
#include "socket_internal.h"

#include <arpa/inet.h>
#include <libproc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/proc_info.h>

static uint64_t start_mark(const struct proc_bsdinfo *facts) {
    return facts->pbi_start_tvsec * 1000000 + facts->pbi_start_tvusec;
}

static void look(socket_process *process) {
    struct proc_bsdinfo facts;
    struct proc_vnodepathinfo paths;
    char path[PROC_PIDPATHINFO_MAXSIZE];
    if (proc_pidinfo(process->pid, PROC_PIDTBSDINFO, 0, &facts, sizeof facts) == (int)sizeof facts) {
        process->uid = facts.pbi_uid;
        process->started_at = (int64_t)facts.pbi_start_tvsec;
        process->mark = start_mark(&facts);
    }
    if (proc_pidpath(process->pid, path, sizeof path) > 0)
        process->program = dk_strdup(dk_path_basename(path));
    if (proc_pidinfo(process->pid, PROC_PIDVNODEPATHINFO, 0, &paths, sizeof paths) == (int)sizeof paths &&
        paths.pvi_cdir.vip_path[0])
        process->folder = dk_strdup(paths.pvi_cdir.vip_path);
}

pid_t socket_parent(pid_t pid) {
    struct proc_bsdinfo facts;
    bool known = proc_pidinfo(pid, PROC_PIDTBSDINFO, 0, &facts, sizeof facts) == (int)sizeof facts;
    return known ? (pid_t)facts.pbi_ppid : 0;
}

bool socket_process_is_same(const socket_process *process) {
    struct proc_bsdinfo facts;
    return proc_pidinfo(process->pid, PROC_PIDTBSDINFO, 0, &facts, sizeof facts) == (int)sizeof facts &&
           facts.pbi_status != SZOMB && (!process->mark || process->mark == start_mark(&facts));
}

static void take(const struct in_sockinfo *facts, pid_t pid, socket_table *table) {
    bool added = false;
    socket_process *process = socket_table_process(table, pid, &added);
    if (added)
        look(process);
    socket_listener *listener = socket_table_add(table);
    listener->family = facts->insi_vflag & INI_IPV4 ? AF_INET : AF_INET6;
    listener->only_six = listener->family == AF_INET6;
    listener->port = ntohs((uint16_t)facts->insi_lport);
    listener->uid = process->uid;
    listener->holder = process;
    /* A socket that takes both is told as both; its IPv4 side is the wildcard then. */
    if (listener->family == AF_INET)
        memcpy(listener->address, &facts->insi_laddr.ina_46.i46a_addr4, 4);
    else
        memcpy(listener->address, &facts->insi_laddr.ina_6, 16);
    if (facts->insi_vflag == (INI_IPV4 | INI_IPV6)) {
        listener->family = AF_INET6;
        listener->only_six = false;
        memset(listener->address, 0, sizeof listener->address);
    }
}

static void scan(pid_t pid, const socket_wanted *wanted, socket_table *table) {
    int size = proc_pidinfo(pid, PROC_PIDLISTFDS, 0, NULL, 0);
    if (size <= 0) {
        table->hidden++;
        return;
    }
    size += 32 * (int)sizeof(struct proc_fdinfo);
    DK_AUTOFREE struct proc_fdinfo *descriptors = dk_alloc((size_t)size);
    int count = proc_pidinfo(pid, PROC_PIDLISTFDS, 0, descriptors, size) / (int)sizeof *descriptors;
    for (int i = 0; i < count; i++) {
        struct socket_fdinfo facts;
        if (descriptors[i].proc_fdtype != PROX_FDTYPE_SOCKET ||
            proc_pidfdinfo(pid, descriptors[i].proc_fd, PROC_PIDFDSOCKETINFO, &facts, sizeof facts) !=
                (int)sizeof facts ||
            facts.psi.soi_kind != SOCKINFO_TCP || facts.psi.soi_proto.pri_tcp.tcpsi_state != TSI_S_LISTEN)
            continue;
        const struct in_sockinfo *address = &facts.psi.soi_proto.pri_tcp.tcpsi_ini;
        if (socket_wants(wanted, ntohs((uint16_t)address->insi_lport)))
            take(address, pid, table);
    }
}

/* Held by somebody whom we may not look at. */
static void add_unseen(const socket_wanted *wanted, socket_table *table) {
    for (int port = 1; port < 65536; port++) {
        bool seen = false;
        if (wanted->all || !socket_wants(wanted, port))
            continue;
        for (size_t i = 0; !seen && i < table->count; i++)
            seen = table->listeners[i].port == port;
        if (seen || !table->hidden || socket_port_is_free(port))
            continue;
        socket_listener *listener = socket_table_add(table);
        listener->family = AF_INET;
        listener->port = port;
    }
}

bool socket_system_read(const socket_wanted *wanted, socket_table *table, dk_error *error) {
    int size = proc_listpids(PROC_ALL_PIDS, 0, NULL, 0);
    if (size <= 0) {
        dk_fail(error, DK_ERROR_FAILED, "sockets-unknown", "the system does not list its processes");
        return dk_error_hint(error, "run devkit outside of the sandbox");
    }
    size += 64 * (int)sizeof(pid_t);
    DK_AUTOFREE pid_t *pids = dk_alloc((size_t)size);
    int count = proc_listpids(PROC_ALL_PIDS, 0, pids, size) / (int)sizeof *pids;
    for (int i = 0; i < count; i++)
        if (pids[i] > 0)
            scan(pids[i], wanted, table);
    add_unseen(wanted, table);
    return true;
}

#endif

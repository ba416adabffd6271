/* What the files of kit/socket share. */
#ifndef DEVKIT_KIT_SOCKET_INTERNAL_H
#define DEVKIT_KIT_SOCKET_INTERNAL_H

#include "socket.h"

/* The ports that are asked for: one bit each. */
typedef struct socket_wanted {
    bool all;
    int only; /* the port, when it is just one; else 0 */
    uint64_t bits[65536 / 64];
} socket_wanted;
bool socket_wants(const socket_wanted *wanted, int port);

/* Adds a zeroed row. Valid until the next is added. */
socket_listener *socket_table_add(socket_table *table);
/* Adds a process, or gives the one that is there. Its facts are the caller's to fill in when `*added`. */
socket_process *socket_table_process(socket_table *table, pid_t pid, bool *added);

/* Fills listeners and their holders. One implementation a system: system_linux.c, system_macos.c,
 * system_other.c. */
bool socket_system_read(const socket_wanted *wanted, socket_table *table, dk_error *error);

/* ── diag_linux.c, procnet_linux.c ── listeners without holders */
bool socket_diag_read(const socket_wanted *wanted, socket_table *table);
bool socket_procnet_read(const char *path, int family, const socket_wanted *wanted, socket_table *table);
/* ── holder_linux.c ── */
void socket_find_holders(socket_table *table);
/* ── process_linux.c ── */
void socket_process_look(socket_process *process);

/* ── lsof.c ── */
/* Reads what `lsof -F` prints: a field a line, its letter first. */
typedef struct socket_lsof {
    const socket_wanted *wanted;
    socket_table *table;
    socket_process *process;
    int family;
} socket_lsof;
void socket_lsof_line(void *lsof, const char *line, size_t length); /* a dk_line_function */
bool socket_lsof_read(const socket_wanted *wanted, socket_table *table, dk_error *error);

#endif

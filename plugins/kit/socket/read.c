/* Asking for the table: what the system tells, sorted, each fact once. */
#include "socket_internal.h"

#include <stdlib.h>
#include <string.h>

static void want(const int *ports, size_t count, socket_wanted *wanted) {
    wanted->all = count == 0;
    wanted->only = count == 1 ? ports[0] : 0;
    for (size_t i = 0; i < count; i++)
        if (ports[i] > 0 && ports[i] < 65536)
            wanted->bits[ports[i] / 64] |= (uint64_t)1 << (ports[i] % 64);
}

static int compare(const void *left_pointer, const void *right_pointer) {
    const socket_listener *left = left_pointer, *right = right_pointer;
    if (left->port != right->port)
        return left->port < right->port ? -1 : 1;
    if (left->family != right->family)
        return left->family == AF_INET ? -1 : 1;
    int order = memcmp(left->address, right->address, sizeof left->address);
    if (order)
        return order;
    pid_t left_pid = left->holder ? left->holder->pid : 0, right_pid = right->holder ? right->holder->pid : 0;
    return left_pid < right_pid ? -1 : left_pid > right_pid;
}

/* Several descriptors of one process on one address (SO_REUSEPORT, a socket seen through lsof once a
 * descriptor) are one fact. */
static void unite(socket_table *table) {
    size_t kept = 0;
    for (size_t i = 0; i < table->count; i++)
        if (!kept || compare(&table->listeners[kept - 1], &table->listeners[i]) != 0)
            table->listeners[kept++] = table->listeners[i];
    table->count = kept;
}

/* Asking for an account's name may read files or ask a server, so each is asked for once. */
static char *user_of(const socket_table *table, size_t index) {
    uid_t uid = table->processes[index]->uid;
    for (size_t i = 0; i < index; i++)
        if (table->processes[i]->uid == uid)
            return dk_strdup(table->processes[i]->user);
    return socket_user_name(uid);
}

static void name_users(socket_table *table) {
    for (size_t i = 0; i < table->process_count; i++)
        if (table->processes[i]->uid != SOCKET_NO_UID)
            table->processes[i]->user = user_of(table, i);
}

bool socket_table_read(const int *ports, size_t count, socket_table *table, dk_error *error) {
    socket_wanted wanted = {0};
    *table = (socket_table)SOCKET_TABLE_INIT;
    want(ports, count, &wanted);
    if (!socket_system_read(&wanted, table, error)) {
        socket_table_release(table);
        return false;
    }
    name_users(table);
    if (table->count)
        qsort(table->listeners, table->count, sizeof *table->listeners, compare);
    unite(table);
    return true;
}

/* The table of listeners: filling it, finding a port in it. */
#include "socket_internal.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>

bool socket_wants(const socket_wanted *wanted, int port) {
    return wanted->all || (port >= 0 && port < 65536 && (wanted->bits[port / 64] >> (port % 64) & 1));
}

static void *grow(void *items, size_t count, size_t *capacity, size_t size) {
    if (count < *capacity)
        return items;
    *capacity = *capacity ? *capacity * 2 : 16;
    return dk_realloc_array(items, *capacity, size);
}

socket_listener *socket_table_add(socket_table *table) {
    table->listeners = grow(table->listeners, table->count, &table->capacity[0], sizeof *table->listeners);
    socket_listener *listener = &table->listeners[table->count++];
    memset(listener, 0, sizeof *listener);
    listener->uid = SOCKET_NO_UID;
    return listener;
}

socket_process *socket_table_process(socket_table *table, pid_t pid, bool *added) {
    /* Sockets of a process come one after the other. */
    for (size_t i = table->process_count; i-- > 0;)
        if (table->processes[i]->pid == pid) {
            *added = false;
            return table->processes[i];
        }
    table->processes =
        grow(table->processes, table->process_count, &table->capacity[1], sizeof(socket_process *));
    socket_process *process = dk_alloc(sizeof *process);
    *process = (socket_process){.pid = pid, .uid = SOCKET_NO_UID};
    table->processes[table->process_count++] = process;
    *added = true;
    return process;
}

char *socket_user_name(uid_t uid) {
    char space[4096];
    struct passwd entry, *found = NULL;
    if (getpwuid_r(uid, &entry, space, sizeof space, &found) == 0 && found)
        return dk_strdup(found->pw_name);
    return dk_format("%lu", (unsigned long)uid);
}

size_t socket_table_find(const socket_table *table, int port, size_t *first) {
    size_t low = 0, high = table->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (table->listeners[middle].port < port)
            low = middle + 1;
        else
            high = middle;
    }
    *first = low;
    for (high = low; high < table->count && table->listeners[high].port == port;)
        high++;
    return high - low;
}

const socket_listener *socket_table_holder(const socket_table *table, int port) {
    size_t first = 0, count = socket_table_find(table, port, &first);
    for (size_t i = first; i < first + count; i++)
        if (socket_listener_serves(&table->listeners[i], "localhost"))
            return &table->listeners[i];
    return count ? &table->listeners[first] : NULL;
}

void socket_table_release(socket_table *table) {
    for (size_t i = 0; i < table->process_count; i++) {
        free(table->processes[i]->program);
        free(table->processes[i]->user);
        free(table->processes[i]->folder);
        free(table->processes[i]);
    }
    free(table->processes);
    free(table->listeners);
    *table = (socket_table)SOCKET_TABLE_INIT;
}

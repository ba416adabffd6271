/* A row is a port and one who holds it: a server that listens at two addresses is one row, two servers that
 * share a port (one for IPv4, one for IPv6) are two. */
#include "ports.h"

#include <stdlib.h>
#include <string.h>

static ports_row *add_row(ports_rows *rows, int port, const ports_need *need) {
    if ((rows->count & (rows->count - 1)) == 0)
        rows->items = dk_realloc_array(rows->items, rows->count ? rows->count * 2 : 1, sizeof *rows->items);
    ports_row *row = &rows->items[rows->count++];
    *row = (ports_row){.port = port, .need = need, .agrees = true};
    return row;
}

static bool same_holder(const socket_listener *left, const socket_listener *right) {
    return left->holder == right->holder && (left->holder || left->uid == right->uid);
}

static void add_address(ports_row *row, const socket_listener *listener) {
    char text[INET6_ADDRSTRLEN];
    socket_address_text(listener, text);
    if (!dk_strv_contains(&row->addresses, text))
        dk_strv_add(&row->addresses, text);
}

/* Rows of one port begin at rows->items[from]. */
static void add_listener(ports_rows *rows, size_t from, const ports_need *need,
                         const socket_listener *listener) {
    ports_row *row = NULL;
    for (size_t i = from; !row && i < rows->count; i++)
        if (same_holder(rows->items[i].listener, listener))
            row = &rows->items[i];
    if (!row) {
        row = add_row(rows, listener->port, need);
        row->listener = listener;
    }
    add_address(row, listener);
}

static void add_need(const ports_need *need, const socket_table *table, ports_rows *rows) {
    size_t first = 0, from = rows->count;
    size_t count = need->remote ? 0 : socket_table_find(table, need->port, &first);
    for (size_t i = 0; i < count; i++)
        add_listener(rows, from, need, &table->listeners[first + i]);
    if (!count)
        add_row(rows, need->port, need);
}

static bool is_needed(const ports_needs *needs, int port) {
    for (size_t i = 0; i < needs->count; i++)
        if (needs->items[i].port == port && !needs->items[i].remote)
            return true;
    return false;
}

static void add_others(const ports_needs *needs, const socket_table *table, ports_rows *rows) {
    size_t from = rows->count;
    int last = 0;
    for (size_t i = 0; i < table->count; i++) {
        if (is_needed(needs, table->listeners[i].port))
            continue;
        if (table->listeners[i].port != last)
            from = rows->count;
        last = table->listeners[i].port;
        add_listener(rows, from, NULL, &table->listeners[i]);
    }
}

static void name_containers(dk_context *context, ports_rows *rows) {
    DK_AUTO_JSON json_t *cache = NULL;
    for (size_t i = 0; i < rows->count; i++) {
        ports_row *row = &rows->items[i];
        if (row->listener && socket_may_be_container(row->listener->holder))
            row->container = socket_container_of(context, &cache, row->port);
    }
}

void ports_rows_make(dk_context *context, const ports_needs *needs, const socket_table *table, bool all,
                     ports_rows *rows) {
    for (size_t i = 0; i < needs->count; i++)
        add_need(&needs->items[i], table, rows);
    if (all)
        add_others(needs, table, rows);
    name_containers(context, rows);
}

void ports_row_disagree(ports_row *row, char *problem, char *hint) {
    row->agrees = false;
    if (row->problem) {
        free(problem);
        free(hint);
        return;
    }
    row->problem = problem;
    row->hint = hint;
}

const char *ports_row_state(const ports_row *row) {
    if (row->need && row->need->remote)
        return "remote";
    return row->listener ? "listening" : "free";
}

void ports_rows_release(ports_rows *rows) {
    for (size_t i = 0; i < rows->count; i++) {
        dk_strv_release(&rows->items[i].addresses);
        json_decref(rows->items[i].container);
        free(rows->items[i].problem);
        free(rows->items[i].hint);
    }
    free(rows->items);
    *rows = (ports_rows)PORTS_ROWS_INIT;
}

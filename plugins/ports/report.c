/* The ports, for people and as JSON. */
#include "ports.h"

#include <stdlib.h>
#include <string.h>

static const char *const kind_names[] = {[PORTS_DATABASE] = "database",
                                         [PORTS_CONFIG] = "ports",
                                         [PORTS_COMPOSE] = "compose",
                                         [PORTS_URL] = "url",
                                         [PORTS_VARIABLE] = "variable"};

/* ── JSON ─────────────────────────────────────────────────────────────────────────────────────────────────
 */

static json_t *sources_json(const ports_need *need) {
    json_t *list = json_array();
    for (size_t i = 0; need && i < need->source_count; i++) {
        const ports_source *source = &need->sources[i];
        json_t *entry = json_object();
        dk_json_set_string(entry, "kind", kind_names[source->kind]);
        dk_json_set_string(entry, "name", source->name);
        dk_json_set_string(entry, "origin", source->origin);
        json_array_append_new(list, entry);
    }
    return list;
}

static void set_holder(json_t *entry, const ports_row *row) {
    const socket_process *holder = row->listener ? row->listener->holder : NULL;
    bool known_user = row->listener && row->listener->uid != SOCKET_NO_UID;
    DK_AUTOFREE char *owner = !holder && known_user ? socket_user_name(row->listener->uid) : NULL;
    char started[32];
    if (holder && !row->container) /* of a container the proxy is not what one looks for */
        dk_json_set_int(entry, "pid", holder->pid);
    else
        json_object_set_new(entry, "pid", json_null());
    dk_json_set_string(entry, "program", holder && !row->container ? holder->program : NULL);
    dk_json_set_string(entry, "user", holder ? holder->user : owner);
    if (holder && holder->started_at)
        dk_format_time(holder->started_at, started);
    dk_json_set_string(entry, "started_at", holder && holder->started_at && !row->container ? started : NULL);
    dk_json_set_string(entry, "folder", holder && !row->container ? holder->folder : NULL);
    dk_json_set_string(entry, "container",
                       row->container ? dk_json_string(row->container, "name", NULL) : NULL);
    dk_json_set_string(entry, "service",
                       row->container ? dk_json_string(row->container, "service", NULL) : NULL);
    dk_json_set_bool(entry, "visible", !row->listener || holder || row->container);
}

static json_t *row_json(const ports_row *row) {
    json_t *entry = json_object();
    json_t *addresses = json_array();
    DK_AUTOFREE char *expected = row->need ? ports_need_describe(row->need) : NULL;
    dk_json_set_int(entry, "port", row->port);
    dk_json_set_string(entry, "address", row->addresses.count ? row->addresses.items[0] : NULL);
    for (size_t i = 0; i < row->addresses.count; i++)
        json_array_append_new(addresses, json_string(row->addresses.items[i]));
    json_object_set_new(entry, "addresses", addresses);
    dk_json_set_string(entry, "host", row->need ? row->need->host : NULL);
    dk_json_set_string(entry, "state", ports_row_state(row));
    set_holder(entry, row);
    dk_json_set_string(entry, "expected_by", expected);
    json_object_set_new(entry, "sources", sources_json(row->need));
    dk_json_set_bool(entry, "agrees", row->agrees);
    dk_json_set_string(entry, "problem", row->problem);
    dk_json_set_string(entry, "hint", row->hint);
    return entry;
}

/* ── people ───────────────────────────────────────────────────────────────────────────────────────────────
 */

static char *holder_text(const ports_row *row) {
    dk_buf text = DK_BUF_INIT;
    if (row->listener)
        socket_describe(row->listener, row->container, &text);
    else if (row->need->remote)
        dk_buf_addf(&text, "at %s", row->need->host);
    else
        dk_buf_add(&text, "nobody");
    return dk_buf_detach(&text);
}

static void add_table_row(dk_table *table, const ports_row *row) {
    const socket_process *holder = row->listener ? row->listener->holder : NULL;
    DK_AUTOFREE char *port = dk_format("%d", row->port);
    DK_AUTOFREE char *need = row->need ? ports_need_describe(row->need) : dk_strdup("");
    DK_AUTOFREE char *holder_cell = holder_text(row);
    DK_AUTOFREE char *addresses = dk_strv_join(&row->addresses, ", ");
    char since[32] = "";
    if (holder && holder->started_at && !row->container)
        dk_format_time(holder->started_at, since);
    const char *cells[] = {port, need, holder_cell, addresses, since, row->agrees ? "" : "disagrees"};
    dk_table_row(table, cells);
}

static bool is_new_problem(const ports_rows *rows, size_t index) {
    for (size_t i = 0; i < index; i++)
        if (dk_streq(rows->items[i].problem, rows->items[index].problem))
            return false;
    return rows->items[index].problem != NULL;
}

static void print_problems(dk_context *context, const ports_rows *rows) {
    for (size_t i = 0; i < rows->count; i++) {
        if (!is_new_problem(rows, i))
            continue;
        dk_print(context, "\n%s\n", rows->items[i].problem);
        if (rows->items[i].hint)
            dk_print(context, "  %s\n", rows->items[i].hint);
    }
}

static void print_rows(dk_context *context, const ports_rows *rows) {
    static const char *const headings[] = {"port", "for", "held by", "at", "since", ""};
    if (!rows->count) {
        dk_print(context,
                 "the project names no ports: neither in .env, nor in .devkit.toml or a compose file\n");
        return;
    }
    dk_table *table = dk_table_new(headings, DK_COUNT(headings));
    dk_table_align_right(table, 0);
    for (size_t i = 0; i < rows->count; i++)
        add_table_row(table, &rows->items[i]);
    dk_table_print(table, context);
    dk_table_free(table);
    print_problems(context, rows);
}

void ports_report(dk_context *context, const ports_rows *rows, const socket_table *table) {
    json_t *list = json_array();
    for (size_t i = 0; i < rows->count; i++)
        if (!rows->items[i].agrees)
            dk_set_findings(context);
    if (!dk_is_json(context)) {
        json_decref(list);
        print_rows(context, rows);
        return;
    }
    for (size_t i = 0; i < rows->count; i++)
        json_array_append_new(list, row_json(&rows->items[i]));
    json_object_set_new(dk_result(context), "ports", list);
    dk_json_set_int(dk_result(context), "hidden_processes", (int64_t)table->hidden);
}

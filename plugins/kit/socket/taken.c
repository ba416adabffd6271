/* A taken port, said so that one knows what to do about it. */
#include "socket.h"

#include <string.h>
#include <unistd.h>

static void describe_unseen(const socket_listener *listener, dk_buf *text) {
    if (listener->uid != SOCKET_NO_UID && listener->uid != geteuid() && geteuid() != 0) {
        DK_AUTOFREE char *user = socket_user_name(listener->uid);
        dk_buf_addf(text, "a process of account %s that this account may not look at", user);
    } else {
        dk_buf_add(text, "a program that can't be seen from here");
    }
}

void socket_describe(const socket_listener *listener, const json_t *container, dk_buf *text) {
    const socket_process *holder = listener->holder;
    const char *name = container ? dk_json_string(container, "name", NULL) : NULL;
    const char *service = container ? dk_json_string(container, "service", NULL) : NULL;
    if (name) {
        dk_buf_addf(text, "the container %s", name);
        if (service)
            dk_buf_addf(text, " (service %s)", service);
        return;
    }
    if (!holder) {
        describe_unseen(listener, text);
        return;
    }
    dk_buf_addf(text, "%s (pid %ld", holder->program ? holder->program : "another program",
                (long)holder->pid);
    if (holder->user)
        dk_buf_addf(text, ", account %s", holder->user);
    dk_buf_add_char(text, ')');
}

static void add_addresses(const socket_table *table, const socket_listener *holder, dk_buf *text) {
    size_t first = 0, count = socket_table_find(table, holder->port, &first);
    const char *between = "it listens at";
    for (size_t i = first; i < first + count; i++) {
        char address[INET6_ADDRSTRLEN];
        if (table->listeners[i].holder != holder->holder)
            continue;
        socket_address_text(&table->listeners[i], address);
        dk_buf_addf(text, "%s %s", between, address);
        between = ",";
    }
}

/* Its folder, its start and its addresses: what tells one server from another. */
static void add_detail(const socket_table *table, const socket_listener *listener, const json_t *container,
                       dk_error *error) {
    const socket_process *holder = container ? NULL : listener->holder;
    const char *folder = container ? dk_json_string(container, "folder", NULL) : NULL;
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    if (folder)
        dk_buf_addf(&text, "its project is %s\n", folder);
    if (holder && holder->folder && strcmp(holder->folder, "/") != 0)
        dk_buf_addf(&text, "it works in %s\n", holder->folder);
    if (holder && holder->started_at) {
        char when[32];
        dk_format_time(holder->started_at, when);
        dk_buf_addf(&text, "it was started at %s\n", when);
    }
    add_addresses(table, listener, &text);
    dk_error_detail(error, "%s", dk_buf_text(&text));
}

static void add_hint(int port, const socket_listener *listener, const json_t *container, const char *variable,
                     dk_error *error) {
    const char *where = variable ? variable : "the URL";
    const char *name = container ? dk_json_string(container, "name", NULL) : NULL;
    const char *program = listener->holder ? listener->holder->program : NULL;
    if (name)
        dk_error_hint(
            error,
            "stop it (docker stop %s), or change the port in %s: `devkit up --port auto` takes a free "
            "one",
            name, where);
    else if (program && dk_starts_with(program, "postgres"))
        dk_error_hint(error,
                      "change the port in %s: `devkit up --port auto` takes a free one; or use that server: "
                      "[database] server = \"external\" in .devkit.toml",
                      where);
    else if (listener->holder)
        dk_error_hint(error,
                      "change the port in %s: `devkit up --port auto` takes a free one; or end it: `devkit "
                      "ports --kill %d`",
                      where, port);
    else
        dk_error_hint(error, "change the port in %s: `devkit up --port auto` takes a free one", where);
}

bool socket_fail_taken(dk_context *context, int port, const char *variable, dk_error *error) {
    SOCKET_AUTO_TABLE socket_table table = SOCKET_TABLE_INIT;
    DK_AUTO_JSON json_t *cache = NULL;
    DK_AUTO_JSON json_t *container = NULL;
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    socket_listener unseen = {.uid = SOCKET_NO_UID};
    const socket_listener *listener =
        socket_table_read(&port, 1, &table, NULL) ? socket_table_holder(&table, port) : NULL;
    if (listener && socket_may_be_container(listener->holder))
        container = socket_container_of(context, &cache, port);
    socket_describe(listener ? listener : &unseen, container, &text);
    dk_fail(error, DK_ERROR_FAILED, "port-taken", "port %d is taken by %s", port, dk_buf_text(&text));
    if (listener)
        add_detail(&table, listener, container, error);
    add_hint(port, listener ? listener : &unseen, container, variable, error);
    return false;
}

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

/* Its folder, its start and its addresses: what tells one server from another. */
static void add_detail(const socket_table *table, size_t first, size_t count, const json_t *container,
                       dk_error *error) {
    const socket_process *holder = table->listeners[first].holder;
    const char *folder = container ? dk_json_string(container, "folder", NULL) : NULL;
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    if (!container && holder && holder->folder && strcmp(holder->folder, "/") != 0)
        folder = holder->folder;
    if (folder)
        dk_buf_addf(&text, container ? "its project is %s\n" : "it works in %s\n", folder);
    if (!container && holder && holder->started_at) {
        char when[32];
        dk_format_time(holder->started_at, when);
        dk_buf_addf(&text, "it was started at %s\n", when);
    }
    dk_buf_add(&text, "it listens at");
    for (size_t i = 0; i < count; i++) {
        char address[INET6_ADDRSTRLEN];
        socket_address_text(&table->listeners[first + i], address);
        dk_buf_addf(&text, "%s %s", i ? "," : "", address);
    }
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
    size_t first = 0;
    size_t count = socket_table_read(&port, 1, &table, NULL) ? socket_table_find(&table, port, &first) : 0;
    const socket_listener *listener = count ? &table.listeners[first] : &unseen;
    if (count && socket_may_be_container(listener->holder))
        container = socket_container_of(context, &cache, port);
    socket_describe(listener, container, &text);
    dk_fail(error, DK_ERROR_FAILED, "port-taken", "port %d is taken by %s", port, dk_buf_text(&text));
    if (count)
        add_detail(&table, first, count, container, error);
    add_hint(port, listener, container, variable, error);
    return false;
}

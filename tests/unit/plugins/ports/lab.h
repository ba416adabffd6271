/* A project whose server and container engine do as the test says, and real listeners. */
#ifndef TESTS_PORTS_LAB_H
#define TESTS_PORTS_LAB_H

#include "../kit/socket/engine.h"
#include "../one_server.h"

#include <ports/ports.h>

#include "ui/ui.h"

static struct {
    dk_server_state state;
    bool owned;
    int64_t pid;
    const char *problem;
    const char *url; /* what it made up */
    int asked;
} lab_server;

static bool lab_status(dk_context *context, dk_server_status *status, dk_error *error) {
    (void)error;
    lab_server.asked++;
    status->state = lab_server.state;
    status->owned = lab_server.owned;
    status->pid = lab_server.pid;
    status->problem = dk_strdup(lab_server.problem);
    one_url(context, lab_server.url);
    return true;
}

static const dk_server_interface lab_interface = {
    .head = DK_INTERFACE("server", "compose", DK_SERVER_VERSION, dk_server_interface),
    .detect = one_detect,
    .status = lab_status};
static const dk_interface *const lab_interfaces[] = {&lab_interface.head};
ONE_PLUGIN(lab_plugin, lab_interfaces);

/* `env` may be NULL. */
static inline dk_context *lab_open(const char *config, const char *env) {
    static const dk_plugin *const plugins[] = {&lab_plugin, &engine_plugin};
    memset(&lab_server, 0, sizeof lab_server);
    memset(&engine, 0, sizeof engine);
    lab_server.owned = true;
    lab_server.state = DK_SERVER_STOPPED;
    unsetenv("PGPORT");
    unsetenv("PORT");
    return one_project(plugins, DK_COUNT(plugins), config, env);
}

/* A child that works in a folder and listens at *port of 127.0.0.1 (0: a free one, which it sets). */
typedef struct lab_child {
    const char *folder;
    bool stubborn; /* does not end when asked */
    int port, fd;
} lab_child;

static inline bool lab_begin(void *data) {
    const lab_child *child = data;
    if (child->stubborn)
        signal(SIGTERM, SIG_IGN);
    return !child->folder || chdir(child->folder) == 0;
}

/* The socket is made here, so that its port is known; only the child keeps it. */
static inline pid_t lab_listen(lab_child *child) {
    child->fd = listen_at("127.0.0.1", &child->port, false);
    assert_true(child->fd >= 0);
    pid_t pid = listen_child(lab_begin, child);
    close(child->fd);
    return pid;
}

static inline void lab_must_say(const char *text, const char *part) {
    if (!text || !strstr(text, part))
        fail_msg("\"%s\" is missing in: %s", part, text ? text : "(nothing)");
}

/* A need with one source. */
static inline void lab_need(ports_needs *needs, int port, ports_kind kind, const char *name,
                            const char *scheme) {
    const ports_source source = {
        .kind = kind, .name = (char *)name, .origin = (char *)".env:1", .scheme = (char *)scheme};
    ports_needs_add(needs, port, NULL, &source);
}

#endif

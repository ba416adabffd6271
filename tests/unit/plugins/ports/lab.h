/* A project whose server and container engine do as the test says, and real listeners. */
#ifndef TESTS_PORTS_LAB_H
#define TESTS_PORTS_LAB_H

#include "../kit/socket/engine.h"

#include <ports/ports.h>
#include <stdio.h>

#include "ui/ui.h"

static struct {
    dk_server_state state;
    bool owned;
    int64_t pid;
    const char *problem;
    const char *url; /* what it made up */
    int asked;
} lab_server;

static bool lab_detect(dk_context *context, int *score, dk_buf *why, dk_error *error) {
    (void)context, (void)error;
    *score = 100;
    dk_buf_add(why, "the test says so");
    return true;
}

static bool lab_status(dk_context *context, dk_server_status *status, dk_error *error) {
    (void)error;
    lab_server.asked++;
    status->state = lab_server.state;
    status->owned = lab_server.owned;
    status->pid = lab_server.pid;
    status->problem = dk_strdup(lab_server.problem);
    if (lab_server.url) {
        DK_AUTO_URL dk_url url = DK_URL_INIT;
        assert_true(dk_url_parse(lab_server.url, &url, NULL));
        dk_database_set(context, &url);
    }
    return true;
}

static const dk_server_interface lab_interface = {
    .head = DK_INTERFACE("server", "compose", DK_SERVER_VERSION, dk_server_interface),
    .detect = lab_detect,
    .status = lab_status};
static const dk_interface *const lab_interfaces[] = {&lab_interface.head};
static const dk_plugin lab_plugin = {DK_PLUGIN_HEAD,
                                     .name = "lab",
                                     .version = "1",
                                     .summary = "A server for tests",
                                     .interfaces = lab_interfaces,
                                     .interface_count = DK_COUNT(lab_interfaces)};

/* `env` may be NULL. */
static inline dk_context *lab_open(const char *config, const char *env) {
    static const dk_plugin *const plugins[] = {&lab_plugin, &engine_plugin};
    memset(&lab_server, 0, sizeof lab_server);
    memset(&engine, 0, sizeof engine);
    lab_server.owned = true;
    lab_server.state = DK_SERVER_STOPPED;
    unsetenv("DATABASE_URL");
    unsetenv("PGPORT");
    unsetenv("PORT");
    dk_context *context = fake_context(plugins, 2, config);
    if (env) {
        DK_AUTOFREE char *path = dk_path_join(context->root, ".env");
        assert_true(dk_file_write(path, env, strlen(env), 0600, NULL));
    }
    return context;
}

static inline void lab_write(dk_context *context, const char *name, const char *text) {
    DK_AUTOFREE char *path = dk_path_join(context->root, name);
    assert_true(dk_file_write(path, text, strlen(text), 0644, NULL));
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

/* What `run(context, values)` prints; caller frees. */
static inline char *lab_output(bool (*run)(dk_context *, const void *, dk_error *), dk_context *context,
                               const void *values, bool *outcome, dk_error *error) {
    fflush(stdout);
    int saved = dup(STDOUT_FILENO);
    FILE *file = tmpfile();
    assert_non_null(file);
    dup2(fileno(file), STDOUT_FILENO);
    *outcome = run(context, values, error);
    fflush(stdout);
    dup2(saved, STDOUT_FILENO);
    close(saved);
    char text[8192];
    rewind(file);
    size_t length = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    return dk_strndup(text, length);
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

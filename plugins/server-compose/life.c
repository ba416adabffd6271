/* Starting and stopping the service, its logs, and what devkit does not do to it. */
#include "service.h"

#include <string.h>

#define POLL_MS 50
#define LOOK_EVERY 10 /* attempts between two looks at the container */
#define MIN_ATTEMPT_MS 500

/* ── up ── */
static bool fail_paused(const compose_container *container, dk_error *error) {
    dk_fail(error, DK_ERROR_FAILED, "container-paused", "the container %s is paused", container->name);
    return dk_error_hint(error, "docker unpause %s", container->name);
}

/* One that exists is started as it is: the engine can do that without compose, and nothing is made anew. */
static bool start(const compose_server *server, const compose_container *container, dk_error *error) {
    if (!container->id)
        return compose_program_up(server, error);
    if (dk_streq(container->state, "paused"))
        return fail_paused(container, error);
    const dk_containers_interface *engine = compose_engine(server->context, error);
    return engine && engine->start(server->context, container->id, error);
}

static bool fail_ended(const compose_server *server, const compose_container *container, dk_error *error) {
    if (!container->id) {
        DK_AUTOFREE char *command = compose_program_text(server, "ps", NULL);
        dk_fail(error, DK_ERROR_FAILED, "container-ended", "the container of service \"%s\" is gone",
                server->service->name);
        return dk_error_hint(error, "`%s` shows what there is", command);
    }
    dk_fail(error, DK_ERROR_FAILED, "container-ended",
            "the container %s of service \"%s\" does not stay up: it is %s", container->name,
            server->service->name, container->state);
    return dk_error_hint(error, "`devkit logs` shows why");
}

static bool may_pass(const dk_error *why) {
    static const char *const codes[] = {"not-listening",   "not-answering",        "server-starting",
                                        "connection-lost", "too-many-connections", "connection-failed",
                                        "not-running"};
    for (size_t i = 0; i < DK_COUNT(codes); i++)
        if (dk_error_is(why, codes[i]))
            return true;
    return false;
}

static bool look_again(const compose_server *server, compose_container *container, dk_error *error) {
    compose_container_release(container);
    if (!compose_container_find(server, server->service->name, container, error))
        return false;
    return compose_container_runs(container) || dk_streq(container->state, "created") ||
           fail_ended(server, container, error);
}

static bool fail_mismatch(const compose_server *server, const compose_container *container, dk_error *error) {
    DK_AUTOFREE char *hint = NULL;
    DK_AUTOFREE char *problem = compose_server_mismatch(server, container, &hint);
    if (!problem)
        return false;
    dk_fail(error, DK_ERROR_FAILED, "port-mismatch", "%s", problem);
    dk_error_hint(error, "%s", hint);
    return true;
}

/* One attempt does not outlast the deadline by much. */
static int patience(int64_t deadline) {
    int64_t left = deadline - dk_now_ms();
    return left < MIN_ATTEMPT_MS              ? MIN_ATTEMPT_MS
           : left < COMPOSE_SERVER_TIMEOUT_MS ? (int)left
                                              : COMPOSE_SERVER_TIMEOUT_MS;
}

static bool wait_until_ready(const compose_server *server, compose_container *container, int64_t deadline,
                             int *version, dk_error *error) {
    for (int attempt = 0;; attempt++) {
        DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
        if (attempt % LOOK_EVERY == 0 && !look_again(server, container, error))
            return false;
        if (fail_mismatch(server, container, error))
            return false;
        if (compose_server_ready(server, container, patience(deadline), version, &why))
            return true;
        if (dk_interrupted())
            return dk_fail_interrupted(error);
        if (!may_pass(&why) || dk_now_ms() >= deadline) {
            dk_error_move(error, &why);
            return false;
        }
        dk_sleep_ms(POLL_MS);
    }
}

/* Without an engine that can be asked there is nothing to start; what answers already is good enough. */
static bool up_without_engine(const compose_server *server, const compose_container *none, dk_error *engine,
                              int *version, dk_error *error) {
    if (!dk_error_is(engine, "interrupted") && compose_server_ready(server, none, PG_LOOK_MS, version, NULL))
        return true;
    dk_error_move(error, engine);
    return false;
}

bool compose_server_up(dk_context *context, int64_t timeout_ms, dk_server_status *status, bool *changed,
                       dk_error *error) {
    COMPOSE_SERVER_AUTO compose_server server;
    COMPOSE_CONTAINER_AUTO compose_container container = {0};
    DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
    int version = 0;
    *changed = false;
    if (!compose_server_open(context, &server, error))
        return false;
    if (!compose_container_find(&server, server.service->name, &container, &why)) {
        if (!up_without_engine(&server, &container, &why, &version, error))
            return false;
    } else {
        *changed = !compose_container_runs(&container);
        if (*changed && !start(&server, &container, error))
            return false;
        if (!wait_until_ready(&server, &container, dk_now_ms() + timeout_ms, &version, error))
            return false;
    }
    compose_server_fill(&server, &container, status);
    status->version = dk_format("%d.%d", version / 10000, version % 10000);
    status->state = DK_SERVER_READY;
    return true;
}

/* ── down ── */
bool compose_server_down(dk_context *context, bool *changed, dk_error *error) {
    COMPOSE_SERVER_AUTO compose_server server;
    COMPOSE_CONTAINER_AUTO compose_container container = {0};
    *changed = false;
    if (!compose_server_open(context, &server, error) ||
        !compose_container_find(&server, server.service->name, &container, error))
        return false;
    bool stands = !container.id || dk_streq(container.state, "exited") ||
                  dk_streq(container.state, "created") || dk_streq(container.state, "dead");
    if (stands)
        return true;
    const dk_containers_interface *engine = compose_engine(context, error);
    *changed = engine && engine->stop(context, container.id, error);
    return *changed;
}

bool compose_server_destroy(dk_context *context, dk_error *error) {
    COMPOSE_SERVER_AUTO compose_server server;
    if (!compose_server_open(context, &server, error))
        return false;
    DK_AUTOFREE char *command = compose_program_text(&server, "rm --stop -v", server.service->name);
    DK_AUTOFREE char *all = compose_program_text(&server, "down --volumes", NULL);
    dk_fail(error, DK_ERROR_REFUSED, "not-owned", "service \"%s\" belongs to %s, not to devkit",
            server.service->name, server.shown);
    return dk_error_hint(error, "remove it yourself: `%s`; `%s` takes the named volumes of all services, too",
                         command, all);
}

/* ── logs ── */
static bool show_logs(const compose_server *server, const char *service, bool follow, int64_t lines,
                      dk_error *error) {
    COMPOSE_CONTAINER_AUTO compose_container container = {0};
    if (!compose_container_find(server, service, &container, error))
        return false;
    if (!container.id) {
        dk_fail(error, DK_ERROR_FAILED, "no-log", "service \"%s\" has no container, so there is no log",
                service);
        DK_AUTOFREE char *command = compose_program_text(server, "up -d", service);
        return dk_error_hint(error, "`%s` makes one", command);
    }
    const dk_containers_interface *engine = compose_engine(server->context, error);
    return engine && engine->logs(server->context, container.id, follow, lines, error);
}

bool compose_server_logs(dk_context *context, bool follow, int64_t lines, dk_error *error) {
    COMPOSE_SERVER_AUTO compose_server server;
    return compose_server_open(context, &server, error) &&
           show_logs(&server, server.service->name, follow, lines, error);
}

bool compose_server_service_logs(dk_context *context, const char *service, bool follow, int64_t lines,
                                 dk_error *error) {
    COMPOSE_SERVER_AUTO compose_server server;
    if (!compose_server_open(context, &server, error))
        return false;
    if (compose_service_find(&server.project, service))
        return show_logs(&server, service, follow, lines, error);
    DK_AUTO_STRV dk_strv names = DK_STRV_INIT;
    for (size_t i = 0; i < server.project.service_count; i++)
        dk_strv_add(&names, server.project.services[i].name);
    DK_AUTOFREE char *joined = dk_strv_join(&names, ", ");
    const char *nearest = dk_nearest(service, (const char *const *)names.items, names.count);
    dk_fail(error, DK_ERROR_USAGE, "no-such-service", "%s has no service \"%s\"", server.shown, service);
    return dk_error_hint(error, "%s%s%sthere are: %s", nearest ? "did you mean " : "", nearest ? nearest : "",
                         nearest ? "? " : "", joined);
}

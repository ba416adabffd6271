/* What the service is doing. */
#include "service.h"

#include <stdlib.h>
#include <string.h>

static const char *text_at(const json_t *object, const char *outer, const char *inner) {
    return dk_json_string(json_object_get(object, outer), inner, NULL);
}

static json_t *details_of(const compose_server *server, const compose_container *container) {
    json_t *details = json_object();
    dk_json_set_string(details, "file", server->shown);
    dk_json_set_string(details, "project", server->project.name);
    dk_json_set_string(details, "service", server->service->name);
    dk_json_set_string(details, "image", container->image ? container->image : server->service->image);
    dk_json_set_string(details, "container", container->name);
    dk_json_set_string(details, "container_state", container->state);
    DK_AUTOFREE char *remove = compose_program_text(server, "rm --stop -v", server->service->name);
    dk_json_set_string(details, "remove", remove);
    return details;
}

void compose_server_fill(const compose_server *server, const compose_container *container,
                         dk_server_status *status) {
    DK_AUTOFREE char *host = NULL;
    int port = 0;
    const dk_url *url = server->database->url;
    status->provider = dk_strdup("compose");
    if (compose_server_address(server, container, &host, &port, NULL)) {
        status->host = dk_strdup(host);
        status->port = port;
    } else if (url) {
        status->host = dk_strdup(dk_url_host_name(url));
        status->port = dk_url_port(url);
    }
    status->database = dk_strdup(url ? url->database : NULL);
    status->role = dk_strdup(url ? url->user : NULL);
    status->details = details_of(server, container);
}

/* Health, exit status and restarts are the engine's to tell. */
static void add_inspected(const compose_server *server, const compose_container *container,
                          dk_server_status *status) {
    const dk_containers_interface *engine = compose_engine(server->context, NULL);
    DK_AUTO_JSON json_t *seen = engine ? engine->inspect(server->context, container->id, NULL) : NULL;
    const json_t *state = json_object_get(seen, "State");
    if (!state)
        return;
    dk_json_set_string(status->details, "health", text_at(state, "Health", "Status"));
    dk_json_set_string(status->details, "started_at", dk_json_string(state, "StartedAt", NULL));
    dk_json_set_int(status->details, "restarts", dk_json_int(seen, "RestartCount", 0));
    dk_json_set_int(status->details, "exit_code", dk_json_int(state, "ExitCode", 0));
    if (compose_container_runs(container))
        status->pid = dk_json_int(state, "Pid", 0);
}

static void set_problem(dk_server_status *status, const dk_error *why) {
    status->problem = why->detail ? dk_format("%s: %s", why->message, why->detail) : dk_strdup(why->message);
    status->hint = dk_strdup(why->hint);
}

/* Codes that a server which is still starting gives; docker's proxy takes a connection before anybody is
 * there. */
static bool is_starting(const dk_error *why) {
    static const char *const codes[] = {"not-listening", "server-starting", "connection-failed",
                                        "connection-lost"};
    for (size_t i = 0; i < DK_COUNT(codes); i++)
        if (dk_error_is(why, codes[i]))
            return true;
    return false;
}

static bool look_inside(const compose_server *server, const compose_container *container,
                        dk_server_status *status, dk_error *error) {
    DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
    status->problem = compose_server_mismatch(server, container, &status->hint);
    PG_AUTO_CONNECTION pg_connection *connection =
        status->problem ? NULL : compose_server_connect(server, container, PG_LOOK_MS, &why);
    if (connection) {
        int version = pg_server_version(connection);
        status->version = dk_format("%d.%d", version / 10000, version % 10000);
        status->state = DK_SERVER_READY;
        return true;
    }
    if (dk_error_is(&why, "interrupted")) {
        dk_error_move(error, &why);
        return false;
    }
    status->state = status->problem || !is_starting(&why) ? DK_SERVER_UNHEALTHY : DK_SERVER_STARTING;
    if (!status->problem)
        set_problem(status, &why);
    return true;
}

/* The engine can't be asked (no rights, a development container): the address still can. */
static bool without_engine(const compose_server *server, const compose_container *container, dk_error *engine,
                           dk_server_status *status, dk_error *error) {
    if (dk_error_is(engine, "interrupted")) {
        dk_error_move(error, engine);
        return false;
    }
    dk_json_set_string(status->details, "engine", engine->message);
    if (!look_inside(server, container, status, error))
        return false;
    if (status->state == DK_SERVER_READY)
        return true;
    free(status->problem);
    free(status->hint);
    status->state = DK_SERVER_STOPPED;
    set_problem(status, engine);
    return true;
}

/* Not running, and why. */
static void look_outside(const compose_container *container, dk_server_status *status) {
    status->state = DK_SERVER_STOPPED;
    int64_t exit_code = dk_json_int(status->details, "exit_code", 0);
    if (dk_streq(container->state, "restarting")) {
        status->state = DK_SERVER_UNHEALTHY;
        status->problem = dk_format("the container %s starts and ends again and again", container->name);
        status->hint = dk_strdup("`devkit logs` shows why");
    } else if (dk_streq(container->state, "paused")) {
        status->state = DK_SERVER_UNHEALTHY;
        status->problem = dk_format("the container %s is paused", container->name);
        status->hint = dk_format("docker unpause %s", container->name);
    } else if (exit_code != 0 && exit_code != 137 && exit_code != 143) {
        status->problem =
            dk_format("the container %s ended with exit status %d", container->name, (int)exit_code);
        status->hint = dk_strdup("`devkit logs` shows why; `devkit up` starts it again");
    }
}

bool compose_server_status(dk_context *context, dk_server_status *status, dk_error *error) {
    COMPOSE_SERVER_AUTO compose_server server;
    COMPOSE_CONTAINER_AUTO compose_container container = {0};
    DK_AUTO_URL dk_url url = DK_URL_INIT;
    DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
    if (!compose_server_open(context, &server, error))
        return false;
    bool asked = compose_container_find(&server, server.service->name, &container, &why);
    compose_server_url(&server, &container, &url, NULL);
    compose_server_fill(&server, &container, status);
    if (!asked)
        return without_engine(&server, &container, &why, status, error);
    if (!container.id) {
        status->state = DK_SERVER_ABSENT;
        status->problem = dk_strdup(server.service->problem);
        return true;
    }
    add_inspected(&server, &container, status);
    if (compose_container_runs(&container))
        return look_inside(&server, &container, status, error);
    look_outside(&container, status);
    return true;
}

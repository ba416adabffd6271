/* The service, as the compose file describes it. */
#include "service.h"

#include <stdlib.h>

static bool fail_missing(const compose_server *server, dk_error *error) {
    const char *root = dk_project_root(server->context, NULL);
    dk_fail(error, DK_ERROR_USAGE, "compose-missing", "there is no compose file in %s", root ? root : ".");
    return dk_error_hint(error,
                         "name it in .devkit.toml: [server.compose] file = \"…\"; or choose another server: "
                         "[database] server = \"auto\"");
}

bool compose_server_open(dk_context *context, compose_server *server, dk_error *error) {
    *server = (compose_server){.context = context, .config = dk_config_get(context, error)};
    server->database = server->config ? dk_database_get(context, error) : NULL;
    if (!server->database || !compose_open(context, &server->project, error))
        return false;
    if (server->project.files.count == 0)
        return fail_missing(server, error);
    const dk_url *url = server->database->url;
    server->shown = dk_path_relative(dk_project_root(context, NULL), server->project.files.items[0]);
    server->service = compose_database(&server->project, server->config->server_compose.service,
                                       url ? dk_url_host_name(url) : NULL, url ? dk_url_port(url) : 0, error);
    if (!server->service)
        return false;
    dk_secret_allow(server->service->name);
    if (server->service->image)
        dk_secret_allow(server->service->image);
    return true;
}

void compose_server_close(compose_server *server) {
    compose_project_release(&server->project);
    free(server->shown);
    *server = (compose_server){0};
}

bool compose_server_is_name(const compose_server *server, const char *host) {
    return host && (dk_streq(host, server->service->name) || dk_streq(host, server->service->container_name));
}

int compose_server_inner_port(const compose_server *server) {
    const dk_url *url = server->database->url;
    const char *given = compose_environment(server->service, "PGPORT");
    int64_t port = 0;
    if (url && compose_server_is_name(server, dk_url_host_name(url)))
        return dk_url_port(url);
    return given && dk_parse_int64(given, &port) && port > 0 && port <= 65535 ? (int)port
                                                                              : COMPOSE_POSTGRES_PORT;
}

/* Where the service is reached from this machine, and whether that is what the URL says. */
#include "service.h"

#include <stdlib.h>
#include <string.h>

/* Published ports are on the machine of the engine, which is nearly always this one. */
static char *engine_host(void) {
    const char *given = getenv("DOCKER_HOST");
    const char *start =
        given && (dk_starts_with(given, "tcp://") || dk_starts_with(given, "ssh://")) ? given + 6 : NULL;
    const char *at = start ? strrchr(start, '@') : NULL;
    if (at)
        start = at + 1;
    size_t length = start ? strcspn(start, ":/") : 0;
    return length ? dk_strndup(start, length) : NULL;
}

static char *host_of(const char *address) {
    char *engine = engine_host();
    if (engine)
        return engine;
    if (!address || strcmp(address, "0.0.0.0") == 0 || strcmp(address, "::") == 0)
        return dk_strdup("127.0.0.1");
    return dk_strdup(address);
}

static bool fail_unpublished(const compose_server *server, int inner, dk_error *error) {
    const compose_service *service = server->service;
    DK_AUTOFREE char *file = dk_path_relative(dk_project_root(server->context, NULL), service->file);
    DK_AUTOFREE char *command = compose_program_text(server, "up -d");
    dk_fail(error, DK_ERROR_FAILED, "not-published",
            "the service \"%s\" publishes no port, so it is reached by other containers only", service->name);
    dk_error_detail(error, "%s:%d has no entry of \"ports\" for port %d", file, service->line, inner);
    return dk_error_hint(error, "add to it: ports: [\"127.0.0.1:%d:%d\"], then `%s`", inner, inner, command);
}

bool compose_server_address(const compose_server *server, const compose_container *container, char **host,
                            int *port, dk_error *error) {
    int inner = compose_server_inner_port(server);
    if (container->port) {
        *host = host_of(container->address);
        *port = container->port;
        return true;
    }
    const compose_port *entry = compose_published(server->service, inner, port);
    *host = host_of(entry ? entry->address : NULL);
    if (!entry || compose_container_runs(container)) {
        *port = inner;
        return fail_unpublished(server, inner, error);
    }
    if (*port)
        return true;
    dk_fail(error, DK_ERROR_FAILED, "not-running",
            "the port of service \"%s\" is known only while its container runs", server->service->name);
    return dk_error_hint(error, "start it with `devkit up`");
}

/* ── the URL ── */
/* What the application would have to have in .env. */
static bool make_url(const compose_server *server, const compose_container *container, dk_error *error) {
    compose_credentials credentials;
    DK_AUTOFREE char *host = NULL;
    DK_AUTO_URL dk_url url = DK_URL_INIT;
    int port = 0;
    if (!compose_server_address(server, container, &host, &port, error))
        return false;
    compose_server_credentials(server->service, &credentials);
    if (!dk_url_parse("postgresql://localhost", &url, error))
        return false;
    dk_url_set_host(&url, host, port);
    dk_url_set_database(&url, credentials.database);
    free(url.user);
    url.user = dk_strdup(credentials.user);
    free(url.password);
    url.password = dk_strdup(credentials.password);
    dk_secret_allow(credentials.user);
    dk_secret_allow(credentials.database);
    if (credentials.password)
        dk_secret_add(credentials.password);
    dk_database_set(server->context, &url);
    return true;
}

/* Inside a container of the same network (a development container) the name is an address. */
static bool is_in_container(void) {
    return dk_file_exists("/.dockerenv") || dk_file_exists("/run/.containerenv");
}

static bool reach(const compose_server *server, const compose_container *container, const dk_url *url,
                  dk_url *reached, dk_error *error) {
    DK_AUTOFREE char *host = NULL;
    int port = 0;
    dk_url_copy(reached, url);
    if (!compose_server_is_name(server, dk_url_host_name(url)))
        return true;
    bool known = compose_server_address(server, container, &host, &port, error);
    dk_url_set_host(reached, host, port);
    return known;
}

bool compose_server_url(const compose_server *server, const compose_container *container, dk_url *reached,
                        dk_error *error) {
    if (!server->database->url && !make_url(server, container, error))
        return false;
    return reach(server, container, server->database->url, reached, error);
}

bool compose_server_reach(dk_context *context, const dk_url *url, dk_url *reached, dk_error *error) {
    COMPOSE_SERVER_AUTO compose_server server;
    COMPOSE_CONTAINER_AUTO compose_container container = {0};
    DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
    if (!compose_server_open(context, &server, error))
        return false;
    if (!compose_server_is_name(&server, dk_url_host_name(url))) {
        dk_url_copy(reached, url);
        return true;
    }
    if (!compose_container_find(&server, server.service->name, &container, &why) && is_in_container()) {
        dk_url_copy(reached, url);
        return true;
    }
    return reach(&server, &container, url, reached, error);
}

/* ── does it agree? ── */
char *compose_server_mismatch(const compose_server *server, const compose_container *container, char **hint) {
    const dk_url *url = server->database->url;
    const compose_service *service = server->service;
    if (!url || !container->port || !dk_url_is_local(url) || dk_url_port(url) == container->port)
        return NULL;
    int configured = 0;
    const compose_port *entry = compose_published(service, compose_server_inner_port(server), &configured);
    if (entry && configured == dk_url_port(url)) {
        DK_AUTOFREE char *command = compose_program_text(server, "up -d");
        *hint =
            dk_format("the container is older than the file: `%s` makes it anew, its volumes stay", command);
        return dk_format("%s publishes port %d, but the container was made with port %d", server->shown,
                         configured, container->port);
    }
    const char *origin = server->database->origin;
    *hint = dk_format("`devkit doctor --fix` changes the port in %s to %d; or change \"ports\" in %s",
                      *origin ? origin : "the URL", container->port, server->shown);
    return dk_format("%s says port %d (%s), but service \"%s\" is published at %s:%d",
                     server->database->variable, dk_url_port(url), *origin ? origin : "the URL",
                     service->name, container->address, container->port);
}

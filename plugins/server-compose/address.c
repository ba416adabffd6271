/* Where the service is reached from this machine, and whether that is what the URL says. */
#include "service.h"

#include <netdb.h>
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
    if (start && *start == '[')
        return dk_strndup(start + 1, strcspn(start + 1, "]"));
    size_t length = start ? strcspn(start, ":/") : 0;
    return length ? dk_strndup(start, length) : NULL;
}

/* 0.0.0.0 and :: are every address; from here it is the loopback one. */
char *compose_server_host(const char *address) {
    static const char *const every[] = {"", "0.0.0.0", "::", "[::]"};
    char *engine = engine_host();
    if (engine)
        return engine;
    for (size_t i = 0; i < DK_COUNT(every); i++)
        if (!address || strcmp(address, every[i]) == 0)
            return dk_strdup("127.0.0.1");
    return dk_strdup(address);
}

/* In a container of the same network (a development container) the service's name is an address, and the
 * published port is another machine's. */
bool compose_server_name_works(const char *root, const char *host) {
    static const char *const marks[] = {"/.dockerenv", "/run/.containerenv"};
    bool inside = false;
    for (size_t i = 0; i < DK_COUNT(marks); i++) {
        DK_AUTOFREE char *path = dk_format("%s%s", root, marks[i]);
        inside = inside || dk_file_exists(path);
    }
    struct addrinfo *found = NULL;
    if (!inside || getaddrinfo(host, NULL, NULL, &found) != 0)
        return false;
    freeaddrinfo(found);
    return true;
}

static bool fail_unpublished(const compose_server *server, int inner, dk_error *error) {
    const compose_service *service = server->service;
    DK_AUTOFREE char *place = compose_service_place(service, dk_project_root(server->context, NULL));
    DK_AUTOFREE char *command = compose_program_text(server, "up -d", service->name);
    dk_fail(error, DK_ERROR_FAILED, "not-published",
            "the service \"%s\" publishes no port, so it is reached by other containers only", service->name);
    dk_error_detail(error, "%s has no entry of \"ports\" for port %d", place, inner);
    return dk_error_hint(error, "add to it: ports: [\"127.0.0.1:%d:%d\"], then `%s`", inner, inner, command);
}

/* The file has the entry; the container was made before, or the engine could not do it. */
static bool fail_stale(const compose_server *server, int inner, dk_error *error) {
    DK_AUTOFREE char *command = compose_program_text(server, "up -d --force-recreate", server->service->name);
    dk_fail(error, DK_ERROR_FAILED, "not-published",
            "%s publishes port %d of service \"%s\", but its container does not", server->shown, inner,
            server->service->name);
    dk_error_detail(error, "the container is older than the file");
    return dk_error_hint(error, "`%s` makes it anew, its volumes stay", command);
}

bool compose_server_address(const compose_server *server, const compose_container *container, char **host,
                            int *port, dk_error *error) {
    const dk_url *url = server->database->url;
    int inner = compose_server_inner_port(server);
    if (url && compose_server_is_name(server, dk_url_host_name(url)) &&
        compose_server_name_works("", dk_url_host_name(url))) {
        *host = dk_strdup(dk_url_host_name(url));
        *port = dk_url_port(url);
        return true;
    }
    if (container->port) {
        *host = dk_strdup(container->address);
        *port = container->port;
        return true;
    }
    const compose_port *entry = compose_published(server->service, inner, port);
    *host = compose_server_host(entry ? entry->address : NULL);
    if (!entry || compose_container_runs(container)) {
        *port = inner;
        return entry ? fail_stale(server, inner, error) : fail_unpublished(server, inner, error);
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

/* Without an engine that can be asked, what the file publishes is the best guess. */
bool compose_server_reach(dk_context *context, const dk_url *url, dk_url *reached, dk_error *error) {
    COMPOSE_SERVER_AUTO compose_server server;
    COMPOSE_CONTAINER_AUTO compose_container container = {0};
    if (!compose_server_open(context, &server, error))
        return false;
    if (compose_server_is_name(&server, dk_url_host_name(url)))
        compose_container_find(&server, server.service->name, &container, NULL);
    return reach(&server, &container, url, reached, error);
}

/* ── does it agree? ── */
char *compose_server_mismatch(const compose_server *server, const compose_container *container, char **hint) {
    const dk_url *url = server->database->url;
    const compose_service *service = server->service;
    if (!url || !container->port || !dk_url_is_local(url) || dk_url_port(url) == container->port)
        return NULL;
    if (compose_is_published_at(service, compose_server_inner_port(server), dk_url_port(url))) {
        DK_AUTOFREE char *command = compose_program_text(server, "up -d", service->name);
        *hint =
            dk_format("the container is older than the file: `%s` makes it anew, its volumes stay", command);
        return dk_format("%s publishes port %d, but the container was made with port %d", server->shown,
                         dk_url_port(url), container->port);
    }
    const char *origin = server->database->origin;
    *hint = dk_format("`devkit doctor --fix` changes the port in %s to %d; or change \"ports\" in %s",
                      *origin ? origin : "the URL", container->port, server->shown);
    return dk_format("%s says port %d (%s), but service \"%s\" is published at %s:%d",
                     server->database->variable, dk_url_port(url), *origin ? origin : "the URL",
                     service->name, container->address, container->port);
}

/* Where the server really is, whatever the URL says. */
#include "doctor.h"

#include <kit/compose/compose.h>
#include <kit/socket/socket.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>

#define LISTEN_TIMEOUT_MS 1000
#define SOCKET_NAME "/.s.PGSQL.65535"

bool doctor_listens(const char *host, int port) {
    char service[16];
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list = NULL;
    snprintf(service, sizeof service, "%d", port);
    if (*host == '/' || getaddrinfo(host, service, &hints, &list) != 0)
        return false;
    bool found = false;
    for (const struct addrinfo *address = list; address && !found; address = address->ai_next)
        found = socket_answers(address->ai_addr, address->ai_addrlen, LISTEN_TIMEOUT_MS);
    freeaddrinfo(list);
    return found;
}

/* The port of the host by which a container's PostgreSQL is reached; 0: it is not. */
static int published_port(const doctor_case *of) {
    const char *name = dk_json_string(of->status.details, "container", NULL);
    const dk_containers_interface *engine =
        name ? dk_interface_find(of->context, "containers", "docker", DK_CONTAINERS_VERSION, NULL) : NULL;
    DK_AUTO_JSON json_t *list = engine ? engine->list(of->context, NULL, false, NULL) : NULL;
    size_t index, inner;
    json_t *container, *port;
    json_array_foreach(list, index, container) {
        if (!dk_streq(dk_json_string(container, "name", NULL), name))
            continue;
        json_array_foreach(json_object_get(container, "ports"), inner, port) {
            if (dk_json_int(port, "container_port", 0) == COMPOSE_POSTGRES_PORT &&
                dk_json_int(port, "port", 0))
                return (int)dk_json_int(port, "port", 0);
        }
    }
    return 0;
}

int doctor_file_port(const doctor_case *of) {
    COMPOSE_AUTO_PROJECT compose_project project = COMPOSE_PROJECT_INIT;
    const dk_config *config = dk_config_get(of->context, NULL);
    const dk_url *url = of->database->url;
    int port = 0;
    if (!config || !compose_open(of->context, &project, NULL) || !project.files.count)
        return 0;
    const compose_service *service = compose_database(&project, config->server_compose.service,
                                                      dk_url_host_name(url), dk_url_port(url), NULL);
    if (service)
        compose_published(service, COMPOSE_POSTGRES_PORT, &port);
    return port;
}

static int real_port(doctor_case *of) {
    const dk_server_status *status = &of->status;
    bool runs = status->state == DK_SERVER_READY || status->state == DK_SERVER_UNHEALTHY ||
                status->state == DK_SERVER_STARTING;
    if (dk_streq(status->provider, "compose"))
        return status->port;
    if (dk_streq(status->provider, "docker"))
        return runs ? published_port(of) : 0;
    if (doctor_is_owned(of) && status->state != DK_SERVER_ABSENT)
        return runs ? doctor_postmaster_port(status->data_dir) : 0;
    return dk_error_is(&of->why, "not-listening") ? doctor_port_of_login(of) : 0;
}

int doctor_other_port(doctor_case *of) {
    if (!doctor_ask_server(of) || !of->database || !of->database->url || !dk_url_is_local(of->database->url))
        return 0;
    int port = real_port(of);
    return port != dk_url_port(of->database->url) ? port : 0;
}

const char *doctor_long_socket(const dk_url *url) {
    const char *host = url && url->host_count ? url->hosts[0].host : NULL;
    return host && *host == '/' && strlen(host) + strlen(SOCKET_NAME) > DOCTOR_SOCKET_PATH_MOST ? host : NULL;
}

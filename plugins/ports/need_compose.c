/* Ports that the project's compose file publishes. */
#include "ports.h"

#include <stdlib.h>
#include <string.h>

/* A range is a set of ports when each has one inside; else the engine picks one of them. */
static void add_mapping(ports_needs *needs, const compose_service *service, const compose_port *mapping,
                        bool database) {
    if (!mapping->host || !dk_streq(mapping->protocol, "tcp") ||
        (mapping->host != mapping->host_last && mapping->container == mapping->container_last))
        return;
    const ports_source source = {.kind = PORTS_COMPOSE,
                                 .name = service->name,
                                 .database = database && mapping->container <= COMPOSE_POSTGRES_PORT &&
                                             mapping->container_last >= COMPOSE_POSTGRES_PORT};
    for (int port = mapping->host; port <= mapping->host_last; port++)
        if (ports_host_is_local(mapping->address))
            ports_needs_add(needs, port, mapping->address, &source);
}

/* `db:5432` is read from this machine through the published port. */
static void publish_database(const compose_project *project, ports_needs *needs) {
    ports_need *need = needs->count && needs->items[0].remote ? &needs->items[0] : NULL;
    if (!need || !ports_need_source(need, PORTS_DATABASE))
        return;
    const compose_service *service = compose_service_find(project, need->host);
    int port = 0;
    if (!service || !compose_published(service, need->port, &port) || !port)
        return;
    free(need->host);
    need->host = dk_strdup("localhost");
    need->port = port;
    need->remote = false;
}

static const compose_service *find_database(dk_context *context, const compose_project *project,
                                            const ports_needs *needs) {
    const dk_config *config = dk_config_get(context, NULL);
    bool known = needs->count && ports_need_source(&needs->items[0], PORTS_DATABASE);
    return config
               ? compose_database(project, config->server_compose.service,
                                  known ? needs->items[0].host : NULL, known ? needs->items[0].port : 0, NULL)
               : NULL;
}

/* A compose file that can't be read is said, and no reason to say nothing about the rest. */
void ports_needs_compose(dk_context *context, ports_needs *needs) {
    COMPOSE_AUTO_PROJECT compose_project project = COMPOSE_PROJECT_INIT;
    DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
    if (!compose_exists(context))
        return;
    if (!compose_open(context, &project, &why)) {
        dk_warn(context, "the compose file is left out: %s", why.message);
        return;
    }
    publish_database(&project, needs);
    const compose_service *database = find_database(context, &project, needs);
    for (size_t i = 0; i < project.service_count; i++)
        for (size_t j = 0; j < project.services[i].port_count; j++)
            add_mapping(needs, &project.services[i], &project.services[i].ports[j],
                        &project.services[i] == database);
}

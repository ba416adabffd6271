/* Everybody who names a port is asked, one after the other: the database's URL, the compose file, [ports],
 * .env. */
#include "ports.h"

/* A provider may remember a URL that it made up; asking for its state brings it here. */
static const dk_database *database_of(dk_context *context, dk_error *error) {
    const dk_database *database = dk_database_get(context, error);
    if (!database || database->url)
        return database;
    dk_server_status status = DK_SERVER_STATUS_INIT;
    const dk_server_interface *server = dk_server(context, NULL, NULL);
    if (server)
        server->status(context, &status, NULL);
    dk_server_status_release(&status);
    return dk_database_get(context, error);
}

static bool add_database(dk_context *context, ports_needs *needs, dk_error *error) {
    const dk_database *database = database_of(context, error);
    if (!database)
        return false;
    if (!database->url)
        return true;
    bool made_up = dk_streq(database->origin, "server");
    const char *host = dk_url_host_name(database->url);
    const ports_source source = {.kind = PORTS_DATABASE,
                                 .name = (char *)(made_up ? "the project's server" : database->variable),
                                 .origin = (char *)(made_up ? NULL : database->origin)};
    ports_needs_add(needs, dk_url_port(database->url), *host == '/' ? NULL : host, &source);
    return true;
}

static bool add_config(dk_context *context, ports_needs *needs, dk_error *error) {
    const dk_config *config = dk_config_get(context, error);
    for (size_t i = 0; config && i < config->ports.count; i++) {
        int port = 0;
        const dk_config_entry *entry = &config->ports.entries[i];
        const ports_source source = {.kind = PORTS_CONFIG, .name = entry->key};
        if (socket_port_parse(entry->value, &port))
            ports_needs_add(needs, port, NULL, &source);
    }
    return config != NULL;
}

bool ports_needs_collect(dk_context *context, ports_needs *needs, dk_error *error) {
    if (!add_database(context, needs, error))
        return false;
    ports_needs_compose(context, needs); /* it may move the database's, which nobody else may share before */
    return add_config(context, needs, error) && ports_needs_env(context, needs, error);
}

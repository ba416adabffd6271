/* The live database of a project, also where the server made the URL up. */
#include <kit/layer/layer.h>

const dk_database *layer_live_database(dk_context *context, dk_error *error) {
    const dk_database *database = dk_database_get(context, error);
    if (!database || database->url)
        return database;
    /* A private server remembers the URL it gave the project, and tells it when asked. */
    dk_server_status status = DK_SERVER_STATUS_INIT;
    const dk_server_interface *server = dk_server(context, NULL, NULL);
    if (server && server->status(context, &status, NULL))
        database = dk_database_get(context, error);
    dk_server_status_release(&status);
    if (!database || database->url)
        return database;
    dk_fail(error, DK_ERROR_USAGE, "env-missing", "%s is not set anywhere", database->variable);
    dk_error_hint(error, "run `devkit up`, which gives the project a server, or set %s in .env",
                  database->variable);
    return NULL;
}

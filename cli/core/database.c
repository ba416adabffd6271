/* The project's database for commands that can't do without one: its URL, and the way there from this
 * machine. */
#include <devkit/interface.h>

bool dk_fail_env_missing(dk_context *context, dk_error *error) {
    const dk_config *config = dk_config_get(context, error);
    const dk_database *database = config ? dk_database_get(context, error) : NULL;
    if (!database)
        return false;
    const dk_strv *files = &config->database.env_files;
    DK_AUTOFREE char *places = dk_strv_join(files, ", ");
    const char *file = files->count > 0 ? files->items[0] : "the environment";
    dk_fail(error, DK_ERROR_USAGE, "env-missing", "%s is not set", database->variable);
    dk_error_detail(error, "it is neither in the environment%s%s", files->count > 0 ? " nor in " : "",
                    places);
    /* Whoever names an environment or a server of somebody else's means one that is there already. */
    if (dk_environment_name(context) || dk_streq(config->database.server, "external"))
        return dk_error_hint(error, "set it in %s: %s=postgresql://ROLE:PASSWORD@HOST:5432/DATABASE", file,
                             database->variable);
    return dk_error_hint(error, "run `devkit up`, which gives the project a server, or set it in %s", file);
}

/* A private server remembers the URL it gave the project, and tells it when it is asked anything: first the
 * question that costs nothing. */
static bool ask_server(dk_context *context, dk_error *error) {
    dk_server_status status = DK_SERVER_STATUS_INIT;
    const dk_server_interface *server = dk_server(context, NULL, NULL);
    bool asked =
        !server || (server->running && server->running(context)) || server->status(context, &status, error);
    dk_server_status_release(&status);
    return asked;
}

const dk_database *dk_database_require(dk_context *context, dk_error *error) {
    const dk_database *database = dk_database_get(context, error);
    if (!database || database->url)
        return database;
    bool asked = ask_server(context, error);
    database = asked ? dk_database_get(context, error) : NULL;
    if (!database || database->url)
        return database;
    dk_fail_env_missing(context, error);
    return NULL;
}

bool dk_database_reach(dk_context *context, dk_url *reached, dk_error *error) {
    const dk_database *database = dk_database_get(context, error);
    if (!database)
        return false;
    if (!database->url)
        return dk_fail_env_missing(context, error);
    if (!dk_url_is_local(database->url)) {
        const dk_server_interface *server = dk_server(context, NULL, error);
        if (!server || server->reach)
            return server && server->reach(context, database->url, reached, error);
    }
    dk_url_copy(reached, database->url);
    return true;
}

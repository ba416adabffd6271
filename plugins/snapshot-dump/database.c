/* The database at hand, and PostgreSQL's own programs for it. */
#include "dump.h"

#include <stdlib.h>
#include <string.h>

/* Settings that a role may carry and that would end a long dump or restore. event_triggers is a superuser's:
 * a login trigger of the database is not meant for us. */
static void set_options(dump_database *database) {
    const char *given = dk_conninfo_get(&database->admin, "options");
    bool triggers = database->superuser && database->version >= 170000;
    DK_AUTOFREE char *options =
        dk_format("%s%s-c default_transaction_read_only=off -c synchronous_commit=off%s", given ? given : "",
                  given ? " " : "", triggers ? " -c event_triggers=off" : "");
    dk_conninfo_set(&database->admin, "options", options);
}

bool dump_connect(dk_context *context, const char *name, dump_database *database, dk_error *error) {
    *database = (dump_database){.context = context};
    const dk_server_interface *server = dk_server(context, NULL, error);
    database->config = server ? dk_config_get(context, error) : NULL;
    database->application = database->config ? dk_database_require(context, error) : NULL;
    if (!database->application || !server->admin(context, &database->admin, &database->superuser, error))
        return false;
    database->name = dk_strdup(name ? name : database->application->url->database);
    database->connection = pg_connect(&database->admin, database->name, &(pg_options){0}, error);
    if (!database->connection)
        return false;
    database->version = pg_server_version(database->connection);
    set_options(database);
    return true;
}

void dump_disconnect(dump_database *database) {
    pg_close(database->connection);
    dk_conninfo_release(&database->admin);
    free(database->name);
    *database = (dump_database){0};
}

char *dump_program(const dump_database *database, const char *name, int major, dk_error *error) {
    const char *root = dk_project_root(database->context, error);
    const char *given = database->config->server_local.bin_dir;
    if (!root)
        return NULL;
    DK_AUTOFREE char *bin_dir = *given ? dk_path_absolute(root, given) : NULL;
    /* A folder of server programs need not have the clients. */
    char *found = bin_dir ? pg_find_program_fitting(name, major, bin_dir, NULL) : NULL;
    return found ? found : pg_find_program_fitting(name, major, NULL, error);
}

void dump_environment(const dump_database *database, dk_process *process) {
    pg_child_environment(process, &database->admin, database->name);
    dk_process_env(process, "LC_MESSAGES", "C");
}

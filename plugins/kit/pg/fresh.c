/* A session as it was after connecting. */
#include <kit/pg/pg.h>

/* One message; DISCARD ALL would be the same, but wants one of its own and forgets planner caches, too.
 * RESET SESSION AUTHORIZATION sets no role at all, RESET ROLE the one that ALTER ROLE … SET role gave. */
static const char forget_everything[] =
    "close all; reset session authorization; reset role; reset all; deallocate all; unlisten *; "
    "select pg_catalog.pg_advisory_unlock_all(); discard sequences; discard temp;";

bool pg_start_afresh(pg_connection *connection, const char *settings, dk_error *error) {
    DK_AUTOFREE char *sql = dk_format("%s %s", forget_everything, settings);
    return pg_run(connection, sql, NULL, error);
}

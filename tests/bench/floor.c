/* The bare floor under a warm reset: connect over the private socket, and two renames in one transaction.
 *
 * usage: floor SOCKET_FOLDER PORT ROLE LIVE SPARE UNDO
 *
 * LIVE → UNDO and SPARE → LIVE. The bench's prepare step puts the names back, so that each run finds a SPARE.
 */
#include <libpq-fe.h>
#include <stdio.h>

static int fail(PGconn *connection) {
    fprintf(stderr, "floor: %s", PQerrorMessage(connection));
    PQfinish(connection);
    return 1;
}

int main(int argc, char **argv) {
    if (argc != 7) {
        fprintf(stderr, "usage: floor SOCKET_FOLDER PORT ROLE LIVE SPARE UNDO\n");
        return 2;
    }
    const char *const keys[] = {"host", "port", "user", "dbname", NULL};
    const char *const values[] = {argv[1], argv[2], argv[3], "postgres", NULL};
    PGconn *connection = PQconnectdbParams(keys, values, 0);
    if (PQstatus(connection) != CONNECTION_OK)
        return fail(connection);
    char *live = PQescapeIdentifier(connection, argv[4], 63);
    char *spare = PQescapeIdentifier(connection, argv[5], 63);
    char *undo = PQescapeIdentifier(connection, argv[6], 63);
    char text[1024];
    snprintf(text, sizeof text,
             "BEGIN; ALTER DATABASE %s RENAME TO %s; ALTER DATABASE %s RENAME TO %s; COMMIT", live, undo,
             spare, live);
    PGresult *result = PQexec(connection, text);
    int failed = PQresultStatus(result) != PGRES_COMMAND_OK;
    PQclear(result);
    PQfreemem(live);
    PQfreemem(spare);
    PQfreemem(undo);
    if (failed)
        return fail(connection);
    PQfinish(connection);
    return 0;
}

/* devkit ports. */
#include "ports.h"

#include <stdlib.h>

/* The ports to ask the system about; none: nothing has to be asked. */
static int *list_ports(const ports_needs *needs, size_t *count) {
    int *ports = dk_alloc_array(needs->count + 1, sizeof *ports);
    *count = 0;
    for (size_t i = 0; i < needs->count; i++)
        if (!needs->items[i].remote)
            ports[(*count)++] = needs->items[i].port;
    return ports;
}

static bool read_table(const ports_needs *needs, bool all, socket_table *table, dk_error *error) {
    size_t count = 0;
    DK_AUTOFREE int *ports = list_ports(needs, &count);
    if (all)
        return socket_table_read(NULL, 0, table, error);
    return count == 0 || socket_table_read(ports, count, table, error);
}

static bool show(dk_context *context, bool all, dk_error *error) {
    PORTS_AUTO_NEEDS ports_needs needs = PORTS_NEEDS_INIT;
    PORTS_AUTO_ROWS ports_rows rows = PORTS_ROWS_INIT;
    SOCKET_AUTO_TABLE socket_table table = SOCKET_TABLE_INIT;
    if (!ports_needs_collect(context, &needs, error) || !read_table(&needs, all, &table, error))
        return false;
    ports_rows_make(context, &needs, &table, all, &rows);
    if (!ports_judge(context, &rows, error) || !ports_agree(context, &needs, &rows, error))
        return false;
    ports_report(context, &rows, &table);
    return true;
}

/* What the project names already is not free for something new. */
static bool print_free(dk_context *context, dk_error *error) {
    size_t count = 0;
    PORTS_AUTO_NEEDS ports_needs needs = PORTS_NEEDS_INIT;
    SOCKET_AUTO_RESERVATION socket_reservation found = SOCKET_RESERVATION_INIT;
    if (!ports_needs_collect(context, &needs, error))
        return false;
    DK_AUTOFREE int *ports = list_ports(&needs, &count);
    if (!socket_reserve_free(context, ports, count, &found, error))
        return false;
    dk_json_set_int(dk_result(context), "port", found.port);
    dk_print(context, "%d\n", found.port);
    return true;
}

bool ports_run(dk_context *context, const void *values, dk_error *error) {
    const ports_values *given = values;
    int port = 0;
    if (given->all + given->free + (given->kill != NULL) > 1)
        return dk_fail(error, DK_ERROR_USAGE, "usage", "--all, --free and --kill exclude each other");
    if (given->kill && !socket_port_parse(given->kill, &port))
        return dk_fail(error, DK_ERROR_USAGE, "bad-value", "--kill: \"%s\" is no port (1 to 65535)",
                       given->kill);
    if (port)
        return ports_kill(context, port, error);
    return given->free ? print_free(context, error) : show(context, given->all, error);
}

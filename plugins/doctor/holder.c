/* Who listens on this machine, and what his process tells of the server. */
#include "doctor.h"

#include <kit/socket/socket.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LOGIN_TIMEOUT_MS 1000

char *doctor_holder(dk_context *context, int port) {
    SOCKET_AUTO_TABLE socket_table table = SOCKET_TABLE_INIT;
    DK_AUTO_JSON json_t *cache = NULL;
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    const socket_listener *listener =
        socket_table_read(&port, 1, &table, NULL) ? socket_table_holder(&table, port) : NULL;
    if (!listener)
        return NULL;
    DK_AUTO_JSON json_t *container =
        socket_may_be_container(listener->holder) ? socket_container_of(context, &cache, port) : NULL;
    socket_describe(listener, container, &text);
    return dk_buf_detach(&text);
}

/* A server's working directory is its data folder. */
char *doctor_data_folder(const doctor_case *of) {
    if (of->known && of->status.data_dir && *of->status.data_dir == '/')
        return dk_strdup(of->status.data_dir);
    if (!of->reached.host_count || !dk_url_is_local(&of->reached))
        return NULL;
    SOCKET_AUTO_TABLE socket_table table = SOCKET_TABLE_INIT;
    int port = dk_url_port(&of->reached);
    const socket_listener *listener =
        socket_table_read(&port, 1, &table, NULL) ? socket_table_holder(&table, port) : NULL;
    const socket_process *holder = listener ? listener->holder : NULL;
    return holder && holder->folder && doctor_data_major(holder->folder) ? dk_strdup(holder->folder) : NULL;
}

/* The login is shown to nobody but a server of our own, of root's or of the account that servers have. */
static bool is_trusted(const socket_listener *listener) {
    DK_AUTOFREE char *user = listener->uid == SOCKET_NO_UID ? NULL : socket_user_name(listener->uid);
    return user && (listener->uid == geteuid() || listener->uid == 0 || strstr(user, "postgres"));
}

/* Another account's process can't be looked at, but whose it is tells enough. */
static bool is_postgres(const socket_listener *listener) {
    const socket_process *holder = listener->holder;
    if (!is_trusted(listener))
        return false;
    if (holder && holder->program)
        return strcmp(holder->program, "postgres") == 0 || strcmp(holder->program, "postmaster") == 0;
    return listener->uid != geteuid() && listener->uid != 0;
}

bool doctor_is_postgres(int port) {
    SOCKET_AUTO_TABLE socket_table table = SOCKET_TABLE_INIT;
    size_t first = 0;
    return socket_table_read(&port, 1, &table, NULL) && socket_table_find(&table, port, &first) &&
           is_postgres(&table.listeners[first]);
}

/* The login decides: a server that does not know it is somebody else's. */
static bool takes_login(const doctor_case *of, int port) {
    static const pg_options options = {.connect_timeout_ms = LOGIN_TIMEOUT_MS};
    DK_AUTO_CONNINFO dk_conninfo conninfo = DK_CONNINFO_INIT;
    DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
    DK_AUTOFREE char *text = dk_format("%d", port);
    dk_url_conninfo(&of->reached, &conninfo);
    dk_conninfo_set(&conninfo, "port", text);
    PG_AUTO_CONNECTION pg_connection *connection = pg_connect(&conninfo, NULL, &options, &why);
    return connection || dk_error_is(&why, "database-missing");
}

int doctor_port_of_login(const doctor_case *of) {
    SOCKET_AUTO_TABLE socket_table table = SOCKET_TABLE_INIT;
    int found = 0, last = 0;
    if (!socket_table_read(NULL, 0, &table, NULL))
        return 0;
    for (size_t i = 0; i < table.count; i++) {
        const socket_listener *listener = &table.listeners[i];
        if (listener->port == last || !is_postgres(listener) ||
            !socket_listener_serves(listener, dk_url_host_name(&of->reached)))
            continue;
        last = listener->port;
        if (!takes_login(of, last))
            continue;
        if (found)
            return 0;
        found = last;
    }
    return found;
}

/* Listening sockets from lsof, for systems without a way of their own. Fields: https://lsof.readthedocs.io,
 * "OUTPUT FOR OTHER PROGRAMS". */
#include "socket_internal.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#define TIMEOUT_MS 10000

static void begin_process(socket_lsof *lsof, const char *value) {
    bool added = false;
    int64_t pid = 0;
    lsof->process =
        dk_parse_int64(value, &pid) ? socket_table_process(lsof->table, (pid_t)pid, &added) : NULL;
}

/* "127.0.0.1:5432", "[::1]:5432", "*:5432" */
static void add_listener(socket_lsof *lsof, char *name) {
    char *colon = strrchr(name, ':');
    int port = 0;
    if (!colon || !socket_port_parse(colon + 1, &port) || !socket_wants(lsof->wanted, port))
        return;
    *colon = 0;
    size_t length = strlen(name);
    if (*name == '[' && length > 1 && name[length - 1] == ']') {
        name[length - 1] = 0;
        name++;
    }
    unsigned char address[16] = {0};
    if (strcmp(name, "*") != 0 && inet_pton(lsof->family, name, address) != 1)
        return;
    socket_listener *listener = socket_table_add(lsof->table);
    listener->family = lsof->family;
    listener->port = port;
    memcpy(listener->address, address, sizeof address);
    listener->holder = lsof->process;
    listener->uid = lsof->process ? lsof->process->uid : SOCKET_NO_UID;
}

static void set_text(char **field, const char *value) {
    if (!*field)
        *field = dk_strdup(value);
}

void socket_lsof_line(void *data, const char *line, size_t length) {
    socket_lsof *lsof = data;
    int64_t number = 0;
    if (length < 2)
        return;
    DK_AUTOFREE char *value = dk_strndup(line + 1, length - 1);
    if (line[0] == 'p')
        begin_process(lsof, value);
    else if (line[0] == 'c' && lsof->process)
        set_text(&lsof->process->program, value);
    else if (line[0] == 'u' && lsof->process && dk_parse_int64(value, &number))
        lsof->process->uid = (uid_t)number;
    else if (line[0] == 't')
        lsof->family = strcmp(value, "IPv6") == 0 ? AF_INET6 : AF_INET;
    else if (line[0] == 'n')
        add_listener(lsof, value);
}

bool socket_lsof_read(const socket_wanted *wanted, socket_table *table, dk_error *error) {
    DK_AUTO_PROCESS dk_process process = DK_PROCESS_INIT;
    socket_lsof lsof = {.wanted = wanted, .table = table, .family = AF_INET};
    dk_process_add(&process, "lsof");
    dk_process_add(&process, "-nP");
    if (wanted->only)
        dk_process_addf(&process, "-iTCP:%d", wanted->only);
    else
        dk_process_add(&process, "-iTCP");
    dk_process_add(&process, "-sTCP:LISTEN");
    dk_process_add(&process, "-Fpcutn");
    process.flags |= DK_PROCESS_ALLOW_FAILURE; /* it fails when it finds nothing */
    process.timeout_ms = TIMEOUT_MS;
    process.on_output = socket_lsof_line;
    process.line_data = &lsof;
    if (dk_process_run(&process, error))
        return true;
    dk_error_prefix(error, "who listens on the ports is not known");
    return dk_error_hint(error, "install lsof");
}

/* Who listens on a port, from lsof, where there is no /proc. */
#ifndef __linux__
#include "local.h"

#include <stdlib.h>
#include <string.h>

/* `lsof -F pcL` prints a field a line, its letter first: p123, cpostgres, Lalice. */
static void read_field(void *data, const char *line, size_t length) {
    local_holder *holder = data;
    if (length < 2)
        return;
    if (line[0] == 'p' && !holder->pid)
        holder->pid = (pid_t)atol(line + 1);
    else if (line[0] == 'c' && !holder->program)
        holder->program = dk_strndup(line + 1, length - 1);
    else if (line[0] == 'L' && !holder->user)
        holder->user = dk_strndup(line + 1, length - 1);
}

bool local_holder_find(int port, local_holder *holder) {
    DK_AUTO_PROCESS dk_process process = DK_PROCESS_INIT;
    dk_process_add(&process, "lsof");
    dk_process_add(&process, "-nP");
    dk_process_addf(&process, "-iTCP:%d", port);
    dk_process_add(&process, "-sTCP:LISTEN");
    dk_process_add(&process, "-FpcL");
    process.flags |= DK_PROCESS_ALLOW_FAILURE;
    process.timeout_ms = 5000;
    process.on_output = read_field;
    process.line_data = holder;
    return (dk_process_run(&process, NULL) && holder->pid != 0) || local_port_in_use(port);
}

#endif

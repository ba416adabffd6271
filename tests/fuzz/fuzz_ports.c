/* What devkit ports reads: URLs anywhere in a variable's text, and the lines of lsof. */
#include <kit/socket/socket_internal.h>
#include <ports/ports.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds, const char *what) {
    if (!holds) {
        fprintf(stderr, "%s\n", what);
        abort();
    }
}

static void check_url(void *data, const char *scheme, const char *host, int port) {
    (void)data;
    require(*scheme && !strpbrk(scheme, ":/+"), "a scheme that is none");
    require(*host && !strpbrk(host, "/@ "), "a host that is none");
    require(port > 0 && port < 65536, "a port that is none");
    ports_host_is_local(host);
}

static void check_lsof(const char *text) {
    socket_wanted wanted = {.all = true};
    socket_table table = SOCKET_TABLE_INIT;
    socket_lsof lsof = {.wanted = &wanted, .table = &table, .family = AF_INET};
    for (const char *line = text; *line;) {
        size_t length = strcspn(line, "\n");
        socket_lsof_line(&lsof, line, length);
        line += length + (line[length] == '\n');
    }
    for (size_t i = 0; i < table.count; i++)
        require(table.listeners[i].port > 0 && table.listeners[i].port < 65536, "lsof: a port that is none");
    socket_table_release(&table);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *text = dk_strndup((const char *)data, size);
    ports_each_url(text, check_url, NULL);
    check_lsof(text);
    free(text);
    return 0;
}

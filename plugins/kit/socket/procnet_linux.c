/* Listening sockets from /proc/net/tcp and tcp6, where the kernel refuses its diagnostics (gVisor, strict
 * sandboxes): https://docs.kernel.org/networking/proc_net_tcp.html */
#ifdef __linux__
#include "socket_internal.h"

#include <stdio.h>
#include <string.h>

#define STATE_LISTEN 0x0A

/* "0100007F" (32-bit words in the machine's order) as bytes in network order. */
static bool parse_address(const char *text, int family, unsigned char *address) {
    size_t words = family == AF_INET ? 1 : 4;
    if (strlen(text) != words * 8)
        return false;
    for (size_t i = 0; i < words; i++) {
        unsigned word = 0;
        if (sscanf(text + i * 8, "%8x", &word) != 1)
            return false;
        memcpy(address + i * 4, &word, 4);
    }
    return true;
}

bool socket_procnet_read(const char *path, int family, const socket_wanted *wanted, socket_table *table) {
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    char line[512];
    while (fgets(line, sizeof line, file)) {
        char local[33];
        unsigned port = 0, state = 0, uid = 0;
        unsigned long inode = 0;
        if (sscanf(line, " %*d: %32[0-9A-Fa-f]:%x %*[0-9A-Fa-f]:%*x %x %*s %*s %*s %u %*d %lu", local, &port,
                   &state, &uid, &inode) != 5 ||
            state != STATE_LISTEN || port > 65535 || !socket_wants(wanted, (int)port))
            continue;
        unsigned char address[16] = {0};
        if (!parse_address(local, family, address))
            continue;
        socket_listener *listener = socket_table_add(table);
        listener->family = family;
        listener->port = (int)port;
        listener->uid = uid;
        listener->inode = inode;
        memcpy(listener->address, address, sizeof address);
    }
    fclose(file);
    return true;
}

#endif

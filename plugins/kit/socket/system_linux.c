/* Linux: the kernel's diagnostics, or else its text files; then /proc for the holders. */
#ifdef __linux__
#include "socket_internal.h"

bool socket_system_read(const socket_wanted *wanted, socket_table *table, dk_error *error) {
    if (!socket_diag_read(wanted, table)) {
        table->count = 0;
        bool four = socket_procnet_read("/proc/net/tcp", AF_INET, wanted, table);
        bool six = socket_procnet_read("/proc/net/tcp6", AF_INET6, wanted, table);
        if (!four && !six) {
            dk_fail(error, DK_ERROR_FAILED, "sockets-unknown",
                    "the system does not tell who listens on its ports");
            dk_error_detail(error, "netlink is refused, and /proc/net/tcp can't be read");
            return dk_error_hint(error, "allow netlink sockets here, or mount /proc");
        }
    }
    socket_find_holders(table);
    return true;
}

#endif

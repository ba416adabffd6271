/* Free ports, and keeping one for us until its server listens.
 *
 * That a port is free now says nothing about the next moment: a reservation keeps other devkits of this
 * account away from it, and whoever starts a server there must still be ready to find it taken. */
#include "socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define FIRST_PORT 20000 /* below the ports that systems give to outgoing connections */
#define PORT_COUNT 10000
#define PRIVILEGED 1024
#define ANSWER_MS 1000

bool socket_port_parse(const char *text, int *port) {
    int64_t number = 0;
    if (!dk_parse_int64(text, &number) || number < 1 || number > 65535)
        return false;
    *port = (int)number;
    return true;
}

typedef union any_address {
    struct sockaddr general;
    struct sockaddr_in four;
    struct sockaddr_in6 six;
} any_address;

static socklen_t loopback(int family, int port, any_address *address) {
    memset(address, 0, sizeof *address);
    if (family == AF_INET) {
        address->four.sin_family = AF_INET;
        address->four.sin_port = htons((uint16_t)port);
        address->four.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        return sizeof address->four;
    }
    address->six.sin6_family = AF_INET6;
    address->six.sin6_port = htons((uint16_t)port);
    address->six.sin6_addr = in6addr_loopback;
    return sizeof address->six;
}

/* Where a server would set this option too, sockets that are only waiting for their time to pass don't count.
 */
static bool can_bind(int family, int port) {
    any_address address;
    socklen_t length = loopback(family, port, &address);
    int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
    if (fd < 0)
        return true; /* a machine without this family */
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    bool bound = bind(fd, &address.general, length) == 0 || errno == EADDRNOTAVAIL;
    close(fd);
    return bound;
}

/* BSD lets one bind beside a listener at the wildcard address, and some container engines lead a port away
 * without one; a connection shows both. */
static bool answers(int family, int port) {
    any_address address;
    socklen_t length = loopback(family, port, &address);
    return socket_answers(&address.general, length, ANSWER_MS);
}

bool socket_port_is_free(int port) {
    return port > 0 && port < 65536 && can_bind(AF_INET, port) && can_bind(AF_INET6, port) &&
           !answers(AF_INET, port) && !answers(AF_INET6, port);
}

bool socket_port_is_privileged(int port) {
    return port < PRIVILEGED && geteuid() != 0 && !can_bind(AF_INET, port) && !answers(AF_INET, port);
}

/* ── reservations ─────────────────────────────────────────────────────────────────────────────────────────
 */

/* One byte of one file a port, locked: nothing to clean up, whatever ends the process. */
static bool lock_byte(int fd, int port) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = port, .l_len = 1};
#ifdef F_OFD_SETLK
    if (fcntl(fd, F_OFD_SETLK, &lock) == 0)
        return true;
#else
    if (fcntl(fd, F_SETLK, &lock) == 0)
        return true;
#endif
    return errno != EAGAIN && errno != EACCES; /* a file system without locks keeps nobody away */
}

static int open_locks(dk_context *context) {
    const char *folder = dk_user_state_dir(context, NULL);
    if (!folder)
        return -1;
    DK_AUTOFREE char *path = dk_path_join(folder, "ports.lock");
    return open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
}

/* Without a place for locks (a read-only home) the real start decides. */
static bool reserve(dk_context *context, int port, socket_reservation *reservation) {
    int fd = open_locks(context);
    if (fd >= 0 && !lock_byte(fd, port)) {
        close(fd);
        return false;
    }
    socket_release(reservation);
    *reservation = (socket_reservation){.fd = fd, .port = port};
    return true;
}

/* Looked at again with the lock in hand: its last owner may have just begun to listen. */
bool socket_reserve(dk_context *context, int port, socket_reservation *reservation) {
    socket_reservation taken = SOCKET_RESERVATION_INIT;
    if (!socket_port_is_free(port) || !reserve(context, port, &taken))
        return false;
    if (!socket_port_is_free(port)) {
        socket_release(&taken);
        return false;
    }
    socket_release(reservation);
    *reservation = taken;
    return true;
}

void socket_release(socket_reservation *reservation) {
    if (reservation->port && reservation->fd >= 0) /* zeroed memory is no reservation */
        close(reservation->fd);
    *reservation = (socket_reservation)SOCKET_RESERVATION_INIT;
}

/* FNV-1a of the folder's real path, as everything that devkit names after a folder. */
static unsigned first_offset(const char *root) {
    DK_AUTOFREE char *real = realpath(root, NULL);
    uint64_t hash = 0xcbf29ce484222325U;
    for (const char *at = real ? real : root; *at; at++)
        hash = (hash ^ (unsigned char)*at) * 0x100000001b3U;
    return (unsigned)(hash % PORT_COUNT);
}

static bool is_avoided(const int *avoid, size_t count, int port) {
    for (size_t i = 0; i < count; i++)
        if (avoid[i] == port)
            return true;
    return false;
}

bool socket_reserve_free(dk_context *context, const int *avoid, size_t avoid_count,
                         socket_reservation *reservation, dk_error *error) {
    const char *root = dk_project_root(context, error);
    if (!root)
        return false;
    unsigned first = first_offset(root);
    for (unsigned i = 0; i < PORT_COUNT; i++) {
        int port = FIRST_PORT + (int)((first + i) % PORT_COUNT);
        if (!is_avoided(avoid, avoid_count, port) && socket_reserve(context, port, reservation))
            return true;
    }
    dk_fail(error, DK_ERROR_FAILED, "no-free-port", "no port from %d to %d is free", FIRST_PORT,
            FIRST_PORT + PORT_COUNT - 1);
    return dk_error_hint(error, "`devkit ports --all` shows who listens");
}

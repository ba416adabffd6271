/* Is a port answered? By connecting to it, for as long as one is ready to wait. */
#include "socket.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

static bool is_connected(int fd, int timeout_ms) {
    struct pollfd waiting = {.fd = fd, .events = POLLOUT};
    int failure = 0;
    socklen_t length = sizeof failure;
    return poll(&waiting, 1, timeout_ms) == 1 &&
           getsockopt(fd, SOL_SOCKET, SO_ERROR, &failure, &length) == 0 && failure == 0;
}

/* What fails at once (no route, a machine without that family) leaves no error behind to be asked for. */
bool socket_answers(const struct sockaddr *address, socklen_t length, int timeout_ms) {
    int fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return false;
    bool answered =
        connect(fd, address, length) == 0 || (errno == EINPROGRESS && is_connected(fd, timeout_ms));
    close(fd);
    return answered;
}

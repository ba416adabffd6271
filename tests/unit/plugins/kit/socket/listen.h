/* Real listeners for the tests of kit/socket, in this process or a child. */
#ifndef TESTS_SOCKET_LISTEN_H
#define TESTS_SOCKET_LISTEN_H

#include "../../../core/fake_context.h"

#include <kit/socket/socket_internal.h>

#include <arpa/inet.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>

/* A listener at an address ("127.0.0.1", "::", …), on a free port when *port is 0; -1: the machine has no
 * such address. */
static inline int listen_at(const char *address, int *port, bool only_six) {
    struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons((uint16_t)*port)};
    struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)*port)};
    bool is_six = strchr(address, ':') != NULL;
    struct sockaddr *place = is_six ? (struct sockaddr *)&six : (struct sockaddr *)&four;
    socklen_t length = is_six ? sizeof six : sizeof four;
    int on = 1, only = only_six;
    assert_int_equal(inet_pton(is_six ? AF_INET6 : AF_INET, address,
                               is_six ? (void *)&six.sin6_addr : (void *)&four.sin_addr),
                     1);
    int fd = socket(is_six ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (is_six)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof only);
    if (bind(fd, place, length) != 0 || listen(fd, 4) != 0 || getsockname(fd, place, &length) != 0) {
        close(fd);
        return -1;
    }
    *port = ntohs(is_six ? six.sin6_port : four.sin_port);
    return fd;
}

/* A child that does as it is told (`begin` may be NULL) and waits to be killed; it ends with its parent's end
 * of the pipe in any case. */
static inline pid_t listen_child(bool (*begin)(void *), void *data) {
    int ready[2], life[2];
    char byte;
    assert_int_equal(pipe(ready), 0);
    assert_int_equal(pipe(life), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        close(life[1]);
        if (begin && !begin(data))
            _exit(1);
        (void)!write(ready[1], "x", 1);
        close(ready[1]);
        (void)!read(life[0], &byte, 1);
        _exit(0);
    }
    close(ready[1]);
    close(life[0]);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    close(ready[0]);
    return pid;
}

/* A listener of this process that a child asks about as another account. */
typedef struct listen_mine {
    int port, fd;
} listen_mine;

/* In the child: leaves the parent's socket and its rights behind. */
static inline bool listen_become_nobody(const listen_mine *mine) {
    close(mine->fd);
    return setgid(65534) == 0 && setuid(65534) == 0;
}

static inline void listen_end(pid_t pid) {
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

static inline const socket_listener *listen_find(const socket_table *table, int port, const char *address) {
    size_t first = 0, count = socket_table_find(table, port, &first);
    for (size_t i = first; i < first + count; i++) {
        char text[INET6_ADDRSTRLEN];
        socket_address_text(&table->listeners[i], text);
        if (strcmp(text, address) == 0)
            return &table->listeners[i];
    }
    return NULL;
}

static inline socket_wanted listen_want(int port) {
    socket_wanted wanted = {.all = port == 0, .only = port};
    if (port)
        wanted.bits[port / 64] = (uint64_t)1 << (port % 64);
    return wanted;
}

#endif

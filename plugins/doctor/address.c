/* Where the server really is, whatever the URL says. */
#include "doctor.h"

#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define LISTEN_TIMEOUT_MS 1000
#define PID_FILE_PORT_LINE 4 /* https://www.postgresql.org/docs/current/storage-file-layout.html */

int doctor_postmaster_port(const char *data_dir) {
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    DK_AUTO_STRV dk_strv lines = DK_STRV_INIT;
    int64_t port = 0;
    DK_AUTOFREE char *path = data_dir ? dk_path_join(data_dir, "postmaster.pid") : NULL;
    if (!path || !dk_file_read(path, 4096, &text, NULL))
        return 0;
    dk_strv_split(&lines, dk_buf_text(&text), '\n');
    bool found =
        lines.count >= PID_FILE_PORT_LINE && dk_parse_int64(lines.items[PID_FILE_PORT_LINE - 1], &port);
    return found && port > 0 && port < 65536 ? (int)port : 0;
}

static bool answers(const struct addrinfo *address) {
    int fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return false;
    struct pollfd waiting = {.fd = fd, .events = POLLOUT};
    int failure = 0;
    socklen_t length = sizeof failure;
    bool connected = connect(fd, address->ai_addr, address->ai_addrlen) == 0 ||
                     (poll(&waiting, 1, LISTEN_TIMEOUT_MS) == 1 &&
                      getsockopt(fd, SOL_SOCKET, SO_ERROR, &failure, &length) == 0 && failure == 0);
    close(fd);
    return connected;
}

bool doctor_listens(const char *host, int port) {
    char service[16];
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list = NULL;
    snprintf(service, sizeof service, "%d", port);
    if (*host == '/' || getaddrinfo(host, service, &hints, &list) != 0)
        return false;
    bool found = false;
    for (const struct addrinfo *address = list; address && !found; address = address->ai_next)
        found = answers(address);
    freeaddrinfo(list);
    return found;
}

int doctor_other_port(doctor_case *of) {
    if (!doctor_ask_server(of) || !of->database || !of->database->url || !of->status.owned)
        return 0;
    bool runs = of->status.state == DK_SERVER_READY || of->status.state == DK_SERVER_UNHEALTHY;
    int port = runs ? doctor_postmaster_port(of->status.data_dir) : 0;
    return port != dk_url_port(of->database->url) ? port : 0;
}

/* Listening sockets from the kernel's socket diagnostics:
 * https://man7.org/linux/man-pages/man7/sock_diag.7.html. One request a family, answered in binary: no text
 * to print there and to parse here, as with /proc/net/tcp. */
#ifdef __linux__
#include "socket_internal.h"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define STATE_LISTEN 10 /* TCP_LISTEN of the kernel's tcp_states.h */
#define ANSWER_SIZE (64 * 1024)
#define PATIENCE_S 5

typedef struct diag_request {
    struct nlmsghdr header;
    struct inet_diag_req_v2 body;
} diag_request;

static int open_channel(void) {
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
    struct timeval patience = {.tv_sec = PATIENCE_S};
    if (fd >= 0)
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    return fd;
}

static bool ask(int fd, int family, int port) {
    diag_request request = {
        .header = {.nlmsg_len = sizeof request,
                   .nlmsg_type = SOCK_DIAG_BY_FAMILY,
                   .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
        .body = {.sdiag_family = (unsigned char)family,
                 .sdiag_protocol = IPPROTO_TCP,
                 .idiag_states = 1U << STATE_LISTEN,
                 .id.idiag_sport = htons((uint16_t)port)},
    };
    struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
    return sendto(fd, &request, sizeof request, 0, (const struct sockaddr *)&kernel, sizeof kernel) ==
           (ssize_t)sizeof request;
}

static bool is_only_six(const struct inet_diag_msg *message, size_t length) {
    const struct rtattr *attribute = (const struct rtattr *)(const void *)(message + 1);
    for (int left = (int)(length - sizeof *message); RTA_OK(attribute, left);
         attribute = RTA_NEXT(attribute, left))
        if (attribute->rta_type == INET_DIAG_SKV6ONLY)
            return *(const unsigned char *)RTA_DATA(attribute) != 0;
    return false;
}

static void take(const struct nlmsghdr *header, const socket_wanted *wanted, socket_table *table) {
    const struct inet_diag_msg *message = NLMSG_DATA(header);
    size_t length = header->nlmsg_len - NLMSG_HDRLEN;
    if (length < sizeof *message || !socket_wants(wanted, ntohs(message->id.idiag_sport)))
        return;
    socket_listener *listener = socket_table_add(table);
    listener->family = message->idiag_family;
    listener->port = ntohs(message->id.idiag_sport);
    listener->uid = message->idiag_uid;
    listener->inode = message->idiag_inode;
    memcpy(listener->address, message->id.idiag_src, listener->family == AF_INET ? 4 : 16);
    listener->only_six = listener->family == AF_INET6 && is_only_six(message, length);
}

/* False when the kernel refuses (no such module, a sandbox). */
static bool read_answer(int fd, char *space, const socket_wanted *wanted, socket_table *table) {
    for (;;) {
        ssize_t got = recv(fd, space, ANSWER_SIZE, 0);
        if (got <= 0)
            return false;
        size_t left = (size_t)got;
        for (const struct nlmsghdr *header = (const void *)space; NLMSG_OK(header, left);
             header = NLMSG_NEXT(header, left)) {
            if (header->nlmsg_type == NLMSG_DONE)
                return true;
            if (header->nlmsg_type == NLMSG_ERROR)
                return false;
            take(header, wanted, table);
        }
    }
}

bool socket_diag_read(const socket_wanted *wanted, socket_table *table) {
    static const int families[] = {AF_INET, AF_INET6};
    int fd = open_channel();
    if (fd < 0)
        return false;
    DK_AUTOFREE char *space = dk_alloc(ANSWER_SIZE);
    bool told = true;
    for (size_t i = 0; told && i < DK_COUNT(families); i++)
        told = ask(fd, families[i], wanted->only) && read_answer(fd, space, wanted, table);
    close(fd);
    return told;
}

#endif

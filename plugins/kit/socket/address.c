/* Addresses of listeners: as text, and who reaches them. */
#include "socket.h"

#include <arpa/inet.h>
#include <string.h>

void socket_address_text(const socket_listener *listener, char text[INET6_ADDRSTRLEN]) {
    if (!inet_ntop(listener->family, listener->address, text, INET6_ADDRSTRLEN))
        memcpy(text, "?", 2);
}

static const unsigned char zero[16];

static bool is_wildcard(const socket_listener *listener) {
    return memcmp(listener->address, zero, listener->family == AF_INET ? 4 : 16) == 0;
}

static bool serves_address(const socket_listener *listener, int family, const void *address) {
    if (listener->family == family)
        return is_wildcard(listener) || memcmp(listener->address, address, family == AF_INET ? 4 : 16) == 0;
    if (listener->family != AF_INET6)
        return false;
    /* "::" takes IPv4 unless it was told not to; "::ffff:127.0.0.1" is an IPv4 address. */
    static const unsigned char mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    const unsigned char *four = listener->address + sizeof mapped;
    if (memcmp(listener->address, mapped, sizeof mapped) == 0)
        return memcmp(four, zero, 4) == 0 || memcmp(four, address, 4) == 0;
    return is_wildcard(listener) && !listener->only_six;
}

bool socket_listener_serves(const socket_listener *listener, const char *host) {
    unsigned char address[16];
    if (inet_pton(AF_INET, host, address) == 1)
        return serves_address(listener, AF_INET, address);
    if (inet_pton(AF_INET6, host, address) == 1)
        return serves_address(listener, AF_INET6, address);
    if (strcasecmp(host, "localhost") != 0 && !(strlen(host) > 10 && dk_ends_with(host, ".localhost")))
        return false;
    struct in_addr four = {htonl(INADDR_LOOPBACK)};
    return serves_address(listener, AF_INET, &four) || serves_address(listener, AF_INET6, &in6addr_loopback);
}

/* The short form of a port mapping. */
#include <kit/compose/compose.h>

#include <stdlib.h>
#include <string.h>

#define PORT_MAX 65535

static bool parse_port(const char *text, size_t length, int *port) {
    int value = 0;
    if (length == 0 || length > 5)
        return false;
    for (size_t i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        value = value * 10 + (text[i] - '0');
    }
    *port = value;
    return value <= PORT_MAX;
}

bool compose_port_range(const char *text, int *first, int *last) {
    const char *dash = strchr(text, '-');
    if (!parse_port(text, dash ? (size_t)(dash - text) : strlen(text), first))
        return false;
    *last = *first;
    return (!dash || parse_port(dash + 1, strlen(dash + 1), last)) && *first <= *last;
}

void compose_port_release(compose_port *port) {
    free(port->address);
    free(port->protocol);
    free(port->file);
    *port = (compose_port){0};
}

/* The last colon of `text` that is not inside the brackets of an IPv6 address. */
static char *last_colon(char *text) {
    char *colon = strrchr(text, ':');
    char *bracket = strrchr(text, ']');
    return colon && (!bracket || colon > bracket) ? colon : NULL;
}

static char *without_brackets(const char *address) {
    size_t length = strlen(address);
    return length > 1 && address[0] == '[' && address[length - 1] == ']' ? dk_strndup(address + 1, length - 2)
                                                                         : dk_strdup(address);
}

static bool is_address(const char *text) {
    return *text && strspn(text, "0123456789abcdefABCDEF.:[]%") == strlen(text);
}

static const char *check_ranges(const compose_port *port) {
    if (port->container == 0)
        return "a container's port is 1 to 65535";
    if (port->host && port->container_last != port->container &&
        port->host_last - port->host != port->container_last - port->container)
        return "the two ranges have different lengths";
    return NULL;
}

/* `text` is cut into its parts. */
static const char *parse_parts(char *text, compose_port *port) {
    char *slash = strrchr(text, '/');
    if (slash)
        *slash = '\0';
    port->protocol = dk_strdup(slash ? slash + 1 : "tcp");
    char *colon = last_colon(text);
    if (!compose_port_range(colon ? colon + 1 : text, &port->container, &port->container_last))
        return "the container's port is not a port or a range of ports";
    if (!colon)
        return check_ranges(port);
    *colon = '\0';
    char *before = last_colon(text);
    const char *host = before ? before + 1 : text;
    if (*host && !compose_port_range(host, &port->host, &port->host_last))
        return "the host's port is not a port or a range of ports";
    if (before) {
        *before = '\0';
        if (!is_address(text))
            return "what stands before the host's port is not an IP address";
        port->address = without_brackets(text);
    }
    return check_ranges(port);
}

bool compose_port_parse(const char *text, compose_port *port, const char **problem) {
    DK_AUTOFREE char *copy = dk_strdup(text);
    *port = (compose_port){0};
    *problem = parse_parts(copy, port);
    return !*problem;
}

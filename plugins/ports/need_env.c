/* Ports in .env: URLs of this machine, and NAME_PORT variables. */
#include "ports.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* ── URLs in a text ───────────────────────────────────────────────────────────────────────────────────────
 */

static const char *scheme_start(const char *text, const char *end) {
    while (end > text && (isalnum((unsigned char)end[-1]) || strchr("+.-", end[-1])))
        end--;
    return end;
}

/* Where user, host and port end. */
static const char *authority_end(const char *at) {
    while (*at && !strchr("/?#,;'\"\\ \t\r\n<>(){}", *at))
        at++;
    return at;
}

static int parse_port(const char *digits, const char *end) {
    int port = 0;
    if (digits == end)
        return 0;
    for (; digits < end; digits++) {
        if (!isdigit((unsigned char)*digits) || port > 65535)
            return 0;
        port = port * 10 + (*digits - '0');
    }
    return port > 65535 ? 0 : port;
}

/* Reads [user[:password]@]host:port. */
static bool parse_authority(const char *start, const char *end, char **host, int *port) {
    for (const char *at = start; at < end; at++)
        if (*at == '@')
            start = at + 1;
    const char *host_end = end;
    if (*start == '[') {
        const char *close = memchr(start, ']', (size_t)(end - start));
        if (!close || close + 1 >= end || close[1] != ':')
            return false;
        start++;
        host_end = close;
    } else {
        const char *colon = memchr(start, ':', (size_t)(end - start));
        if (!colon)
            return false;
        host_end = colon;
    }
    const char *digits = host_end + (*host_end == ']' ? 2 : 1);
    if (end > digits && end[-1] == ']') /* ["http://localhost:3000"] has lost its quotes */
        end--;
    *port = parse_port(digits, end);
    if (!*port || host_end == start)
        return false;
    *host = dk_strndup(start, (size_t)(host_end - start));
    return true;
}

void ports_each_url(const char *text, ports_url_function *found, void *data) {
    for (const char *mark = strstr(text, "://"); mark; mark = strstr(mark + 3, "://")) {
        const char *start = scheme_start(text, mark);
        size_t length = strcspn(start, "+:"); /* postgresql+asyncpg speaks postgresql */
        int port = 0;
        char *host = NULL;
        if (start == mark || !isalpha((unsigned char)*start) ||
            !parse_authority(mark + 3, authority_end(mark + 3), &host, &port))
            continue;
        DK_AUTOFREE char *scheme = dk_strndup(start, length);
        found(data, scheme, host, port);
        free(host);
    }
}

/* ── variables ────────────────────────────────────────────────────────────────────────────────────────────
 */

typedef struct env_reader {
    dk_context *context;
    ports_needs *needs;
    const char *database; /* the variable that is looked at already */
    const char *name, *origin;
} env_reader;

static void add_url(void *data, const char *scheme, const char *host, int port) {
    const env_reader *reader = data;
    const ports_source source = {.kind = PORTS_URL,
                                 .name = (char *)reader->name,
                                 .origin = (char *)reader->origin,
                                 .scheme = (char *)scheme};
    if (ports_host_is_local(host))
        ports_needs_add(reader->needs, port, host, &source);
}

/* SMTP_PORT belongs to SMTP_HOST, which may be elsewhere. */
static bool is_elsewhere(dk_context *context, const char *name) {
    static const char *const endings[] = {"HOST", "HOSTNAME", "SERVER"};
    size_t stem = strlen(name) - strlen("PORT");
    for (size_t i = 0; i < DK_COUNT(endings); i++) {
        DK_AUTOFREE char *other = dk_format("%.*s%s", (int)stem, name, endings[i]);
        const char *host = dk_project_variable(context, other, NULL);
        if (host && *host && stem)
            return !ports_host_is_local(host);
    }
    return false;
}

static void add_variable(void *data, const char *name, const char *value, const char *origin) {
    env_reader *reader = data;
    int port = 0;
    if (dk_streq(name, reader->database))
        return;
    reader->name = name;
    reader->origin = origin;
    ports_each_url(value, add_url, reader);
    if ((strcmp(name, "PORT") != 0 && strcmp(name, "PGPORT") != 0 && !dk_ends_with(name, "_PORT")) ||
        !socket_port_parse(value, &port) || is_elsewhere(reader->context, name))
        return;
    const ports_source source = {.kind = PORTS_VARIABLE, .name = (char *)name, .origin = (char *)origin};
    ports_needs_add(reader->needs, port, NULL, &source);
}

bool ports_needs_env(dk_context *context, ports_needs *needs, dk_error *error) {
    const dk_database *database = dk_database_get(context, error);
    if (!database)
        return false;
    env_reader reader = {.context = context, .needs = needs, .database = database->variable};
    return dk_project_variables(context, add_variable, &reader, error);
}

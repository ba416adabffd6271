/* URLs as libpq's keywords and values, and whether they lead to this machine. */
#include "config/url_internal.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ── dk_conninfo ── */
void dk_conninfo_set(dk_conninfo *conninfo, const char *keyword, const char *value) {
    dk_strv *pairs = &conninfo->pairs;
    for (size_t i = 0; i + 1 < pairs->count; i += 2) {
        if (strcmp(pairs->items[i], keyword) == 0) {
            char *copy = dk_strdup(value);
            free(pairs->items[i + 1]);
            pairs->items[i + 1] = copy;
            return;
        }
    }
    dk_strv_add(pairs, keyword);
    dk_strv_add(pairs, value);
}

const char *dk_conninfo_get(const dk_conninfo *conninfo, const char *keyword) {
    const dk_strv *pairs = &conninfo->pairs;
    for (size_t i = 0; i + 1 < pairs->count; i += 2)
        if (strcmp(pairs->items[i], keyword) == 0)
            return pairs->items[i + 1];
    return NULL;
}

void dk_conninfo_copy(dk_conninfo *target, const dk_conninfo *source) {
    dk_strv copy = DK_STRV_INIT;
    dk_strv_add_all(&copy, &source->pairs);
    dk_strv_release(&target->pairs);
    target->pairs = copy;
}

void dk_conninfo_release(dk_conninfo *conninfo) {
    if (conninfo)
        dk_strv_release(&conninfo->pairs);
}

/* What libpq takes since version 12, beside host, port, user, password and dbname; it refuses to connect with
 * a keyword it does not know, so that newer ones stay out. */
static const char *const keywords[] = {
    "application_name",
    "channel_binding",
    "client_encoding",
    "connect_timeout",
    "fallback_application_name",
    "gssencmode",
    "gsslib",
    "hostaddr",
    "keepalives",
    "keepalives_count",
    "keepalives_idle",
    "keepalives_interval",
    "krbsrvname",
    "options",
    "passfile",
    "requirepeer",
    "service",
    "ssl_max_protocol_version",
    "ssl_min_protocol_version",
    "sslcert",
    "sslcompression",
    "sslcrl",
    "sslkey",
    "sslmode",
    "sslpassword",
    "sslrootcert",
    "target_session_attrs",
    "tcp_user_timeout",
};

static bool is_keyword(const char *name) {
    for (size_t i = 0; i < DK_COUNT(keywords); i++)
        if (strcmp(name, keywords[i]) == 0)
            return true;
    return false;
}

static void set_hosts(const dk_url *url, dk_conninfo *conninfo) {
    DK_AUTO_BUF dk_buf hosts = DK_BUF_INIT;
    DK_AUTO_BUF dk_buf ports = DK_BUF_INIT;
    bool any_host = false, any_port = false;
    for (size_t i = 0; i < url->host_count; i++) {
        const dk_url_host *host = &url->hosts[i];
        any_host |= host->host != NULL;
        any_port |= host->port != 0;
        dk_buf_addf(&hosts, "%s%s", i ? "," : "", host->host ? host->host : "");
        dk_buf_add(&ports, i ? "," : "");
        if (host->port)
            dk_buf_addf(&ports, "%d", host->port);
    }
    if (any_host)
        dk_conninfo_set(conninfo, "host", dk_buf_text(&hosts));
    if (any_port)
        dk_conninfo_set(conninfo, "port", dk_buf_text(&ports));
}

void dk_url_conninfo(const dk_url *url, dk_conninfo *conninfo) {
    set_hosts(url, conninfo);
    const char *const fields[][2] = {
        {"user", url->user}, {"password", url->password}, {"dbname", url->database}};
    for (size_t i = 0; i < DK_COUNT(fields); i++)
        if (fields[i][1])
            dk_conninfo_set(conninfo, fields[i][0], fields[i][1]);
    for (size_t i = 0; i < url->parameter_count; i++) {
        const char *value = url->parameters[i].value;
        const char *name =
            url_translate_parameter(url->parameters[i].name, url->dialect, DK_URL_LIBPQ, &value);
        if (strcmp(name, "ssl") == 0 && (strcmp(value, "true") == 0)) {
            name = "sslmode"; /* libpq itself reads JDBC's switch so */
            value = "require";
        }
        if (is_keyword(name))
            dk_conninfo_set(conninfo, name, value);
    }
}

/* ── is it this machine? ── */
static bool is_local_address(const char *text) {
    struct in_addr v4;
    struct in6_addr v6;
    if (inet_pton(AF_INET, text, &v4) == 1)
        return (ntohl(v4.s_addr) >> 24) == 127;
    if (inet_pton(AF_INET6, text, &v6) != 1)
        return false;
    return IN6_IS_ADDR_LOOPBACK(&v6) || (IN6_IS_ADDR_V4MAPPED(&v6) && v6.s6_addr[12] == 127);
}

static bool is_local_name(const char *name) {
    return !*name || *name == '/' || *name == '@' || strcasecmp(name, "localhost") == 0 ||
           strcasecmp(name, "localhost.") == 0 || is_local_address(name);
}

static bool is_local_list(const char *names) {
    DK_AUTO_STRV dk_strv list = DK_STRV_INIT;
    dk_strv_split(&list, names, ',');
    for (size_t i = 0; i < list.count; i++)
        if (!is_local_name(list.items[i]))
            return false;
    return true;
}

/* Where nothing is said, libpq and asyncpg ask these; a service file may lead anywhere. */
static bool is_local_by_default(void) {
    const char *host = getenv("PGHOST"), *service = getenv("PGSERVICE");
    return (!host || is_local_list(host)) && (!service || !*service);
}

bool dk_url_is_local(const dk_url *url) {
    /* libpq takes PGHOSTADDR even beside an explicit host. */
    const char *given = dk_url_parameter_value(url, "hostaddr");
    const char *address = given ? given : getenv("PGHOSTADDR");
    if ((address && !is_local_list(address)) || dk_url_parameter_value(url, "service"))
        return false;
    for (size_t i = 0; i < url->host_count; i++)
        if (url->hosts[i].host ? !is_local_name(url->hosts[i].host) : !is_local_by_default())
            return false;
    return url->host_count > 0 || is_local_by_default();
}

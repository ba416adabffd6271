/* The address to make true: the application's URL, or one of our own that is remembered. */
#include "local.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static bool answers(int family, const void *address, socklen_t length) {
    int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return false;
    bool connected = connect(fd, address, length) == 0;
    close(fd);
    return connected;
}

bool local_port_in_use(int port) {
    struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    four.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
    six.sin6_addr = in6addr_loopback;
    return answers(AF_INET, &four, sizeof four) || answers(AF_INET6, &six, sizeof six);
}

char *local_plain_name(const char *project) {
    dk_buf name = DK_BUF_INIT;
    for (const char *at = project; *at && name.length < 40; at++) {
        unsigned char byte = (unsigned char)*at;
        if (isalnum(byte) && byte < 0x80)
            dk_buf_add_char(&name, (char)tolower(byte));
        else if (name.length && name.data[name.length - 1] != '_')
            dk_buf_add_char(&name, '_');
    }
    while (name.length && name.data[name.length - 1] == '_')
        dk_buf_truncate(&name, name.length - 1);
    if (!name.length)
        dk_buf_add(&name, "app");
    /* Names that PostgreSQL and devkit keep for themselves. */
    bool taken = dk_starts_with(dk_buf_text(&name), "pg_") || dk_starts_with(dk_buf_text(&name), "devkit") ||
                 dk_streq(dk_buf_text(&name), "postgres") || dk_starts_with(dk_buf_text(&name), "template");
    if (!taken)
        return dk_buf_detach(&name);
    char *safe = dk_format("app_%s", dk_buf_text(&name));
    dk_buf_release(&name);
    return safe;
}

/* The same folder gets the same port, so that bookmarks and .env copies stay right. */
static bool choose_port(local_cluster *cluster, int *port, dk_error *error) {
    local_postmaster postmaster;
    local_postmaster_read(cluster->data_dir, &postmaster);
    *port = postmaster.alive ? postmaster.port : 0; /* it is taken, but by ourselves */
    if (*port > 0)
        return true;
    if (!socket_reserve_free(cluster->context, cluster->refused, cluster->refused_count,
                             &cluster->reservation, error))
        return false;
    *port = cluster->reservation.port;
    return true;
}

static bool remembered(const local_cluster *cluster, const char *file, bool *found, dk_error *error) {
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    DK_AUTO_URL dk_url url = DK_URL_INIT;
    *found = false;
    if (!dk_file_exists(file))
        return true;
    if (!dk_file_read(file, 4096, &text, error))
        return false;
    dk_buf_trim_end(&text);
    if (!dk_url_parse(dk_buf_text(&text), &url, error))
        return dk_error_prefix(error, "%s", file);
    dk_database_set(cluster->context, &url);
    *found = true;
    return true;
}

/* Makes it the run's URL, and that of the runs to come. */
static bool remember(local_cluster *cluster, const dk_url *url, dk_error *error) {
    DK_AUTOFREE char *file = dk_path_join(cluster->state_dir, "local.url");
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    DK_AUTO_URL dk_url kept = DK_URL_INIT; /* `url` may be the run's own */
    dk_url_copy(&kept, url);
    dk_url_format(&kept, &text);
    dk_buf_add_char(&text, '\n');
    if (!dk_file_write(file, text.data, text.length, 0600, error))
        return false;
    dk_database_set(cluster->context, &kept);
    const dk_database *database = dk_database_get(cluster->context, error);
    cluster->url = database ? database->url : NULL;
    cluster->variable = LOCAL_URL_FILE;
    return database != NULL;
}

static bool invent(local_cluster *cluster, dk_error *error) {
    DK_AUTOFREE char *name = local_plain_name(cluster->config->project.name);
    char password[33];
    int port = 0;
    if (!choose_port(cluster, &port, error))
        return false;
    dk_random_hex(password, sizeof password - 1);
    dk_secret_add(password);
    DK_AUTOFREE char *text = dk_format("postgresql://%s:%s@127.0.0.1:%d/%s", name, password, port, name);
    DK_AUTO_URL dk_url url = DK_URL_INIT;
    return dk_url_parse(text, &url, error) && remember(cluster, &url, error);
}

bool local_address_next(local_cluster *cluster, dk_error *error) {
    DK_AUTO_URL dk_url url = DK_URL_INIT;
    int port = 0;
    if (!cluster->reservation.port || cluster->refused_count == DK_COUNT(cluster->refused))
        return false;
    cluster->refused[cluster->refused_count++] = cluster->reservation.port;
    dk_url_copy(&url, cluster->url);
    if (!choose_port(cluster, &port, error))
        return false;
    url.hosts[0].port = port;
    return remember(cluster, &url, error);
}

bool local_address_check(const dk_url *url, dk_error *error) {
    if (!dk_url_is_local(url)) {
        dk_fail(error, DK_ERROR_USAGE, "not-local", "the URL's host %s is not this machine",
                dk_url_host_name(url));
        return dk_error_hint(error, "a local server can only be at localhost; use server = \"external\"");
    }
    if (url->host_count > 1) {
        dk_fail(error, DK_ERROR_USAGE, "several-hosts",
                "the URL names several hosts; a local server has one");
        return dk_error_hint(error, "leave one host in the URL, or use server = \"external\"");
    }
    if (!url->user || !*url->user || !url->database || !*url->database) {
        dk_fail(error, DK_ERROR_USAGE, "url-incomplete", "the URL names no role or no database");
        return dk_error_hint(error, "write it as postgresql://ROLE:PASSWORD@localhost:5432/DATABASE");
    }
    if (dk_starts_with(url->user, "pg_") || dk_streq(url->user, LOCAL_ADMIN) ||
        dk_streq(url->user, "public") || dk_streq(url->user, "none"))
        return dk_fail(error, DK_ERROR_USAGE, "role-reserved",
                       "%s is a name that no role of an application "
                       "can have",
                       url->user);
    if (dk_streq(url->database, "template0") || dk_streq(url->database, "template1"))
        return dk_fail(error, DK_ERROR_USAGE, "database-reserved",
                       "%s is PostgreSQL's own; an application's database needs another name", url->database);
    return true;
}

/* `up --port` moved a URL that was made up here before. */
static bool was_moved(const local_cluster *cluster) {
    DK_AUTOFREE char *file = dk_path_join(cluster->state_dir, "local.url");
    DK_AUTO_BUF dk_buf kept = DK_BUF_INIT;
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    const dk_database *database = dk_database_get(cluster->context, NULL);
    if (!database || !dk_streq(database->origin, "server") || !dk_file_read(file, 4096, &kept, NULL))
        return false;
    dk_buf_trim_end(&kept);
    dk_url_format(cluster->url, &text);
    return strcmp(dk_buf_text(&kept), dk_buf_text(&text)) != 0;
}

bool local_address(local_cluster *cluster, bool create, dk_error *error) {
    if (!cluster->url) {
        DK_AUTOFREE char *file = dk_path_join(cluster->state_dir, "local.url");
        bool found = false;
        if (!remembered(cluster, file, &found, error))
            return false;
        if (!found && !create)
            return true;
        if (!found && !invent(cluster, error))
            return false;
        const dk_database *database = dk_database_get(cluster->context, error);
        if (!database)
            return false;
        cluster->url = database->url;
        cluster->variable = LOCAL_URL_FILE;
    } else if (create && was_moved(cluster) && !remember(cluster, cluster->url, error)) {
        return false;
    }
    return local_address_check(cluster->url, error);
}

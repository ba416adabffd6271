/* The address to make true: the application's URL, or one of our own that is remembered. */
#include "docker.h"

#include <ctype.h>
#include <kit/socket/socket.h>
#include <stdlib.h>
#include <string.h>

#define URL_FILE "docker.url"

static bool fail_url(dk_error *error, const char *code, const char *message, const char *hint) {
    dk_fail(error, DK_ERROR_USAGE, code, "%s", message);
    return dk_error_hint(error, "%s", hint);
}

static bool is_reserved(const char *role) {
    return dk_starts_with(role, "pg_") || dk_streq(role, DOCKER_ADMIN) || dk_streq(role, "public") ||
           dk_streq(role, "none");
}

bool docker_address_check(const dk_url *url, dk_error *error) {
    if (!dk_url_is_local(url)) {
        dk_fail(error, DK_ERROR_USAGE, "not-local", "the URL's host %s is not this machine",
                dk_url_host_name(url));
        return dk_error_hint(error,
                             "a container's port is published on localhost; use server = \"external\"");
    }
    if (url->host_count > 1)
        return fail_url(error, "several-hosts", "the URL names several hosts; a container has one",
                        "leave one host in the URL, or use server = \"external\"");
    if (*dk_url_host_name(url) == '/')
        return fail_url(error, "socket-url",
                        "the URL names a unix socket; a container is reached through TCP",
                        "write the host as localhost, or use server = \"local\"");
    if (!url->user || !*url->user || !url->database || !*url->database)
        return fail_url(error, "url-incomplete", "the URL names no role or no database",
                        "write it as postgresql://ROLE:PASSWORD@localhost:5432/DATABASE");
    if (!url->password || !*url->password)
        return fail_url(error, "url-incomplete", "the URL has no password, and the container asks for one",
                        "write it as postgresql://ROLE:PASSWORD@localhost:5432/DATABASE");
    if (is_reserved(url->user))
        return dk_fail(error, DK_ERROR_USAGE, "role-reserved",
                       "%s is a name that no role of an application can have", url->user);
    if (dk_streq(url->database, "template0") || dk_streq(url->database, "template1"))
        return dk_fail(error, DK_ERROR_USAGE, "database-reserved",
                       "%s is PostgreSQL's own; an application's database needs another name", url->database);
    return true;
}

const char *docker_publish_address(const dk_url *url) {
    const char *host = dk_url_host_name(url);
    bool numeric = dk_starts_with(host, "127.") || dk_streq(host, "::1");
    return numeric ? host : "127.0.0.1";
}

/* ── without a URL ────────────────────────────────────────────────────────────────────────────────────────
 */

/* The same folder gets the same port again, when it is free. Kept from other devkits until this one ends. */
static int choose_port(const docker_project *project, dk_error *error) {
    static socket_reservation reservation = SOCKET_RESERVATION_INIT;
    socket_release(&reservation);
    return socket_reserve_free(project->context, NULL, 0, &reservation, error) ? reservation.port : 0;
}

static char *role_name(const docker_project *project) {
    dk_buf name = DK_BUF_INIT;
    dk_buf_add(&name, "app_");
    for (const char *at = project->config->project.name; *at && name.length < 40; at++)
        if ((unsigned char)*at < 0x80 && isalnum((unsigned char)*at))
            dk_buf_add_char(&name, (char)tolower((unsigned char)*at));
        else if (name.data[name.length - 1] != '_')
            dk_buf_add_char(&name, '_');
    while (name.data[name.length - 1] == '_')
        dk_buf_truncate(&name, name.length - 1);
    return dk_buf_detach(&name);
}

static bool invent(const docker_project *project, const char *file, dk_error *error) {
    char password[33];
    int port = choose_port(project, error);
    if (!port)
        return false;
    DK_AUTOFREE char *name = role_name(project);
    dk_random_hex(password, sizeof password - 1);
    dk_secret_add(password);
    DK_AUTOFREE char *text = dk_format("postgresql://%s:%s@127.0.0.1:%d/%s\n", name, password, port, name);
    return dk_file_write(file, text, strlen(text), 0600, error);
}

static bool use_remembered(docker_project *project, const char *file, dk_error *error) {
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    DK_AUTO_URL dk_url url = DK_URL_INIT;
    if (!dk_file_read(file, 4096, &text, error))
        return false;
    dk_buf_trim_end(&text);
    if (!dk_url_parse(dk_buf_text(&text), &url, error))
        return dk_error_prefix(error, "%s", file);
    dk_database_set(project->context, &url);
    const dk_database *database = dk_database_get(project->context, error);
    project->url = database ? database->url : NULL;
    return project->url != NULL;
}

bool docker_address(docker_project *project, bool create, dk_error *error) {
    if (!project->url) {
        DK_AUTOFREE char *file = docker_state_file(project, URL_FILE);
        if (!dk_file_exists(file) && !create)
            return true;
        if ((!dk_file_exists(file) && !invent(project, file, error)) || !use_remembered(project, file, error))
            return false;
    }
    return project->url && docker_address_check(project->url, error);
}

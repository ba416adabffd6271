/* The address to make true: the application's URL, or one of our own that is remembered. */
#include "docker.h"

#include <ctype.h>
#include <string.h>

#define URL_FILE "docker.url" /* in the state folder; project.c names it to people */
#define URL_LIMIT 4096

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
    if (is_reserved(url->user)) {
        dk_fail(error, DK_ERROR_USAGE, "role-reserved",
                "%s is a name that no role of an application can have", url->user);
        return dk_error_hint(error, "name another role in the URL; devkit makes it");
    }
    if (dk_streq(url->database, "template0") || dk_streq(url->database, "template1")) {
        dk_fail(error, DK_ERROR_USAGE, "database-reserved",
                "%s is PostgreSQL's own; an application's database needs another name", url->database);
        return dk_error_hint(error, "name another database in the URL; devkit makes it");
    }
    return true;
}

const char *docker_publish_address(const dk_url *url) {
    const char *host = dk_url_host_name(url);
    bool numeric = dk_starts_with(host, "127.") || dk_streq(host, "::1");
    return numeric ? host : "127.0.0.1";
}

/* ── without a URL ────────────────────────────────────────────────────────────────────────────────────────
 */

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

/* Makes it the run's URL, and that of the runs to come. */
static bool keep(docker_project *project, const dk_url *url, dk_error *error) {
    DK_AUTOFREE char *file = docker_state_file(project, URL_FILE);
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT, before = DK_BUF_INIT;
    DK_AUTO_URL dk_url kept = DK_URL_INIT; /* `url` may be the run's own */
    dk_url_copy(&kept, url);
    dk_url_format(&kept, &text);
    dk_buf_add_char(&text, '\n');
    bool same = dk_file_read(file, URL_LIMIT, &before, NULL) && dk_streq(before.data, text.data);
    if (!same && !dk_file_write(file, text.data, text.length, 0600, error))
        return false;
    dk_database_set(project->context, &kept);
    return docker_project_take_url(project, error);
}

/* The same folder gets the same port again, when it is free. Kept from other devkits until the server has it.
 */
static bool choose_port(docker_project *project, dk_error *error) {
    return socket_reserve_free(project->context, project->refused, project->refused_count,
                               &project->reservation, error);
}

static bool invent(docker_project *project, dk_error *error) {
    char password[33];
    DK_AUTO_URL dk_url url = DK_URL_INIT;
    if (!choose_port(project, error))
        return false;
    DK_AUTOFREE char *name = role_name(project);
    dk_random_hex(password, sizeof password - 1);
    DK_AUTOFREE char *text =
        dk_format("postgresql://%s:%s@127.0.0.1:%d/%s", name, password, project->reservation.port, name);
    return dk_url_parse(text, &url, error) && keep(project, &url, error);
}

bool docker_address_next(docker_project *project, dk_error *error) {
    DK_AUTO_URL dk_url url = DK_URL_INIT;
    if (!project->reservation.port || project->refused_count == DK_COUNT(project->refused))
        return false;
    project->refused[project->refused_count++] = project->reservation.port;
    dk_url_copy(&url, project->url);
    if (!choose_port(project, error))
        return false;
    url.hosts[0].port = project->reservation.port;
    return keep(project, &url, error);
}

static bool use_remembered(docker_project *project, const char *file, dk_error *error) {
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    DK_AUTO_URL dk_url url = DK_URL_INIT;
    if (!dk_file_read(file, URL_LIMIT, &text, error))
        return false;
    dk_buf_trim_end(&text);
    if (!dk_url_parse(dk_buf_text(&text), &url, error)) {
        dk_error_prefix(error, "%s", file);
        return dk_error_hint(error, "remove the file: devkit makes another URL up, and keeps the data");
    }
    dk_database_set(project->context, &url);
    return docker_project_take_url(project, error);
}

bool docker_address(docker_project *project, bool create, dk_error *error) {
    DK_AUTOFREE char *file = docker_state_file(project, URL_FILE);
    bool found = true;
    if (!project->url && dk_file_exists(file))
        found = use_remembered(project, file, error);
    else if (!project->url && create)
        found = invent(project, error);
    else if (project->made_up && create) /* `up --port` may have moved it */
        found = keep(project, project->url, error);
    return found && (!project->url || docker_address_check(project->url, error));
}

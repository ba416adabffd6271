/* Where the engine listens: DOCKER_HOST, the current context, or the first well-known socket that answers. */
#include "docker.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int docker_socket_try(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(path);
    if (length >= sizeof address.sun_path)
        return ENAMETOOLONG;
    memcpy(address.sun_path, path, length + 1);
    /* An engine that hangs while others wait for it would let us wait, too. */
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return errno;
    int failure = connect(fd, (const struct sockaddr *)&address, sizeof address) == 0 ? 0 : errno;
    close(fd);
    return failure;
}

static void set_file(char **file, const char *folder, const char *name) {
    char *path = dk_path_join(folder, name);
    if (dk_file_exists(path))
        *file = path;
    else
        free(path);
}

static bool fail_host(const char *text, const char *origin, const char *why, dk_error *error) {
    dk_fail(error, DK_ERROR_USAGE, "docker-host-invalid", "%s names \"%s\", %s", origin, text, why);
    return dk_error_hint(error, "devkit speaks to unix:///PATH and tcp://HOST:PORT; DOCKER_HOST names one");
}

static bool parse_tcp(const char *text, const char *address, const char *tls_folder,
                      docker_endpoint *endpoint, dk_error *error) {
    size_t length = strcspn(address, "/");
    const char *bracket = *address == '[' ? memchr(address, ']', length) : NULL;
    const char *colon =
        memchr(bracket ? bracket : address, ':', length - (size_t)((bracket ? bracket : address) - address));
    size_t host = colon ? (size_t)(colon - address) : length;
    if (!host)
        return fail_host(text, endpoint->origin, "which names no host", error);
    DK_AUTOFREE char *whole = dk_strndup(address, length);
    endpoint->base = dk_format("%s://%s%s", tls_folder ? "https" : "http", whole,
                               colon        ? ""
                               : tls_folder ? ":2376"
                                            : ":2375");
    endpoint->host = bracket ? dk_strndup(address + 1, host - 2) : dk_strndup(address, host);
    if (tls_folder) {
        set_file(&endpoint->ca_file, tls_folder, "ca.pem");
        set_file(&endpoint->certificate_file, tls_folder, "cert.pem");
        set_file(&endpoint->key_file, tls_folder, "key.pem");
    }
    return true;
}

bool docker_endpoint_parse(const char *text, const char *origin, const char *tls_folder,
                           docker_endpoint *endpoint, dk_error *error) {
    *endpoint = (docker_endpoint){.origin = dk_strdup(origin)};
    if (dk_starts_with(text, "unix://")) {
        endpoint->unix_socket = dk_strdup(text + strlen("unix://"));
        endpoint->base = dk_strdup("http://docker");
        return *endpoint->unix_socket == '/' ||
               fail_host(text, origin, "which is not an absolute path", error);
    }
    if (dk_starts_with(text, "tcp://"))
        return parse_tcp(text, text + strlen("tcp://"), tls_folder, endpoint, error);
    if (dk_starts_with(text, "ssh://"))
        return fail_host(text, origin, "and devkit does not speak to a Docker engine over ssh", error);
    return fail_host(text, origin, "which is no address devkit knows", error);
}

void docker_endpoint_release(docker_endpoint *endpoint) {
    free(endpoint->unix_socket);
    free(endpoint->base);
    free(endpoint->host);
    free(endpoint->ca_file);
    free(endpoint->certificate_file);
    free(endpoint->key_file);
    free(endpoint->origin);
    *endpoint = (docker_endpoint){0};
}

/* ── nobody there ─────────────────────────────────────────────────────────────────────────────────────────
 */

static bool fail_permission(const char *path, dk_error *error) {
    dk_fail(error, DK_ERROR_FAILED, "docker-permission", "the Docker engine's socket %s is closed to you",
            path);
    return dk_error_hint(error, "sudo usermod -aG docker \"$USER\" and log in again (members of that group "
                                "can become root), or use rootless Docker or Podman");
}

static bool fail_busy(const char *path, dk_error *error) {
    dk_fail(error, DK_ERROR_FAILED, "docker-timeout", "the Docker engine at %s takes no further connection",
            path);
    dk_error_detail(error, "too many wait for it already: it hangs or is very busy");
    return dk_error_hint(error, "does `docker ps` answer? sudo systemctl restart docker starts it anew");
}

static bool fail_unreachable(const docker_endpoint *endpoint, int why, dk_error *error) {
    if (why == EACCES || why == EPERM)
        return fail_permission(endpoint->unix_socket, error);
    if (why == EAGAIN)
        return fail_busy(endpoint->unix_socket, error);
    dk_fail(error, DK_ERROR_FAILED, "docker-unreachable", "no Docker engine answers at %s",
            endpoint->unix_socket);
    const char *reason = why == ENOENT         ? "there is no such socket"
                         : why == ECONNREFUSED ? "the socket is there, but nobody listens on it"
                                               : strerror(why);
    dk_error_detail(error, "%s (from %s)", reason, endpoint->origin);
    return dk_error_hint(error, "start it: sudo systemctl start docker, Docker Desktop, or `systemctl --user "
                                "start podman.socket`");
}

/* Well-known places, best first. Caller frees the list. */
static void known_sockets(dk_strv *paths) {
    const char *given = getenv("XDG_RUNTIME_DIR");
    const char *home = getenv("HOME");
    /* After `su` or in a cron job the variable is not there, but the folder is. */
    DK_AUTOFREE char *runtime =
        given && *given ? dk_strdup(given) : dk_format("/run/user/%lu", (unsigned long)geteuid());
    dk_strv_add(paths, "/var/run/docker.sock");
    dk_strv_addf(paths, "%s/docker.sock", runtime);
    if (home && *home)
        dk_strv_addf(paths, "%s/.docker/run/docker.sock", home);
    dk_strv_addf(paths, "%s/podman/podman.sock", runtime);
    dk_strv_add(paths, "/run/podman/podman.sock");
}

static bool fail_none(const char *closed, dk_error *error) {
    if (closed)
        return fail_permission(closed, error);
    dk_fail(error, DK_ERROR_FAILED, "docker-unreachable", "no Docker engine answers on this machine");
    dk_error_detail(error, "neither Docker's nor Podman's socket has anybody listening");
    return dk_error_hint(error, "install or start one (sudo systemctl start docker), set DOCKER_HOST, or let "
                                "devkit run a server without one: [database] server = \"local\"");
}

static bool find_known(docker_endpoint *endpoint, dk_error *error) {
    DK_AUTO_STRV dk_strv paths = DK_STRV_INIT;
    const char *closed = NULL;
    known_sockets(&paths);
    for (size_t i = 0; i < paths.count; i++) {
        int failure = docker_socket_try(paths.items[i]);
        if (failure == EAGAIN)
            return fail_busy(paths.items[i], error);
        if (failure == EACCES && !closed)
            closed = paths.items[i];
        if (failure)
            continue;
        DK_AUTOFREE char *host = dk_format("unix://%s", paths.items[i]);
        return docker_endpoint_parse(host, paths.items[i], NULL, endpoint, error);
    }
    return fail_none(closed, error);
}

static bool check(const docker_endpoint *endpoint, dk_error *error) {
    int failure = endpoint->unix_socket ? docker_socket_try(endpoint->unix_socket) : 0;
    return !failure || fail_unreachable(endpoint, failure, error);
}

static bool is_set(const char *variable) {
    const char *value = getenv(variable);
    return value && *value;
}

/* NULL: no TLS. We always look whether the engine is who it says, DOCKER_TLS or DOCKER_TLS_VERIFY. */
static char *certificate_folder(void) {
    if (!is_set("DOCKER_TLS_VERIFY") && !is_set("DOCKER_TLS"))
        return NULL;
    return is_set("DOCKER_CERT_PATH") ? dk_strdup(getenv("DOCKER_CERT_PATH")) : docker_config_folder();
}

bool docker_endpoint_find(dk_context *context, docker_endpoint *endpoint, dk_error *error) {
    const char *given = getenv("DOCKER_HOST");
    *endpoint = (docker_endpoint){0};
    if (given && *given) {
        DK_AUTOFREE char *folder = certificate_folder();
        return docker_endpoint_parse(given, "DOCKER_HOST", folder, endpoint, error) && check(endpoint, error);
    }
    DK_AUTOFREE char *name = NULL;
    DK_AUTOFREE char *host = NULL;
    DK_AUTOFREE char *tls_folder = NULL;
    if (!docker_context_read(&name, &host, &tls_folder, error))
        return false;
    if (!host)
        return find_known(endpoint, error);
    DK_AUTOFREE char *origin = dk_format("the Docker context \"%s\"", name);
    dk_debug(context, "%s: %s", origin, host);
    return docker_endpoint_parse(host, origin, tls_folder, endpoint, error) && check(endpoint, error);
}

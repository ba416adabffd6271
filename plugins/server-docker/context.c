/* The docker CLI's contexts: ~/.docker/config.json names the current one,
 * contexts/meta/SHA256(name)/meta.json has its address
 * (https://docs.docker.com/engine/manage-resources/contexts/). */
#include "docker.h"

#include <kit/hash/hash.h>
#include <stdlib.h>
#include <string.h>

#define FILE_LIMIT ((size_t)1024 * 1024)

char *docker_config_folder(void) {
    const char *given = getenv("DOCKER_CONFIG");
    const char *home = getenv("HOME");
    if (given && *given)
        return dk_strdup(given);
    return home && *home ? dk_path_join(home, ".docker") : NULL;
}

/* What is wrong with a file of the CLI's is the detail. */
static bool fail_file(const char *path, dk_error *error) {
    DK_AUTOFREE char *why = dk_strdup(error ? error->detail : NULL);
    dk_fail(error, DK_ERROR_USAGE, "docker-host-invalid", "Docker's own file %s can't be understood", path);
    if (why)
        dk_error_detail(error, "%s", why);
    return dk_error_hint(error, "mend the file (`docker context ls` reads it, too), or name the engine in "
                                "DOCKER_HOST");
}

/* A missing file gives NULL without an error. */
static bool read_json(const char *path, json_t **value, dk_error *error) {
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    *value = NULL;
    if (!dk_file_exists(path))
        return true;
    if (!dk_file_read(path, FILE_LIMIT, &text, error))
        return false;
    *value = http_json_parse(dk_buf_text(&text), text.length, error);
    return *value || fail_file(path, error);
}

static bool current_context(const char *folder, char **name, dk_error *error) {
    const char *given = getenv("DOCKER_CONTEXT");
    *name = NULL;
    if (given && *given) {
        *name = dk_strdup(given);
        return true;
    }
    DK_AUTOFREE char *path = dk_path_join(folder, "config.json");
    DK_AUTO_JSON json_t *config = NULL;
    const char *current = NULL;
    if (!read_json(path, &config, error))
        return false;
    if (config && !http_json_string_optional(config, "currentContext", &current, error))
        return fail_file(path, error);
    *name = current && *current ? dk_strdup(current) : NULL;
    return true;
}

static bool fail_missing(const char *name, dk_error *error) {
    dk_fail(error, DK_ERROR_USAGE, "docker-host-invalid", "there is no Docker context \"%s\"", name);
    return dk_error_hint(error, "`docker context ls` shows those there are; `docker context use NAME` or "
                                "DOCKER_HOST names another");
}

bool docker_context_read(char **name, char **host, char **tls_folder, dk_error *error) {
    *name = *host = *tls_folder = NULL;
    DK_AUTOFREE char *folder = docker_config_folder();
    if (!folder)
        return true;
    if (!current_context(folder, name, error))
        return false;
    if (!*name || dk_streq(*name, "default"))
        return true;
    char hex[HASH_HEX];
    hash_memory_hex(*name, strlen(*name), hex);
    DK_AUTOFREE char *path = dk_format("%s/contexts/meta/%s/meta.json", folder, hex);
    DK_AUTO_JSON json_t *meta = NULL;
    const char *found = NULL;
    if (!read_json(path, &meta, error))
        return false;
    if (!meta)
        return fail_missing(*name, error);
    if (!http_json_string(meta, "Endpoints.docker.Host", &found, error))
        return fail_file(path, error);
    *host = dk_strdup(found);
    DK_AUTOFREE char *tls = dk_format("%s/contexts/tls/%s/docker", folder, hex);
    if (dk_is_directory(tls))
        *tls_folder = dk_strdup(tls);
    return true;
}

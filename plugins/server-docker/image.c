/* The image: there or pulled, and what it says of itself. */
#include "docker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FOLDER "/var/lib/postgresql"
#define FIRST_WITH_FOLDER 18 /* https://github.com/docker-library/postgres/pull/1259 */

void docker_image_release(docker_image *image) {
    free(image->mount);
    *image = (docker_image){0};
}

/* "16" of "postgres:16.4-alpine"; 0 when the tag is no version. A digest says nothing. */
static int major_of_tag(const char *name) {
    const char *slash = strrchr(name, '/');
    const char *last = slash ? slash : name;
    const char *colon = last + strcspn(last, ":@");
    int major = *colon == ':' ? atoi(colon + 1) : 0; /* NOLINT: a tag that is no number is 0 */
    return major >= 8 && major < 100 ? major : 0;
}

static const char *variable(const json_t *list, const char *name) {
    size_t length = strlen(name), index;
    json_t *item;
    json_array_foreach(list, index, item) {
        const char *text = json_string_value(item);
        if (text && strncmp(text, name, length) == 0 && text[length] == '=')
            return text + length + 1;
    }
    return NULL;
}

static bool is_below(const char *path, const char *folder) {
    size_t length = strlen(folder);
    return path && strncmp(path, folder, length) == 0 && (path[length] == '/' || !path[length]);
}

/* Where the image wants its volume: by its major version as the official one does, unless its data folder is
 * elsewhere; then the volume it declares, or that folder. */
static char *mount_point(const docker_image *image, const char *data, const json_t *volumes) {
    const char *usual = image->major >= FIRST_WITH_FOLDER ? FOLDER : FOLDER "/data";
    const char *declared;
    json_t *nothing;
    if (!data || is_below(data, usual))
        return dk_strdup(usual);
    json_object_foreach((json_t *)(uintptr_t)volumes, declared,
                        nothing) if (is_below(data, declared)) return dk_strdup(declared);
    return dk_strdup(data);
}

bool docker_image_parse(const char *name, const json_t *inspected, docker_image *image, dk_error *error) {
    json_t *environment = NULL, *volumes = NULL;
    *image = (docker_image){0};
    if (!http_json_find(inspected, "Config.Env", &environment, error) ||
        !http_json_find(inspected, "Config.Volumes", &volumes, error))
        return docker_explain("the engine's answer about the image makes no sense", error);
    const char *major = variable(environment, "PG_MAJOR");
    image->major = major ? atoi(major) : major_of_tag(name); /* NOLINT: no number is 0 */
    image->mount = mount_point(image, variable(environment, "PGDATA"), volumes);
    return true;
}

static bool inspect(docker_engine *engine, const char *name, json_t **inspected, dk_error *error) {
    long status = 0;
    DK_AUTO_BUF dk_buf path = DK_BUF_INIT;
    DK_AUTOFREE char *what = dk_format("cannot look at the image %s", name);
    dk_buf_addf(&path, "/images/%s/json", name);
    docker_call call = {.path = dk_buf_text(&path), .what = what, .accept = 404};
    if (!docker_send(engine, &call, inspected, &status, error))
        return false;
    if (status != 404)
        return true;
    json_decref(*inspected);
    *inspected = NULL;
    return true;
}

/* The name becomes part of a path of the API. */
static bool check_name(const char *name, dk_error *error) {
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/:@";
    if (*name && name[strspn(name, allowed)] == 0 && *name != '/' && !strstr(name, ".."))
        return true;
    dk_fail(error, DK_ERROR_USAGE, "image-invalid", "\"%s\" is no name of an image", name);
    return dk_error_hint(error, "write [server.docker] image as in \"postgres:16\"");
}

bool docker_image_ensure(docker_engine *engine, const char *name, docker_image *image, dk_error *error) {
    DK_AUTO_JSON json_t *inspected = NULL;
    if (!check_name(name, error) || !inspect(engine, name, &inspected, error))
        return false;
    if (!inspected && (!docker_pull(engine, name, error) || !inspect(engine, name, &inspected, error)))
        return false;
    if (!inspected) {
        dk_fail(error, DK_ERROR_FAILED, "image-missing", "the image %s is not there after pulling it", name);
        return dk_error_hint(error, "try `docker pull %s`", name);
    }
    return docker_image_parse(name, inspected, image, error);
}

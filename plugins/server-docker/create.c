/* Making and removing the container and its volume. */
#include "docker.h"

#include <stdlib.h>
#include <string.h>

#define SHARED_MEMORY (256 * 1024 * 1024) /* the engine's own 64 MB end parallel queries */
#define STOP_SECONDS 60

static json_t *labels(const docker_project *project) {
    json_t *object = json_object();
    dk_json_set_string(object, DOCKER_LABEL_PROJECT, project->hash);
    dk_json_set_string(object, DOCKER_LABEL_FOLDER, project->folder);
    dk_json_set_string(object, DOCKER_LABEL_IMAGE, project->image);
    return object;
}

static json_t *environment(const docker_project *project) {
    json_t *list = json_array();
    DK_AUTOFREE char *database = dk_format("POSTGRES_DB=%s", project->url->database);
    json_array_append_new(list, json_string("POSTGRES_USER=" DOCKER_ADMIN));
    json_array_append_new(list,
                          json_string("POSTGRES_PASSWORD_FILE=" DOCKER_SECRET_FOLDER "/" DOCKER_SECRET_FILE));
    json_array_append_new(list, json_string(database));
    return list;
}

static json_t *host_settings(const docker_project *project, const docker_image *image) {
    DK_AUTOFREE char *port = dk_format("%d", dk_url_port(project->url));
    json_t *binding =
        json_pack("{s: s, s: s}", "HostIp", docker_publish_address(project->url), "HostPort", port);
    json_t *mount =
        json_pack("{s: s, s: s, s: s}", "Type", "volume", "Source", project->name, "Target", image->mount);
    return json_pack("{s: {s: [o]}, s: [o], s: i, s: {s: s}, s: b}", "PortBindings", DOCKER_PORT, binding,
                     "Mounts", mount, "ShmSize", SHARED_MEMORY, "RestartPolicy", "Name", "no", "Init", 0);
}

json_t *docker_create_body(const docker_project *project, const docker_image *image) {
    /* SIGINT is PostgreSQL's fast shutdown: it does not wait for clients. */
    return json_pack("{s: s, s: o, s: o, s: {s: {}}, s: s, s: i, s: o}", "Image", project->image, "Env",
                     environment(project), "Labels", labels(project), "ExposedPorts", DOCKER_PORT,
                     "StopSignal", "SIGINT", "StopTimeout", STOP_SECONDS, "HostConfig",
                     host_settings(project, image));
}

static bool fail_foreign_volume(const docker_project *project, dk_error *error) {
    dk_fail(error, DK_ERROR_REFUSED, "volume-foreign",
            "there is a volume %s that devkit did not make for this project", project->name);
    return dk_error_hint(error,
                         "look at it with `docker volume inspect %s`; remove it, or change [project] "
                         "name",
                         project->name);
}

static bool fail_volume_version(const docker_project *project, int have, int wanted, dk_error *error) {
    dk_fail(error, DK_ERROR_FAILED, "data-version",
            "the volume %s holds data of PostgreSQL %d, and the image %s is version %d", project->name, have,
            project->image, wanted);
    return dk_error_hint(
        error,
        "set image = \"postgres:%d\" in [server.docker]; or keep a copy (pg_dump of version %d "
        "or newer), `devkit destroy`, and `devkit up`",
        have, wanted);
}

/* A volume that is there must be ours and of the image's version. `*found` false: there is none. */
static bool check_volume(docker_engine *engine, const docker_project *project, const docker_image *image,
                         bool *found, dk_error *error) {
    long status = 0;
    DK_AUTO_JSON json_t *volume = NULL;
    DK_AUTOFREE char *path = dk_format("/volumes/%s", project->name);
    docker_call call = {.path = path, .what = "cannot look at the volume", .accept = 404};
    if (!docker_send(engine, &call, &volume, &status, error))
        return false;
    *found = status != 404;
    if (!*found)
        return true;
    const json_t *marks = json_object_get(volume, "Labels");
    if (!dk_streq(dk_json_string(marks, DOCKER_LABEL_PROJECT, ""), project->hash))
        return fail_foreign_volume(project, error);
    int64_t major = 0;
    dk_parse_int64(dk_json_string(marks, DOCKER_LABEL_MAJOR, "0"), &major);
    if (major && image->major && major != image->major)
        return fail_volume_version(project, (int)major, image->major, error);
    return true;
}

static bool make_volume(docker_engine *engine, const docker_project *project, const docker_image *image,
                        dk_error *error) {
    bool found = false;
    if (!check_volume(engine, project, image, &found, error))
        return false;
    if (found)
        return true;
    DK_AUTOFREE char *major = dk_format("%d", image->major);
    DK_AUTO_JSON json_t *body = json_pack("{s: s, s: o}", "Name", project->name, "Labels", labels(project));
    dk_json_set_string(json_object_get(body, "Labels"), DOCKER_LABEL_MAJOR, major);
    docker_call call = {
        .method = "POST", .path = "/volumes/create", .json = body, .what = "cannot make the volume"};
    return docker_send(engine, &call, NULL, NULL, error);
}

static bool make_container(docker_engine *engine, const docker_project *project, const docker_image *image,
                           dk_error *error) {
    DK_AUTO_JSON json_t *body = docker_create_body(project, image);
    DK_AUTOFREE char *path = dk_format("/containers/create?name=%s", project->name);
    DK_AUTOFREE char *what = dk_format("cannot make the container %s", project->name);
    docker_call call = {.method = "POST", .path = path, .json = body, .what = what};
    DK_FAULT("container-create-before");
    return docker_send(engine, &call, NULL, NULL, error);
}

bool docker_can_create(docker_engine *engine, const docker_project *project, dk_error *error) {
    docker_image image = {0};
    bool found = false;
    bool can = docker_image_ensure(engine, project->image, &image, error) &&
               check_volume(engine, project, &image, &found, error);
    docker_image_release(&image);
    return can;
}

bool docker_create(docker_engine *engine, const docker_project *project, dk_error *error) {
    docker_image image = {0};
    bool made = docker_image_ensure(engine, project->image, &image, error) &&
                make_volume(engine, project, &image, error) && make_container(engine, project, &image, error);
    docker_image_release(&image);
    return made;
}

bool docker_remove_container(docker_engine *engine, const char *name, dk_error *error) {
    DK_AUTOFREE char *path = dk_format("/containers/%s?force=1&v=1", name);
    DK_AUTOFREE char *what = dk_format("cannot remove the container %s", name);
    docker_call call = {.method = "DELETE", .path = path, .what = what, .accept = 404};
    return docker_send(engine, &call, NULL, NULL, error);
}

bool docker_remove_volume(docker_engine *engine, const docker_project *project, dk_error *error) {
    bool found = false;
    docker_image any = {0};
    DK_AUTOFREE char *path = dk_format("/volumes/%s", project->name);
    DK_AUTOFREE char *what = dk_format("cannot remove the volume %s", project->name);
    docker_call call = {.method = "DELETE", .path = path, .what = what, .accept = 404};
    return check_volume(engine, project, &any, &found, error) &&
           (!found || docker_send(engine, &call, NULL, NULL, error));
}

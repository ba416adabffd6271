/* The project's container as the engine tells it, and how it differs from what is wanted. */
#include "docker.h"

#include <stdlib.h>
#include <string.h>

/* "POSTGRES_USER=x" among the variables. Caller frees. */
static char *variable_of(const json_t *raw, const char *name) {
    size_t length = strlen(name), index;
    json_t *list = NULL, *item;
    if (!http_json_find(raw, "Config.Env", &list, NULL) || !json_is_array(list))
        return NULL;
    json_array_foreach(list, index, item) {
        const char *text = json_string_value(item);
        if (text && strncmp(text, name, length) == 0 && text[length] == '=')
            return dk_strdup(text + length + 1);
    }
    return NULL;
}

/* From what was asked for, so that it is known of a stopped one, too. */
static bool read_port(const json_t *raw, docker_container *container, dk_error *error) {
    json_t *bindings = NULL, *binding = NULL;
    if (!http_json_find(raw, "HostConfig.PortBindings", &bindings, error))
        return false;
    binding = json_array_get(json_object_get(bindings, DOCKER_PORT), 0);
    if (!binding)
        return true;
    int64_t port = 0;
    const char *address = dk_json_string(binding, "HostIp", "");
    dk_parse_int64(dk_json_string(binding, "HostPort", "0"), &port);
    container->address = dk_strdup(*address ? address : "0.0.0.0");
    container->port = port > 0 && port <= 65535 ? (int)port : 0;
    return true;
}

static bool read_volume(const json_t *raw, docker_container *container, dk_error *error) {
    json_t *mounts = NULL, *mount;
    size_t index;
    if (!http_json_find(raw, "Mounts", &mounts, error))
        return false;
    json_array_foreach(mounts, index, mount) {
        if (dk_starts_with(dk_json_string(mount, "Destination", ""), "/var/lib/postgresql") ||
            !container->volume) {
            free(container->volume);
            container->volume = dk_strdup(dk_json_string(mount, "Name", NULL));
        }
    }
    return true;
}

static bool read_state(const json_t *raw, docker_container *container, dk_error *error) {
    const char *state = NULL;
    if (!http_json_string(raw, "State.Status", &state, error) ||
        !http_json_boolean(raw, "State.Running", &container->running, error) ||
        !http_json_integer(raw, "State.ExitCode", &container->exit_status, error))
        return false;
    snprintf(container->state, sizeof container->state, "%s", state);
    json_t *details = json_object_get(raw, "State");
    container->out_of_memory = dk_json_bool(details, "OOMKilled", false);
    container->tty = dk_json_bool(json_object_get(raw, "Config"), "Tty", false);
    return true;
}

bool docker_container_parse(const docker_project *project, json_t *raw, docker_container *container,
                            dk_error *error) {
    const char *id = NULL, *image = NULL, *owner = NULL;
    json_t *labels = NULL;
    *container = (docker_container){.exists = true, .raw = raw};
    if (!http_json_string(raw, "Id", &id, error) || !http_json_string(raw, "Config.Image", &image, error) ||
        !http_json_find(raw, "Config.Labels", &labels, error) || !read_state(raw, container, error) ||
        !read_port(raw, container, error) || !read_volume(raw, container, error))
        return false;
    owner = dk_json_string(labels, DOCKER_LABEL_PROJECT, "");
    container->id = dk_strdup(id);
    container->image = dk_strdup(dk_json_string(labels, DOCKER_LABEL_IMAGE, image));
    container->ours = dk_streq(owner, project->hash);
    container->user = variable_of(raw, "POSTGRES_USER");
    return true;
}

bool docker_container_read(docker_engine *engine, const docker_project *project, docker_container *container,
                           dk_error *error) {
    long status = 0;
    json_t *raw = NULL;
    DK_AUTOFREE char *path = dk_format("/containers/%s/json", project->name);
    DK_AUTOFREE char *what = dk_format("cannot look at the container %s", project->name);
    docker_call call = {.path = path, .what = what, .accept = 404};
    *container = (docker_container){0};
    if (!docker_send(engine, &call, &raw, &status, error))
        return false;
    if (status == 404) {
        json_decref(raw);
        return true;
    }
    return docker_container_parse(project, raw, container, error) || docker_explain(what, error);
}

void docker_container_release(docker_container *container) {
    free(container->id);
    free(container->image);
    free(container->user);
    free(container->address);
    free(container->volume);
    json_decref(container->raw);
    *container = (docker_container){0};
}

bool docker_container_check_owned(const docker_project *project, const docker_container *container,
                                  dk_error *error) {
    if (!container->exists || container->ours)
        return true;
    dk_fail(error, DK_ERROR_REFUSED, "container-foreign",
            "there is a container %s that devkit did not make for this project", project->name);
    return dk_error_hint(error,
                         "look at it with `docker inspect %s`; rename or remove it, or change "
                         "[project] name",
                         project->name);
}

void docker_differences(const docker_project *project, const docker_container *container,
                        dk_strv *differences) {
    const char *address = docker_publish_address(project->url);
    int port = dk_url_port(project->url);
    if (!container->address)
        dk_strv_addf(differences, "it publishes no port, %s says %d", project->variable, port);
    else if (container->port != port || !dk_streq(container->address, address))
        dk_strv_addf(differences, "it is published at %s:%d, %s says %s:%d", container->address,
                     container->port, project->variable, address, port);
    if (!dk_streq(container->image, project->image))
        dk_strv_addf(differences, "it was made from the image %s, [server.docker] image is %s",
                     container->image, project->image);
    if (!dk_streq(container->user, DOCKER_ADMIN))
        dk_strv_addf(differences, "its superuser is %s, devkit's would be %s",
                     container->user ? container->user : "postgres", DOCKER_ADMIN);
}

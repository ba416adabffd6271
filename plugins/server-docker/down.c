/* Stopping the container, and removing it with its data. */
#include "docker.h"

#define STOP_SECONDS 60

static bool stopped_here;

bool docker_was_stopped_here(void) {
    return stopped_here;
}

static bool stop(docker_engine *engine, const docker_project *project, const docker_container *container,
                 dk_error *error) {
    DK_AUTOFREE char *path = dk_format("/containers/%s/stop?t=%d", container->id, STOP_SECONDS);
    DK_AUTOFREE char *what = dk_format("cannot stop the container %s", project->name);
    docker_call call = {.method = "POST",
                        .path = path,
                        .what = what,
                        .accept = 304, /* it is stopped already */
                        .timeout_ms = (STOP_SECONDS + 30) * 1000};
    return docker_send(engine, &call, NULL, NULL, error);
}

static bool down_locked(docker_engine *engine, docker_project *project, bool *changed, dk_error *error) {
    DOCKER_AUTO_LOCK dk_lock lock = DK_LOCK_INIT;
    DOCKER_AUTO_CONTAINER docker_container container = {0};
    if (!docker_lock(project, &lock, DOCKER_START_TIMEOUT_MS, error) ||
        !docker_container_read(engine, project, &container, error) ||
        !docker_container_check_owned(project, &container, error))
        return false;
    *changed = container.running;
    return !container.running || stop(engine, project, &container, error);
}

bool docker_down(dk_context *context, bool *changed, dk_error *error) {
    DOCKER_AUTO_PROJECT docker_project project = {0};
    DOCKER_AUTO_ENGINE docker_engine engine = {0};
    stopped_here = true;
    return docker_project_open(context, &project, error) && docker_engine_open(context, &engine, error) &&
           down_locked(&engine, &project, changed, error);
}

static void forget(const docker_project *project) {
    static const char *const files[] = {"docker.admin", "docker.url"};
    docker_truth_forget(project);
    for (size_t i = 0; i < DK_COUNT(files); i++) {
        DK_AUTOFREE char *path = docker_state_file(project, files[i]);
        dk_remove_tree(path, NULL);
    }
}

/* The container first: killed in between, the next `destroy` finds the volume. */
bool docker_destroy(dk_context *context, dk_error *error) {
    DOCKER_AUTO_PROJECT docker_project project = {0};
    DOCKER_AUTO_ENGINE docker_engine engine = {0};
    DOCKER_AUTO_LOCK dk_lock lock = DK_LOCK_INIT;
    DOCKER_AUTO_CONTAINER docker_container container = {0};
    if (!docker_project_open(context, &project, error) || !docker_engine_open(context, &engine, error) ||
        !docker_lock(&project, &lock, DOCKER_START_TIMEOUT_MS, error) ||
        !docker_container_read(&engine, &project, &container, error) ||
        !docker_container_check_owned(&project, &container, error))
        return false;
    if (container.exists && !docker_remove_container(&engine, project.name, error))
        return false;
    DK_FAULT("container-destroy-half");
    if (!docker_remove_volume(&engine, &project, error))
        return false;
    forget(&project);
    return true;
}

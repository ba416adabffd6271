/* Plugin server-docker: the server interface for a container that devkit owns, and the interface containers.
 */
#include "docker.h"

#include <devkit/plugin.h>
#include <stdlib.h>

static bool fail_not_running(dk_error *error) {
    dk_fail(error, DK_ERROR_FAILED, "not-running", "the project's container is not running");
    return dk_error_hint(error, "start it with `devkit up`");
}

static bool admin(dk_context *context, dk_conninfo *conninfo, bool *superuser, dk_error *error) {
    DOCKER_AUTO_PROJECT docker_project project = {0};
    DOCKER_AUTO_ENGINE docker_engine engine = {0};
    DOCKER_AUTO_CONTAINER docker_container container = {0};
    if (!docker_project_open(context, &project, error) || !docker_address(&project, false, error) ||
        !docker_engine_open(context, &engine, error) ||
        !docker_container_read(&engine, &project, &container, error) ||
        !docker_container_check_owned(&project, &container, error))
        return false;
    DK_AUTOFREE char *secret = docker_secret_read(&project);
    if (!project.url || !container.running || !secret)
        return fail_not_running(error);
    docker_admin_conninfo(&project, &container, secret, conninfo);
    *superuser = true;
    return true;
}

/* Answered without a query, and without an engine where no `up` was seen yet. */
static bool running(dk_context *context) {
    DOCKER_AUTO_PROJECT docker_project project = {0};
    DOCKER_AUTO_ENGINE docker_engine engine = {0};
    DOCKER_AUTO_CONTAINER docker_container container = {0};
    DK_AUTO_STRV dk_strv differences = DK_STRV_INIT;
    if (!docker_project_open(context, &project, NULL) || !docker_address(&project, false, NULL) ||
        !project.url)
        return false;
    DK_AUTOFREE char *stamp = docker_state_file(&project, "docker.true");
    DK_AUTOFREE char *secret = docker_secret_read(&project);
    if (!secret || !dk_file_exists(stamp) || !docker_engine_open(context, &engine, NULL) ||
        !docker_container_read(&engine, &project, &container, NULL) || !container.ours || !container.running)
        return false;
    docker_differences(&project, &container, &differences);
    return !differences.count && docker_truth_is_known(&project, &container);
}

static const dk_server_interface server = {
    .head = DK_INTERFACE("server", "docker", DK_SERVER_VERSION, dk_server_interface),
    .detect = docker_detect,
    .status = docker_status,
    .up = docker_up,
    .down = docker_down,
    .destroy = docker_destroy,
    .logs = docker_logs,
    .admin = admin,
    .running = running,
};

static const dk_interface *const interfaces[] = {&server.head, &docker_containers.head};

static const dk_plugin plugin = {
    DK_PLUGIN_HEAD,
    .name = "server-docker",
    .version = DEVKIT_VERSION,
    .summary = "A PostgreSQL server in a container of its own, through the Docker Engine API",
    .interfaces = interfaces,
    .interface_count = DK_COUNT(interfaces),
};

DK_PLUGIN(server_docker, &plugin)

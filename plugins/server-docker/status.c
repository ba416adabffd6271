/* What is there, and whether it is what the URL says. */
#include "docker.h"

#include <stdlib.h>
#include <string.h>

static void set_string(json_t *details, const json_t *raw, const char *key, const char *path,
                       const char *fallback) {
    const char *value = fallback;
    http_json_string_optional(raw, path, &value, NULL);
    dk_json_set_string(details, key, value);
}

static json_t *details_of(docker_engine *engine, const docker_project *project,
                          const docker_container *container, bool resources) {
    json_t *details = json_object();
    dk_json_set_string(details, "engine", engine->version);
    dk_json_set_string(details, "engine_address",
                       engine->endpoint.unix_socket ? engine->endpoint.unix_socket : engine->endpoint.base);
    if (!container->exists)
        return details;
    dk_json_set_string(details, "container", project->name);
    dk_json_set_string(details, "container_id", container->id);
    dk_json_set_string(details, "image", container->image);
    dk_json_set_string(details, "volume", container->volume);
    dk_json_set_string(details, "container_state", container->state);
    set_string(details, container->raw, "health", "State.Health.Status", "none");
    set_string(details, container->raw, "restart_policy", "HostConfig.RestartPolicy.Name", "no");
    set_string(details, container->raw, "started_at", "State.StartedAt", NULL);
    dk_json_set_int(details, "restarts", dk_json_int(container->raw, "RestartCount", 0));
    DK_AUTO_JSON json_t *used = resources && container->running ? docker_resources(engine, container) : NULL;
    if (used)
        json_object_update(details, used);
    return details;
}

void docker_status_fill(docker_engine *engine, const docker_project *project,
                        const docker_container *container, const docker_facts *facts, bool resources,
                        dk_server_status *status) {
    int64_t pid = 0;
    status->provider = dk_strdup("docker");
    status->owned = !container->exists || container->ours;
    if (facts && facts->server.version)
        status->version = dk_format("%d.%d", facts->server.version / 10000, facts->server.version % 10000);
    if (project->url) {
        status->host = dk_strdup(dk_url_host_name(project->url));
        status->port = dk_url_port(project->url);
        status->database = dk_strdup(project->url->database);
        status->role = dk_strdup(project->url->user);
    }
    if (container->running && http_json_integer(container->raw, "State.Pid", &pid, NULL))
        status->pid = pid;
    if (container->volume)
        status->data_dir = dk_format("volume %s", container->volume);
    if (engine->base)
        status->details = details_of(engine, project, container, resources);
}

static void set(dk_server_status *status, dk_server_state state, char *problem, const char *hint) {
    status->state = state;
    status->problem = problem;
    status->hint = dk_strdup(hint);
}

static char *describe(const dk_error *why) {
    return why->detail ? dk_format("%s: %s", why->message, why->detail) : dk_strdup(why->message);
}

/* Nobody answers yet, but it was started just now. */
static bool is_starting(const dk_error *why) {
    return dk_error_is(why, "server-starting") || dk_error_is(why, "connection-failed") ||
           dk_error_is(why, "not-listening");
}

static void judge_login(const docker_project *project, docker_facts *facts, dk_server_status *status) {
    static const char *const mended_by_up[] = {"password-rejected", "role-missing", "database-missing"};
    DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
    if (docker_ready(project, NULL, facts, &why)) {
        status->state = DK_SERVER_READY;
        return;
    }
    bool mends = false;
    for (size_t i = 0; i < DK_COUNT(mended_by_up); i++)
        mends |= dk_error_is(&why, mended_by_up[i]);
    set(status, is_starting(&why) ? DK_SERVER_STARTING : DK_SERVER_UNHEALTHY, describe(&why),
        mends ? "`devkit up` makes it what the URL says" : "`devkit logs` shows more");
}

static void judge_stopped(const docker_container *container, dk_server_status *status) {
    if (dk_streq(container->state, "paused"))
        set(status, DK_SERVER_UNHEALTHY, dk_strdup("the container is paused"), "`devkit up` continues it");
    else if (dk_streq(container->state, "restarting") || dk_streq(container->state, "dead"))
        set(status, DK_SERVER_UNHEALTHY, dk_format("the container is %s", container->state),
            "`devkit logs` shows why");
    else if (container->out_of_memory)
        set(status, DK_SERVER_STOPPED, dk_strdup("the engine ended the container: it used too much memory"),
            "`devkit up` starts it");
    else if (container->exit_status)
        set(status, DK_SERVER_STOPPED,
            dk_format("the container ended with status %lld", (long long)container->exit_status),
            "`devkit up` starts it, `devkit logs` shows what it said");
    else
        set(status, DK_SERVER_STOPPED, NULL, "`devkit up` starts it");
}

static void judge(const docker_project *project, const docker_container *container, docker_facts *facts,
                  dk_server_status *status) {
    DK_AUTO_STRV dk_strv differences = DK_STRV_INIT;
    if (!container->exists) {
        set(status, DK_SERVER_ABSENT, NULL, "`devkit up` makes it");
        return;
    }
    if (!container->ours) {
        set(status, DK_SERVER_UNHEALTHY,
            dk_format("the container %s was not made by devkit for this project", project->name),
            "rename or remove it, or change [project] name");
        return;
    }
    if (project->url)
        docker_differences(project, container, &differences);
    DK_AUTOFREE char *all = dk_strv_join(&differences, "; ");
    if (differences.count)
        set(status, container->running ? DK_SERVER_UNHEALTHY : DK_SERVER_STOPPED,
            dk_format("the container is not what is asked for: %s", all),
            "`devkit restart` makes it anew and keeps its data");
    else if (!container->running || !dk_streq(container->state, "running"))
        judge_stopped(container, status);
    else if (project->url)
        judge_login(project, facts, status);
    else
        set(status, DK_SERVER_UNHEALTHY,
            dk_strdup("the URL that devkit made up for it is lost (.devkit was removed)"),
            "`devkit restart` gives it a new one and keeps its data");
}

bool docker_status(dk_context *context, dk_server_status *status, dk_error *error) {
    DOCKER_AUTO_PROJECT docker_project project = {0};
    DOCKER_AUTO_ENGINE docker_engine engine = {0};
    DOCKER_AUTO_CONTAINER docker_container container = {0};
    DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
    docker_facts facts = {0};
    if (!docker_project_open(context, &project, error) || !docker_address(&project, false, error))
        return false;
    if (docker_engine_open(context, &engine, &why) &&
        docker_container_read(&engine, &project, &container, &why))
        judge(&project, &container, &facts, status);
    else if (dk_error_is(&why, "interrupted"))
        return dk_fail_interrupted(error);
    else
        set(status, DK_SERVER_UNHEALTHY, describe(&why), why.hint);
    docker_status_fill(&engine, &project, &container, &facts, true, status);
    return true;
}

/* What a running container uses: https://docs.docker.com/reference/api/engine/, ContainerStats. */
#include "docker.h"

#define NANOSECONDS 1e9

json_t *docker_resources_parse(const json_t *stats) {
    const json_t *memory = json_object_get(stats, "memory_stats");
    const json_t *cached = json_object_get(memory, "stats");
    const json_t *cpu = json_object_get(json_object_get(stats, "cpu_stats"), "cpu_usage");
    const json_t *processes = json_object_get(stats, "pids_stats");
    int64_t used = dk_json_int(memory, "usage", 0);
    /* As `docker stats` counts: what the kernel can take back at once is not used (cgroup 2, cgroup 1). */
    int64_t inactive = dk_json_int(cached, "inactive_file", dk_json_int(cached, "total_inactive_file", 0));
    if (!used)
        return NULL;
    json_t *resources = json_object();
    dk_json_set_int(resources, "memory_bytes", inactive < used ? used - inactive : used);
    dk_json_set_int(resources, "memory_limit_bytes", dk_json_int(memory, "limit", 0));
    json_object_set_new(resources, "cpu_seconds",
                        json_real((double)dk_json_int(cpu, "total_usage", 0) / NANOSECONDS));
    dk_json_set_int(resources, "processes", dk_json_int(processes, "current", 0));
    return resources;
}

json_t *docker_resources(docker_engine *engine, const docker_container *container) {
    int64_t pid = 0;
    json_t *seen = NULL;
    if (http_json_integer(container->raw, "State.Pid", &pid, NULL) && pid > 0)
        seen = docker_cgroup_read("/proc", "/sys/fs/cgroup", pid, container->id);
    if (seen)
        return seen;
    DK_AUTO_JSON json_t *stats = NULL;
    DK_AUTOFREE char *path = dk_format("/containers/%s/stats?stream=false&one-shot=true", container->id);
    docker_call call = {.path = path, .what = "cannot read the container's resources", .timeout_ms = 3000};
    return docker_send(engine, &call, &stats, NULL, NULL) ? docker_resources_parse(stats) : NULL;
}

/* What a container uses, from its control group: https://docs.kernel.org/admin-guide/cgroup-v2.html, and
 * version 1 beside it. The engine itself takes a second to answer the same. */
#include "docker.h"

#ifdef __linux__

#include <stdlib.h>
#include <string.h>

#define FILE_LIMIT ((size_t)64 * 1024)
#define NO_LIMIT ((int64_t)1 << 60) /* version 1 says "no limit" as a huge number */

/* "9:memory:/docker/ID" or "0::/system.slice/docker-ID.scope": the path of a controller, when it is the
 * container's. Caller frees. */
static char *path_in(const char *text, const char *controller, const char *id) {
    DK_AUTO_STRV dk_strv lines = DK_STRV_INIT;
    dk_strv_split(&lines, text, '\n');
    for (size_t i = 0; i < lines.count; i++) {
        DK_AUTO_STRV dk_strv parts = DK_STRV_INIT, names = DK_STRV_INIT;
        dk_strv_split(&parts, lines.items[i], ':');
        if (parts.count < 3)
            continue;
        dk_strv_split(&names, parts.items[1], ',');
        if (strstr(parts.items[2], id) &&
            (dk_strv_contains(&names, controller) || (!*controller && !*parts.items[1])))
            return dk_strdup(parts.items[2]);
    }
    return NULL;
}

/* The number in a file, or behind `key` in one. */
static bool number_in(const char *folder, const char *file, const char *key, int64_t *value) {
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    DK_AUTOFREE char *path = dk_path_join(folder, file);
    if (!dk_file_read(path, FILE_LIMIT, &text, NULL))
        return false;
    const char *at = dk_buf_text(&text);
    DK_AUTOFREE char *mark = key ? dk_format("\n%s ", key) : NULL;
    if (key && strncmp(at, mark + 1, strlen(mark) - 1) == 0)
        at += strlen(mark) - 1;
    else if (key) {
        at = strstr(at, mark);
        at = at ? at + strlen(mark) : "";
    }
    char *end = NULL;
    *value = strtoll(at, &end, 10);
    return end != at;
}

static json_t *make(int64_t used, int64_t inactive, int64_t limit, double seconds, int64_t processes) {
    json_t *resources = json_object();
    dk_json_set_int(resources, "memory_bytes", inactive < used ? used - inactive : used);
    dk_json_set_int(resources, "memory_limit_bytes", limit < NO_LIMIT ? limit : 0);
    json_object_set_new(resources, "cpu_seconds", json_real(seconds));
    dk_json_set_int(resources, "processes", processes);
    return resources;
}

static json_t *read_second(const char *cgroup, const char *path) {
    int64_t used = 0, inactive = 0, limit = 0, microseconds = 0, processes = 0;
    DK_AUTOFREE char *folder = dk_format("%s%s", cgroup, path);
    if (!number_in(folder, "memory.current", NULL, &used))
        return NULL;
    number_in(folder, "memory.stat", "inactive_file", &inactive);
    number_in(folder, "memory.max", NULL, &limit);
    number_in(folder, "cpu.stat", "usage_usec", &microseconds);
    number_in(folder, "pids.current", NULL, &processes);
    return make(used, inactive, limit, (double)microseconds / 1e6, processes);
}

static json_t *read_first(const char *cgroup, const char *text, const char *id) {
    int64_t used = 0, inactive = 0, limit = 0, nanoseconds = 0, processes = 0;
    DK_AUTOFREE char *memory = path_in(text, "memory", id);
    DK_AUTOFREE char *cpu = path_in(text, "cpuacct", id);
    DK_AUTOFREE char *pids = path_in(text, "pids", id);
    if (!memory)
        return NULL;
    DK_AUTOFREE char *memory_folder = dk_format("%s/memory%s", cgroup, memory);
    DK_AUTOFREE char *cpu_folder = dk_format("%s/cpuacct%s", cgroup, cpu ? cpu : "");
    DK_AUTOFREE char *pids_folder = dk_format("%s/pids%s", cgroup, pids ? pids : "");
    if (!number_in(memory_folder, "memory.usage_in_bytes", NULL, &used))
        return NULL;
    number_in(memory_folder, "memory.stat", "total_inactive_file", &inactive);
    number_in(memory_folder, "memory.limit_in_bytes", NULL, &limit);
    number_in(cpu_folder, "cpuacct.usage", NULL, &nanoseconds);
    number_in(pids_folder, "pids.current", NULL, &processes);
    return make(used, inactive, limit, (double)nanoseconds / 1e9, processes);
}

json_t *docker_cgroup_read(const char *proc, const char *cgroup, int64_t pid, const char *id) {
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    DK_AUTOFREE char *file = dk_format("%s/%lld/cgroup", proc, (long long)pid);
    if (!dk_file_read(file, FILE_LIMIT, &text, NULL))
        return NULL;
    DK_AUTOFREE char *second = path_in(dk_buf_text(&text), "", id);
    json_t *resources = second ? read_second(cgroup, second) : NULL;
    return resources ? resources : read_first(cgroup, dk_buf_text(&text), id);
}

#endif

/* Projects, and the small things that every object is made of. */
#include "fake.h"

#include <string.h>

fake_model fake = {.lock = PTHREAD_MUTEX_INITIALIZER};

int64_t fake_setting(const char *name, int64_t standard) {
    return dk_json_int(fake.settings, name, standard);
}

void fake_id(const char *prefix, char *text, size_t size) {
    static const char *const words[] = {"small", "term", "cool", "river", "late", "snow", "proud", "moon"};
    char random[9];
    dk_random_hex(random, 8);
    snprintf(text, size, "%s-%s-%s-%s", prefix, words[random[0] % 8], words[random[1] % 8], random);
}

void fake_now(char *text) {
    dk_format_time(dk_unix_time(), text);
}

void fake_set_time(json_t *object, const char *key) {
    char now[32];
    fake_now(now);
    dk_json_set_string(object, key, now);
}

fake_project *fake_project_find(const char *id) {
    for (size_t i = 0; i < fake.project_count; i++)
        if (dk_streq(dk_json_string(fake.projects[i].project, "id", NULL), id))
            return &fake.projects[i];
    return NULL;
}

json_t *fake_find(json_t *list, const char *key, const char *value) {
    for (size_t i = 0; value && i < json_array_size(list); i++)
        if (dk_streq(dk_json_string(json_array_get(list, i), key, NULL), value))
            return json_array_get(list, i);
    return NULL;
}

json_t *fake_shown(const json_t *object) {
    json_t *copy = json_deep_copy(object);
    void *next = NULL;
    for (void *at = json_object_iter(copy); at; at = next) {
        const char *key = json_object_iter_key(at);
        next = json_object_iter_next(copy, at);
        if (key[0] == '_')
            json_object_del(copy, key);
    }
    return copy;
}

static json_t *describe(const char *id, const char *org) {
    static const char *const zeros[] = {"data_storage_bytes_hour",
                                        "data_transfer_bytes",
                                        "written_data_bytes",
                                        "compute_time_seconds",
                                        "active_time_seconds",
                                        "active_time",
                                        "cpu_used_sec",
                                        "branch_logical_size_limit",
                                        "branch_logical_size_limit_bytes"};
    static const char *const times[] = {"created_at", "updated_at", "consumption_period_start",
                                        "consumption_period_end"};
    json_t *project = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:i, s:b, s:i}", "id", id,
                                "name", id, "platform_id", "aws", "region_id", "aws-eu-central-1",
                                "provisioner", "k8s-neonvm", "proxy_host", "c-10.eu-central-1.aws.neon.tech",
                                "creation_source", "console", "owner_id", "7f0a1b9c", "org_id", org,
                                "pg_version", 15, "store_passwords", 1, "history_retention_seconds", 21600);
    for (size_t i = 0; i < DK_COUNT(zeros); i++)
        dk_json_set_int(project, zeros[i], 0);
    for (size_t i = 0; i < DK_COUNT(times); i++)
        fake_set_time(project, times[i]);
    return project;
}

fake_project *fake_project_new(const char *id, const char *org, const char *database, const char *role,
                               const char *password) {
    if (fake.project_count == FAKE_PROJECTS)
        return NULL;
    fake_project *project = &fake.projects[fake.project_count++];
    *project = (fake_project){.project = describe(id, org),
                              .branches = json_array(),
                              .endpoints = json_array(),
                              .operations = json_array(),
                              .annotations = json_object(),
                              .database = dk_strdup(database),
                              .role = dk_strdup(role),
                              .password = dk_strdup(password)};
    return project;
}

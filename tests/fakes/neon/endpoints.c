/* Computes and their addresses. */
#include "fake.h"

#include <string.h>

json_t *fake_endpoint_new(fake_project *project, const char *branch, const char *type) {
    char id[64];
    fake_id("ep", id, sizeof id);
    const char *proxy = dk_json_string(project->project, "proxy_host", "");
    DK_AUTOFREE char *host = dk_format("%s.%s", id, proxy);
    json_t *endpoint = json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:f, s:f, s:s, s:s, s:b, s:s, s:b, s:b, s:s, s:{}, s:s, "
        "s:i, s:s}",
        "host", host, "id", id, "project_id", dk_json_string(project->project, "id", ""), "branch_id", branch,
        "region_id", "aws-eu-central-1", "autoscaling_limit_min_cu", 0.25, "autoscaling_limit_max_cu", 2.0,
        "type", type, "current_state", "active", "pooler_enabled", 0, "pooler_mode", "transaction",
        "disabled", 0, "passwordless_access", 1, "creation_source", "console", "settings", "proxy_host",
        proxy, "suspend_timeout_seconds", 0, "provisioner", "k8s-neonvm");
    fake_set_time(endpoint, "created_at");
    fake_set_time(endpoint, "updated_at");
    json_array_append_new(project->endpoints, endpoint);
    return endpoint;
}

json_t *fake_endpoint_of(const fake_project *project, const char *branch) {
    for (size_t i = 0; i < json_array_size(project->endpoints); i++) {
        json_t *endpoint = json_array_get(project->endpoints, i);
        if (dk_streq(dk_json_string(endpoint, "branch_id", NULL), branch) &&
            strcmp(dk_json_string(endpoint, "type", ""), "read_write") == 0)
            return endpoint;
    }
    return NULL;
}

static void list(fake_request *request, const fake_project *project, const char *branch) {
    json_t *found = json_array();
    for (size_t i = 0; i < json_array_size(project->endpoints); i++) {
        const json_t *endpoint = json_array_get(project->endpoints, i);
        if (!branch || dk_streq(dk_json_string(endpoint, "branch_id", NULL), branch))
            json_array_append_new(found, fake_shown(endpoint));
    }
    fake_answer(request, 200, json_pack("{s:o}", "endpoints", found));
}

void fake_endpoints_list(fake_request *request, fake_project *project) {
    list(request, project, NULL);
}

void fake_endpoints_of_branch(fake_request *request, fake_project *project) {
    list(request, project, request->words[1]);
}

static json_t *find(fake_request *request, fake_project *project) {
    json_t *endpoint = fake_find(project->endpoints, "id", request->words[1]);
    if (!endpoint)
        fake_fail(request, 404, "", "endpoint not found");
    return endpoint;
}

void fake_endpoints_get(fake_request *request, fake_project *project) {
    const json_t *endpoint = find(request, project);
    if (endpoint)
        fake_answer(request, 200, json_pack("{s:o}", "endpoint", fake_shown(endpoint)));
}

void fake_endpoints_create(fake_request *request, fake_project *project) {
    const json_t *wanted = json_object_get(request->body, "endpoint");
    const char *branch = dk_json_string(wanted, "branch_id", "");
    const char *type = dk_json_string(wanted, "type", "read_write");
    if (!fake_find(project->branches, "id", branch)) {
        fake_fail(request, 404, "", "branch not found");
        return;
    }
    if (strcmp(type, "read_write") == 0 && fake_endpoint_of(project, branch)) {
        fake_fail(request, 422, "", "branch already has a read_write endpoint");
        return;
    }
    json_t *operations = json_array(), *endpoint = fake_endpoint_new(project, branch, type);
    fake_operation(project, "start_compute", branch, dk_json_string(endpoint, "id", ""), operations);
    fake_answer(request, 201,
                json_pack("{s:o, s:o}", "endpoint", fake_shown(endpoint), "operations", operations));
}

static void change_state(fake_request *request, fake_project *project, const char *state,
                         const char *action) {
    json_t *endpoint = find(request, project), *operations = json_array();
    if (!endpoint) {
        json_decref(operations);
        return;
    }
    const char *branch = dk_json_string(endpoint, "branch_id", "");
    dk_json_set_string(endpoint, "current_state", state);
    if (strcmp(state, "idle") == 0)
        fake_database_disconnect(project, branch);
    fake_operation(project, action, branch, request->words[1], operations);
    fake_answer(request, 200,
                json_pack("{s:o, s:o}", "endpoint", fake_shown(endpoint), "operations", operations));
}

void fake_endpoints_start(fake_request *request, fake_project *project) {
    change_state(request, project, "active", "start_compute");
}

void fake_endpoints_suspend(fake_request *request, fake_project *project) {
    change_state(request, project, "idle", "suspend_compute");
}

/* hostaddr leads a name that does not exist to this machine; the option does what SNI does at Neon. */
json_t *fake_uri(const fake_project *project, const json_t *endpoint, bool pooled) {
    const char *id = dk_json_string(endpoint, "id", ""), *mark = pooled ? "-pooler" : "";
    return json_sprintf(
        "postgresql://%s:%s@%s%s%s:%d/%s?sslmode=disable&hostaddr=127.0.0.1&options=endpoint%%3D%s%s",
        project->role, project->password, id, mark, dk_json_string(endpoint, "host", "") + strlen(id),
        fake_options_given.gateway, project->database, id, mark);
}

/* Without a compute of its own a branch gets the default one's address: the trap that is in the contract. */
void fake_connection_uri(fake_request *request, fake_project *project) {
    const char *branch = fake_query(request, "branch_id");
    const json_t *endpoint = fake_find(project->endpoints, "id", fake_query(request, "endpoint_id"));
    if (!dk_streq(fake_query(request, "database_name"), project->database) ||
        !dk_streq(fake_query(request, "role_name"), project->role)) {
        fake_fail(request, 404, "", "role or database not found");
        return;
    }
    if (!endpoint && branch)
        endpoint = fake_endpoint_of(project, branch);
    if (!endpoint)
        endpoint = json_array_get(project->endpoints, 0);
    bool pooled = dk_streq(fake_query(request, "pooled"), "true");
    fake_answer(request, 200, json_pack("{s:o}", "uri", fake_uri(project, endpoint, pooled)));
}

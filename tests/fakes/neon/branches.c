/* Branches: what they are, and making, changing and deleting them. */
#include "fake.h"

#include <string.h>
#include <time.h>

#define DAY 86400

json_t *fake_branch_new(fake_project *project, const char *name, const char *parent) {
    static const char *const zeros[] = {"cpu_used_sec", "active_time_seconds", "compute_time_seconds",
                                        "written_data_bytes", "data_transfer_bytes"};
    static const char *const times[] = {"created_at", "updated_at", "state_changed_at"};
    char id[64];
    DK_AUTOFREE char *lsn = fake_database_lsn();
    fake_id("br", id, sizeof id);
    json_t *branch = json_pack("{s:s, s:s, s:s, s:s, s:s, s:b, s:b, s:b}", "id", id, "project_id",
                               dk_json_string(project->project, "id", ""), "name", name, "current_state",
                               parent ? "init" : "ready", "creation_source", "console", "default", 0,
                               "primary", 0, "protected", 0);
    for (size_t i = 0; i < DK_COUNT(zeros); i++)
        dk_json_set_int(branch, zeros[i], 0);
    for (size_t i = 0; i < DK_COUNT(times); i++)
        fake_set_time(branch, times[i]);
    if (parent) {
        dk_json_set_string(branch, "parent_id", parent);
        dk_json_set_string(branch, "parent_lsn", lsn);
        fake_set_time(branch, "parent_timestamp");
    }
    json_array_append_new(project->branches, branch);
    return branch;
}

bool fake_branch_has_children(const fake_project *project, const char *id) {
    return fake_find(project->branches, "parent_id", id) != NULL;
}

static json_t *find(fake_request *request, fake_project *project) {
    json_t *branch = fake_find(project->branches, "id", request->words[1]);
    if (!branch)
        fake_fail(request, 404, "", "branch not found");
    return branch;
}

static void measure(fake_project *project, json_t *branch) {
    dk_json_set_int(branch, "logical_size", fake_database_size(project, dk_json_string(branch, "id", "")));
}

/* ── reading ──────────────────────────────────────────────────────────────────────────────────────────────
 */
static bool is_sought(const json_t *branch, const char *word) {
    return !word || strcasestr(dk_json_string(branch, "name", ""), word) ||
           strcasestr(dk_json_string(branch, "id", ""), word);
}

void fake_branches_list(fake_request *request, fake_project *project) {
    DK_AUTO_JSON json_t *list = json_array();
    json_t *annotations = json_object();
    for (size_t i = 0; i < json_array_size(project->branches); i++) {
        json_t *branch = json_array_get(project->branches, i);
        if (!is_sought(branch, fake_query(request, "search")))
            continue;
        measure(project, branch);
        json_array_append(list, branch);
    }
    json_t *answer = fake_page(request, list, "branches", "next");
    const json_t *shown = json_object_get(answer, "branches");
    for (size_t i = 0; i < json_array_size(shown); i++) {
        const char *id = dk_json_string(json_array_get(shown, i), "id", "");
        json_t *annotation = json_object_get(project->annotations, id);
        if (annotation)
            json_object_set(annotations, id, annotation);
    }
    json_object_set_new(answer, "annotations", annotations);
    fake_answer(request, 200, answer);
}

void fake_branches_count(fake_request *request, fake_project *project) {
    fake_answer(request, 200, json_pack("{s:i}", "count", (int)json_array_size(project->branches)));
}

static json_t *empty_annotation(const char *id) {
    return json_pack("{s:{s:s, s:s}, s:{}}", "object", "type", "console/branch", "id", id, "value");
}

void fake_branches_get(fake_request *request, fake_project *project) {
    json_t *branch = find(request, project);
    if (!branch)
        return;
    const char *id = dk_json_string(branch, "id", "");
    json_t *annotation = json_object_get(project->annotations, id);
    measure(project, branch);
    fake_answer(request, 200,
                json_pack("{s:o, s:o}", "branch", fake_shown(branch), "annotation",
                          annotation ? json_incref(annotation) : empty_annotation(id)));
}

/* ── making ───────────────────────────────────────────────────────────────────────────────────────────────
 */
/* RFC 3339 in UTC, or -1. */
static int64_t moment(const char *text) {
    struct tm parts = {0};
    const char *end = text ? strptime(text, "%Y-%m-%dT%H:%M:%SZ", &parts) : NULL;
    return end && !*end ? (int64_t)timegm(&parts) : -1;
}

static bool may_expire(fake_request *request, const char *until) {
    int64_t at = moment(until);
    if (!until || (at > dk_unix_time() && at <= dk_unix_time() + 30 * DAY))
        return true;
    fake_fail(request, 422, "", "branch expiration must be within 30 days");
    return false;
}

static bool may_create(fake_request *request, fake_project *project, const char *name, const json_t *parent) {
    if (json_array_size(project->branches) >= (size_t)fake_setting("branch_limit", 10))
        fake_fail(request, 422, "BRANCHES_LIMIT_EXCEEDED", "branches limit exceeded");
    else if (fake_find(project->branches, "name", name))
        fake_fail(request, 409, "", "branch with the provided name already exists");
    else if (!parent)
        fake_fail(request, 404, "", "parent branch not found");
    else if (strcmp(dk_json_string(parent, "current_state", ""), "ready") != 0)
        fake_fail(request, 422, "", "parent branch is not ready yet");
    else if (dk_json_string(parent, "expires_at", NULL))
        fake_fail(request, 422, "", "cannot create a branch from a branch that expires");
    return request->status == 0;
}

static void annotate(fake_project *project, const char *id, json_t *value) {
    json_t *annotation = empty_annotation(id);
    json_object_set(annotation, "value", value);
    fake_set_time(annotation, "created_at");
    fake_set_time(annotation, "updated_at");
    json_object_set_new(project->annotations, id, annotation);
}

static json_t *entries_of(const fake_project *project, const char *branch, bool databases) {
    json_t *entry =
        json_pack("{s:s, s:s}", "branch_id", branch, "name", databases ? project->database : project->role);
    if (databases) {
        dk_json_set_string(entry, "owner_name", project->role);
        dk_json_set_int(entry, "id", 1);
    }
    fake_set_time(entry, "created_at");
    fake_set_time(entry, "updated_at");
    return json_pack("[o]", entry);
}

void fake_branches_create(fake_request *request, fake_project *project) {
    const json_t *wanted = json_object_get(request->body, "branch");
    const char *until = dk_json_string(wanted, "expires_at", NULL);
    const json_t *main = json_array_get(project->branches, 0);
    for (size_t i = 0; i < json_array_size(project->branches); i++)
        if (dk_json_bool(json_array_get(project->branches, i), "default", false))
            main = json_array_get(project->branches, i);
    const char *parent_id = dk_json_string(wanted, "parent_id", dk_json_string(main, "id", ""));
    DK_AUTOFREE char *source = dk_strdup(parent_id);
    char spare[32];
    fake_now(spare);
    const char *name = dk_json_string(wanted, "name", spare);
    bool root = dk_streq(dk_json_string(wanted, "init_source", NULL), "schema-only");
    if (!may_expire(request, until) ||
        !may_create(request, project, name, fake_find(project->branches, "id", source)))
        return;
    json_t *branch = fake_branch_new(project, name, root ? NULL : source);
    const char *id = dk_json_string(branch, "id", "");
    json_t *operations = json_array(), *endpoints = json_array();
    if (until)
        dk_json_set_string(branch, "expires_at", until);
    if (json_object_get(request->body, "annotation_value"))
        annotate(project, id, json_object_get(request->body, "annotation_value"));
    fake_database_create(project, id, source);
    fake_operation(project, "create_branch", id, NULL, operations);
    if (json_array_size(json_object_get(request->body, "endpoints"))) {
        json_t *endpoint = fake_endpoint_new(project, id, "read_write");
        json_array_append_new(endpoints, fake_shown(endpoint));
        fake_operation(project, "start_compute", id, dk_json_string(endpoint, "id", ""), operations);
    }
    fake_answer(request, 201,
                json_pack("{s:o, s:o, s:o, s:o, s:o}", "branch", fake_shown(branch), "endpoints", endpoints,
                          "operations", operations, "roles", entries_of(project, id, false), "databases",
                          entries_of(project, id, true)));
}

/* ── changing ─────────────────────────────────────────────────────────────────────────────────────────────
 */
static void answer_changed(fake_request *request, const json_t *branch, json_t *operations) {
    fake_answer(request, 200,
                json_pack("{s:o, s:o}", "branch", fake_shown(branch), "operations", operations));
}

void fake_branches_patch(fake_request *request, fake_project *project) {
    const json_t *wanted = json_object_get(request->body, "branch");
    const json_t *until = json_object_get(wanted, "expires_at");
    json_t *branch = find(request, project);
    if (!branch || !may_expire(request, json_string_value(until)))
        return;
    bool special = dk_json_bool(branch, "default", false) || dk_json_bool(branch, "protected", false) ||
                   fake_branch_has_children(project, dk_json_string(branch, "id", ""));
    if (json_is_string(until) && special) {
        fake_fail(request, 422, "", "expiration can't be set on default, protected or parent branches");
        return;
    }
    if (json_object_get(wanted, "name"))
        json_object_set(branch, "name", json_object_get(wanted, "name"));
    if (json_object_get(wanted, "protected"))
        json_object_set(branch, "protected", json_object_get(wanted, "protected"));
    if (json_is_string(until))
        json_object_set(branch, "expires_at", (json_t *)(uintptr_t)until);
    else if (json_is_null(until))
        json_object_del(branch, "expires_at");
    fake_set_time(branch, "updated_at");
    answer_changed(request, branch, json_array());
}

void fake_branches_default(fake_request *request, fake_project *project) {
    json_t *branch = find(request, project);
    if (!branch)
        return;
    for (size_t i = 0; i < json_array_size(project->branches); i++) {
        json_t *other = json_array_get(project->branches, i);
        dk_json_set_bool(other, "default", other == branch);
        dk_json_set_bool(other, "primary", other == branch);
    }
    json_t *operations = json_array();
    fake_operation(project, "update_catalog", request->words[1], NULL, operations);
    answer_changed(request, branch, operations);
}

static bool may_delete(fake_request *request, fake_project *project, const json_t *branch) {
    if (dk_json_bool(branch, "default", false))
        fake_fail(request, 422, "", "cannot delete the default branch");
    else if (dk_json_bool(branch, "protected", false))
        fake_fail(request, 422, "", "branch is protected, cannot be deleted");
    else if (fake_branch_has_children(project, request->words[1]))
        fake_fail(request, 422, "", "cannot delete branch that has child branches");
    return request->status == 0;
}

static void remove_from(json_t *list, const char *key, const char *value) {
    for (size_t i = json_array_size(list); i-- > 0;)
        if (dk_streq(dk_json_string(json_array_get(list, i), key, NULL), value))
            json_array_remove(list, i);
}

void fake_branches_delete(fake_request *request, fake_project *project) {
    json_t *branch = find(request, project);
    if (!branch || !may_delete(request, project, branch))
        return;
    json_t *operations = json_array();
    fake_database_drop(project, request->words[1]);
    fake_operation(project, "delete_timeline", request->words[1], NULL, operations);
    answer_changed(request, branch, operations);
    remove_from(project->endpoints, "branch_id", request->words[1]);
    remove_from(project->branches, "id", request->words[1]);
    json_object_del(project->annotations, request->words[1]);
}

/* ── what is on it ────────────────────────────────────────────────────────────────────────────────────────
 */
void fake_branches_databases(fake_request *request, fake_project *project) {
    if (find(request, project))
        fake_answer(request, 200,
                    json_pack("{s:o}", "databases", entries_of(project, request->words[1], true)));
}

void fake_branches_roles(fake_request *request, fake_project *project) {
    if (find(request, project))
        fake_answer(request, 200, json_pack("{s:o}", "roles", entries_of(project, request->words[1], false)));
}

void fake_branches_role(fake_request *request, fake_project *project) {
    DK_AUTO_JSON json_t *roles = entries_of(project, request->words[1], false);
    if (find(request, project))
        fake_answer(request, 200, json_pack("{s:O}", "role", json_array_get(roles, 0)));
}

void fake_branches_password(fake_request *request, fake_project *project) {
    if (find(request, project))
        fake_answer(request, 200, json_pack("{s:s}", "password", project->password));
}

void fake_branches_schema(fake_request *request, fake_project *project) {
    if (!find(request, project))
        return;
    DK_AUTOFREE char *text = fake_database_schema(project, request->words[1]);
    fake_answer(request, 200, json_pack("{s:s}", "sql", text));
}

void fake_branches_compare(fake_request *request, fake_project *project) {
    const char *base = fake_query(request, "base_branch_id");
    json_t *branch = find(request, project);
    if (!branch)
        return;
    DK_AUTOFREE char *before =
        fake_database_schema(project, base ? base : dk_json_string(branch, "parent_id", ""));
    DK_AUTOFREE char *after = fake_database_schema(project, request->words[1]);
    DK_AUTOFREE char *difference = fake_database_difference(before, after);
    fake_answer(request, 200, json_pack("{s:s}", "diff", difference));
}

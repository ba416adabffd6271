/* Orders of the test, below /_fake:
 *
 *   POST   /_fake/projects   {"id", "org_id", "database", "role", "password"} → {"branch", "endpoint", "uri"}
 *   PATCH  /_fake/settings   {"operation_ms", "fail_operations", "page_size", "branch_limit", "wake_ms",
 *                            "org_required", "per_second"}: numbers
 *   PUT    /_fake/rules      see rules.c
 *   GET    /_fake/log        [{"method", "path", "query", "body"}]; DELETE forgets it */
#include "fake.h"

#include <string.h>

static void add_project(fake_request *request) {
    const char *role = dk_json_string(request->body, "role", "app");
    const char *password = dk_json_string(request->body, "password", "secret");
    fake_project *project =
        fake_project_new(dk_json_string(request->body, "id", "late-snow-12345678"),
                         dk_json_string(request->body, "org_id", "org-cool-moon-12345678"),
                         dk_json_string(request->body, "database", "app"), role, password);
    if (!project) {
        fake_fail(request, 422, "", "too many projects");
        return;
    }
    fake_database_run("DO $$ BEGIN CREATE ROLE \"%s\" LOGIN PASSWORD '%s' CREATEDB; "
                      "EXCEPTION WHEN duplicate_object THEN NULL; END $$",
                      role, password);
    json_t *branch = fake_branch_new(project, "main", NULL);
    const char *id = dk_json_string(branch, "id", "");
    json_object_set_new(branch, "default", json_true());
    json_object_set_new(branch, "primary", json_true());
    if (dk_json_bool(request->body, "data", true) && !fake_database_create(project, id, NULL))
        fake_fail(request, 500, "", "the database can't be created");
    json_t *endpoint = fake_endpoint_new(project, id, "read_write");
    if (request->status)
        return;
    fake_answer(request, 201,
                json_pack("{s:O, s:O, s:o}", "branch", branch, "endpoint", endpoint, "uri",
                          fake_uri(project, endpoint, false)));
}

bool fake_control(fake_request *request) {
    if (!dk_starts_with(request->path, "/_fake/"))
        return false;
    const char *what = request->path + strlen("/_fake/");
    if (strcmp(what, "projects") == 0) {
        add_project(request);
        return true;
    }
    if (strcmp(what, "settings") == 0) {
        json_object_update(fake.settings, request->body);
    } else if (strcmp(what, "rules") == 0) {
        json_decref(fake.rules);
        fake.rules = json_incref(request->body);
    } else if (strcmp(what, "log") == 0 && strcmp(request->method, "DELETE") == 0) {
        json_array_clear(fake.log);
    } else if (strcmp(what, "log") == 0) {
        fake_answer(request, 200, json_deep_copy(fake.log));
        return true;
    }
    fake_answer(request, 200, json_object());
    return true;
}

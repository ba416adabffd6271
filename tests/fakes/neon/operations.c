/* What goes on in the background: an operation is over when its time is. */
#include "fake.h"

#include <stdio.h>
#include <string.h>

static void make_uuid(char *text, size_t size) {
    char hex[33];
    dk_random_hex(hex, 32);
    snprintf(text, size, "%.8s-%.4s-4%.3s-8%.3s-%.12s", hex, hex + 8, hex + 12, hex + 15, hex + 18);
}

/* "fail_operations": how many of the next ones fail. */
static const char *next_end(void) {
    int64_t failing = fake_setting("fail_operations", 0);
    if (failing > 0)
        dk_json_set_int(fake.settings, "fail_operations", failing - 1);
    return failing > 0 ? "failed" : "finished";
}

void fake_operation(fake_project *project, const char *action, const char *branch, const char *endpoint,
                    json_t *list) {
    char id[40];
    make_uuid(id, sizeof id);
    json_t *operation =
        json_pack("{s:s, s:s, s:s, s:s, s:i, s:i, s:s}", "id", id, "project_id",
                  dk_json_string(project->project, "id", ""), "action", action, "status", "scheduling",
                  "failures_count", 0, "total_duration_ms", 0, "_end", next_end());
    if (branch)
        dk_json_set_string(operation, "branch_id", branch);
    if (endpoint)
        dk_json_set_string(operation, "endpoint_id", endpoint);
    fake_set_time(operation, "created_at");
    fake_set_time(operation, "updated_at");
    dk_json_set_int(operation, "_until", dk_now_ms() + fake_setting("operation_ms", 0));
    json_array_insert_new(project->operations, 0, operation);
    if (list)
        json_array_append_new(list, fake_shown(operation));
}

static void end_operation(json_t *operation) {
    const char *end = dk_json_string(operation, "_end", "finished");
    DK_AUTOFREE char *status = dk_strdup(end);
    dk_json_set_string(operation, "status", status);
    dk_json_set_int(operation, "total_duration_ms", 7);
    fake_set_time(operation, "updated_at");
    if (strcmp(status, "failed") == 0) {
        dk_json_set_string(operation, "error", "the storage is out of breath");
        dk_json_set_int(operation, "failures_count", 1);
        fake_set_time(operation, "retry_at");
    }
}

void fake_operations_refresh(fake_project *project) {
    for (size_t i = 0; i < json_array_size(project->operations); i++) {
        json_t *operation = json_array_get(project->operations, i);
        const char *status = dk_json_string(operation, "status", "");
        if (strcmp(status, "scheduling") != 0 && strcmp(status, "running") != 0)
            continue;
        if (dk_now_ms() >= dk_json_int(operation, "_until", 0))
            end_operation(operation);
        else
            dk_json_set_string(operation, "status", "running");
    }
    for (size_t i = 0; i < json_array_size(project->branches); i++) {
        json_t *branch = json_array_get(project->branches, i);
        const char *state = dk_json_string(branch, "current_state", "");
        if (strcmp(state, "init") == 0 && !fake_operations_running(project, dk_json_string(branch, "id", "")))
            dk_json_set_string(branch, "current_state", "ready");
    }
}

bool fake_operations_running(const fake_project *project, const char *branch) {
    for (size_t i = 0; i < json_array_size(project->operations); i++) {
        const json_t *operation = json_array_get(project->operations, i);
        const char *status = dk_json_string(operation, "status", "");
        if ((strcmp(status, "scheduling") == 0 || strcmp(status, "running") == 0) &&
            (!branch || dk_streq(dk_json_string(operation, "branch_id", NULL), branch)))
            return true;
    }
    return false;
}

void fake_operations_list(fake_request *request, fake_project *project) {
    fake_answer(request, 200, fake_page(request, project->operations, "operations", "cursor"));
}

void fake_operations_get(fake_request *request, fake_project *project) {
    json_t *operation = fake_find(project->operations, "id", request->words[1]);
    if (operation)
        fake_answer(request, 200, json_pack("{s:o}", "operation", fake_shown(operation)));
    else
        fake_fail(request, 404, "", "operation not found");
}

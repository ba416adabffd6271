/* Restoring a branch from another one: https://neon.com/docs/guides/branch-restore. What was there becomes a
 * branch of its own, which takes over the place in the tree and the children; the restored one becomes a
 * child of what it was restored from. */
#include "fake.h"

#include <string.h>

static json_t *find_at_lsn(fake_project *project, const char *target, const char *lsn) {
    for (size_t i = 0; lsn && i < json_array_size(project->branches); i++) {
        json_t *branch = json_array_get(project->branches, i);
        if (dk_streq(dk_json_string(branch, "parent_id", NULL), target) &&
            dk_streq(dk_json_string(branch, "parent_lsn", NULL), lsn))
            return branch;
    }
    return NULL;
}

static bool may_restore(fake_request *request, fake_project *project, const json_t *target,
                        const json_t *source, const char *keep) {
    bool needed = fake_branch_has_children(project, request->words[1]) || source == target;
    if (!target || !source)
        fake_fail(request, 404, "", "branch not found");
    else if (dk_json_bool(target, "protected", false))
        fake_fail(request, 422, "", "branch is protected, cannot be restored");
    else if (dk_json_string(source, "expires_at", NULL))
        fake_fail(request, 422, "", "cannot restore from a branch with expiration");
    else if (needed && !keep)
        fake_fail(request, 422, "", "preserve_under_name is required: the branch has children");
    else if (keep && fake_find(project->branches, "name", keep))
        fake_fail(request, 409, "", "branch with the provided name already exists");
    else if (keep && json_array_size(project->branches) >= (size_t)fake_setting("branch_limit", 10))
        fake_fail(request, 422, "BRANCHES_LIMIT_EXCEEDED", "branches limit exceeded");
    return request->status == 0;
}

/* The state before, under another name, in the old place of the tree. */
static json_t *preserve(fake_project *project, json_t *target, const char *keep) {
    const char *id = dk_json_string(target, "id", "");
    json_t *kept = fake_branch_new(project, keep, NULL);
    const char *kept_id = dk_json_string(kept, "id", "");
    static const char *const taken[] = {"parent_id", "parent_lsn", "parent_timestamp"};
    for (size_t i = 0; i < DK_COUNT(taken); i++)
        if (json_object_get(target, taken[i]))
            json_object_set(kept, taken[i], json_object_get(target, taken[i]));
    dk_json_set_string(kept, "restored_as", id);
    for (size_t i = 0; i < json_array_size(project->branches); i++) {
        json_t *child = json_array_get(project->branches, i);
        if (child != kept && dk_streq(dk_json_string(child, "parent_id", NULL), id))
            dk_json_set_string(child, "parent_id", kept_id);
    }
    return kept;
}

void fake_branches_restore(fake_request *request, fake_project *project) {
    const char *keep = dk_json_string(request->body, "preserve_under_name", NULL);
    const char *lsn = dk_json_string(request->body, "source_lsn", NULL);
    json_t *target = fake_find(project->branches, "id", request->words[1]);
    json_t *source =
        fake_find(project->branches, "id", dk_json_string(request->body, "source_branch_id", ""));
    if (!may_restore(request, project, target, source, keep))
        return;
    json_t *data = lsn ? find_at_lsn(project, dk_json_string(source, "id", ""), lsn) : source;
    if (!data || (source == target && !lsn)) {
        fake_fail(request, 422, "", "source_lsn is out of the history");
        return;
    }
    DK_AUTOFREE char *from = dk_strdup(dk_json_string(data, "id", ""));
    const char *id = dk_json_string(target, "id", "");
    json_t *kept = keep ? preserve(project, target, keep) : NULL;
    fake_database_disconnect(project, id);
    if (kept)
        fake_database_rename(project, id, dk_json_string(kept, "id", ""));
    else
        fake_database_drop(project, id);
    fake_database_create(project, id, from);
    dk_json_set_string(target, "parent_id", dk_json_string(source == target ? kept : source, "id", ""));
    dk_json_set_string(target, "current_state", "init");
    fake_set_time(target, "last_reset_at");
    fake_set_time(target, "updated_at");
    json_t *operations = json_array(), *endpoint = fake_endpoint_of(project, id);
    fake_operation(project, "create_branch", id, NULL, operations);
    if (endpoint)
        fake_operation(project, "start_compute", id, dk_json_string(endpoint, "id", ""), operations);
    fake_answer(request, 200,
                json_pack("{s:o, s:o}", "branch", fake_shown(target), "operations", operations));
}

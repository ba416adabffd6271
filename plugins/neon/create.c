/* Making a branch exactly once. Each call carries a word of its own in the branch's annotation: a branch that
 * has it is the one this call made, whatever became of the answer. */
#include "neon.h"

#include <stdlib.h>
#include <string.h>

#define REQUEST "devkit_request" /* the annotation's key */
#define REQUEST_LENGTH 24
#define LOOKS 4
#define LOOK_PAUSE_MS 700

static json_t *make_body(const neon_wish *wish, const char *request) {
    char until[32];
    json_t *body =
        json_pack("{s:{s:s}, s:{s:s}}", "branch", "name", wish->name, "annotation_value", REQUEST, request);
    json_t *branch = json_object_get(body, "branch");
    if (wish->parent)
        dk_json_set_string(branch, "parent_id", wish->parent);
    if (wish->schema_only)
        dk_json_set_string(branch, "init_source", "schema-only");
    if (wish->expires_at) {
        dk_format_time(wish->expires_at, until);
        dk_json_set_string(branch, "expires_at", until);
    }
    if (wish->compute)
        json_object_set_new(body, "endpoints", json_pack("[{s:s}]", "type", "read_write"));
    if (wish->marks)
        json_object_update(json_object_get(body, "annotation_value"), (json_t *)(uintptr_t)wish->marks);
    return body;
}

/* The branch of this call, or NULL: `*other` when one of that name is somebody else's. */
static json_t *look(neon_client *client, const char *project, const neon_wish *wish, const char *request,
                    bool *other, dk_error *error) {
    NEON_AUTO_BRANCHES neon_branches branches = {0};
    *other = false;
    if (!neon_branches_read(client, project, wish->name, &branches, error))
        return NULL;
    for (size_t i = 0; i < json_array_size(branches.list); i++) {
        json_t *branch = json_array_get(branches.list, i);
        if (!dk_streq(dk_json_string(branch, "name", NULL), wish->name))
            continue;
        if (dk_streq(neon_branch_mark(&branches, branch, REQUEST), request))
            return json_incref(branch);
        *other = true;
    }
    return NULL;
}

/* What was acted on may show up a moment later. */
static json_t *adopt(neon_client *client, const char *project, const neon_wish *wish, const char *request,
                     dk_error *why, dk_error *error) {
    bool other = false;
    for (int i = 0; i < LOOKS && !other; i++) {
        DK_AUTO_ERROR dk_error unseen = DK_ERROR_INIT;
        json_t *branch = look(client, project, wish, request, &other, &unseen);
        if (branch) {
            dk_note(client->context, "Neon's answer got lost, but the branch %s is there", wish->name);
            return branch;
        }
        if (dk_error_is(&unseen, "interrupted")) {
            dk_error_move(error, &unseen);
            return NULL;
        }
        if (i + 1 < LOOKS && !other && !neon_sleep(LOOK_PAUSE_MS, error))
            return NULL;
    }
    dk_error_move(error, why);
    return NULL;
}

/* Its operations came with the answer, or are looked up where the answer got lost. */
static bool finish(neon_client *client, const char *project, const json_t *answer, const json_t *branch,
                   dk_error *error) {
    if (answer)
        return neon_operations_wait(client, project, answer, error);
    return neon_operations_settle(client, project, dk_json_string(branch, "id", ""), error);
}

json_t *neon_create(neon_client *client, const char *project, const neon_wish *wish, dk_error *error) {
    char request[REQUEST_LENGTH + 1];
    DK_AUTO_BUF dk_buf path = DK_BUF_INIT;
    DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
    DK_AUTO_JSON json_t *answer = NULL;
    dk_random_hex(request, REQUEST_LENGTH);
    DK_AUTO_JSON json_t *body = make_body(wish, request);
    neon_path(&path, "/projects/%/branches", project);
    const neon_call call = {
        .method = "POST", .path = dk_buf_text(&path), .body = body, .what = "create the branch"};
    json_t *branch = NULL;
    if (neon_send(client, &call, &answer, &why))
        branch = json_incref(json_object_get(answer, "branch"));
    else if (dk_error_is(&why, "neon-answer-lost") || dk_error_is(&why, "neon-name-taken"))
        branch = adopt(client, project, wish, request, &why, error);
    else
        dk_error_move(error, &why);
    if (!branch || finish(client, project, answer, branch, error))
        return branch;
    json_decref(branch);
    return NULL;
}

json_t *neon_create_endpoint(neon_client *client, const char *project, const char *branch, dk_error *error) {
    DK_AUTO_BUF dk_buf path = DK_BUF_INIT;
    DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
    DK_AUTO_JSON json_t *answer = NULL;
    DK_AUTO_JSON json_t *body =
        json_pack("{s:{s:s, s:s}}", "endpoint", "branch_id", branch, "type", "read_write");
    neon_path(&path, "/projects/%/endpoints", project);
    const neon_call call = {.method = "POST",
                            .path = dk_buf_text(&path),
                            .body = body,
                            .what = "create a compute for the branch"};
    if (neon_send(client, &call, &answer, &why))
        return neon_operations_wait(client, project, answer, error)
                   ? json_incref(json_object_get(answer, "endpoint"))
                   : NULL;
    /* A branch has one that takes writes: if it is there now, it is ours or as good. */
    DK_AUTO_JSON json_t *endpoints =
        dk_error_is(&why, "neon-answer-lost") ? neon_endpoints_read(client, project, NULL) : NULL;
    const json_t *endpoint = neon_endpoint_of_branch(endpoints, branch);
    if (!endpoint) {
        dk_error_move(error, &why);
        return NULL;
    }
    if (!neon_operations_settle(client, project, branch, error))
        return NULL;
    return json_incref((json_t *)(uintptr_t)endpoint);
}

/* Changing a field of a branch. Setting it twice does no harm, so that a lost answer is only looked after. */
#include "neon.h"

static bool is_so(neon_client *client, const char *path, const char *field, const json_t *value) {
    DK_AUTO_JSON json_t *answer = NULL;
    const neon_call call = {.path = path, .what = "read the branch"};
    if (!neon_send(client, &call, &answer, NULL))
        return false;
    const json_t *found = json_object_get(json_object_get(answer, "branch"), field);
    return json_is_null(value) ? !found || json_is_null(found) : json_equal(found, value) != 0;
}

bool neon_change(neon_client *client, const char *project, const char *branch, const char *field,
                 const json_t *value, dk_error *error) {
    DK_AUTO_BUF dk_buf path = DK_BUF_INIT;
    DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
    DK_AUTO_JSON json_t *answer = NULL;
    DK_AUTO_JSON json_t *body = json_pack("{s:{s:O}}", "branch", field, (json_t *)(uintptr_t)value);
    neon_path(&path, "/projects/%/branches/%", project, branch);
    const neon_call call = {
        .method = "PATCH", .path = dk_buf_text(&path), .body = body, .what = "change the branch"};
    if (neon_send(client, &call, &answer, &why))
        return neon_operations_wait(client, project, answer, error);
    if (dk_error_is(&why, "neon-answer-lost") && is_so(client, dk_buf_text(&path), field, value))
        return neon_operations_settle(client, project, branch, error);
    dk_error_move(error, &why);
    return false;
}

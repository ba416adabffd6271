/* Making a branch the project's default. */
#include "neon.h"

static bool is_default(neon_client *client, const char *path) {
    DK_AUTO_JSON json_t *answer = NULL;
    const neon_call call = {.path = path, .what = "see whether the branch is the default"};
    return neon_send(client, &call, &answer, NULL) &&
           dk_json_bool(json_object_get(answer, "branch"), "default", false);
}

bool neon_set_default(neon_client *client, const char *project, const json_t *branch, dk_error *error) {
    const char *id = dk_json_string(branch, "id", "");
    DK_AUTO_BUF dk_buf path = DK_BUF_INIT;
    DK_AUTO_BUF dk_buf own = DK_BUF_INIT;
    DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
    DK_AUTO_JSON json_t *answer = NULL;
    neon_path(&own, "/projects/%/branches/%", project, id);
    neon_path(&path, "/projects/%/branches/%/set_as_default", project, id);
    const neon_call call = {
        .method = "POST", .path = dk_buf_text(&path), .what = "make the branch the default"};
    if (neon_send(client, &call, &answer, &why))
        return neon_operations_wait(client, project, answer, error);
    if (dk_error_is(&why, "neon-answer-lost") && is_default(client, dk_buf_text(&own)))
        return neon_operations_settle(client, project, id, error);
    dk_error_move(error, &why);
    return false;
}

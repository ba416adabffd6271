/* Deleting a branch, and finding out whether it is gone where the answer got lost. */
#include "neon.h"

static bool read_branch(neon_client *client, const char *path, json_t **answer, dk_error *error) {
    const neon_call call = {.path = path, .what = "see whether the branch is gone"};
    return neon_send(client, &call, answer, error);
}

static bool is_gone(neon_client *client, const char *path) {
    DK_AUTO_JSON json_t *answer = NULL;
    DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
    return !read_branch(client, path, &answer, &why) && why.http_status == 404;
}

bool neon_remove(neon_client *client, const char *project, const json_t *branch, dk_error *error) {
    DK_AUTO_BUF dk_buf path = DK_BUF_INIT;
    DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
    DK_AUTO_JSON json_t *answer = NULL;
    neon_path(&path, "/projects/%/branches/%", project, dk_json_string(branch, "id", ""));
    const neon_call call = {.method = "DELETE", .path = dk_buf_text(&path), .what = "delete the branch"};
    if (neon_send(client, &call, &answer, &why))
        return neon_operations_wait(client, project, answer, error);
    /* It was there a moment ago: whoever deleted it, it is gone. */
    if (why.http_status == 404 ||
        (dk_error_is(&why, "neon-answer-lost") && is_gone(client, dk_buf_text(&path))))
        return true;
    dk_error_move(error, &why);
    return false;
}

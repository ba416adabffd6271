/* `devkit neon diff`: the schemas of two branches, compared by Neon. */
#include "neon.h"

#include <stdlib.h>
#include <string.h>

static bool fail_root(const json_t *branch, dk_error *error) {
    dk_fail(error, DK_ERROR_USAGE, "neon-base-unknown", "the branch %s has no parent to compare it with",
            dk_json_string(branch, "name", ""));
    return dk_error_hint(error, "name another branch with --base");
}

static const json_t *find_base(const neon_session *session, const json_t *branch, const char *word,
                               dk_error *error) {
    const char *parent = dk_json_string(branch, "parent_id", NULL);
    if (!word && !parent)
        fail_root(branch, error);
    return word || parent ? neon_branch_find(&session->branches, word ? word : parent, error) : NULL;
}

static bool compare(neon_session *session, const json_t *branch, const json_t *base, const char *database,
                    char **diff, dk_error *error) {
    DK_AUTO_BUF dk_buf path = DK_BUF_INIT;
    DK_AUTO_JSON json_t *answer = NULL;
    const char *text = "";
    neon_path(&path, "/projects/%/branches/%/compare_schema?base_branch_id=%&db_name=%",
              session->place.project, dk_json_string(branch, "id", ""), dk_json_string(base, "id", ""),
              database);
    const neon_call call = {.path = dk_buf_text(&path), .what = "compare the schemas"};
    if (!neon_send(&session->client, &call, &answer, error) ||
        !http_json_string_optional(answer, "diff", &text, error))
        return false;
    *diff = dk_strdup(text);
    return true;
}

static void report(dk_context *context, const json_t *branch, const json_t *base, const char *diff) {
    json_t *result = dk_result(context);
    dk_json_set_string(result, "branch", dk_json_string(branch, "id", NULL));
    dk_json_set_string(result, "base", dk_json_string(base, "id", NULL));
    dk_json_set_bool(result, "in_sync", !*diff);
    dk_json_set_string(result, "diff", diff);
    if (*diff)
        dk_print(context, "%s%s", diff, dk_ends_with(diff, "\n") ? "" : "\n");
    else
        dk_info(context, "%s and %s have the same schema", dk_json_string(base, "name", ""),
                dk_json_string(branch, "name", ""));
}

bool neon_diff_run(dk_context *context, const void *values, dk_error *error) {
    const neon_diff_values *given = values;
    NEON_AUTO_SESSION neon_session session = {0};
    DK_AUTOFREE char *database = NULL;
    DK_AUTOFREE char *role = NULL;
    DK_AUTOFREE char *diff = NULL;
    if (!neon_command_open(context, given->project, 0, &session, error))
        return false;
    const json_t *branch = neon_choose(&session.branches, &session.place, given->branch, error);
    const json_t *base = branch ? find_base(&session, branch, given->base, error) : NULL;
    if (!base ||
        !neon_login(&session.client, &session.place, branch, given->database, NULL, &database, &role,
                    error) ||
        !compare(&session, branch, base, database, &diff, error))
        return false;
    report(context, branch, base, diff);
    return true;
}

/* `devkit neon promote`: another branch becomes the default, and .env leads to it. */
#include "neon.h"

#include <string.h>

/* The branch needs an address before .env can have it. */
static bool has_compute(neon_session *session, const char *branch, dk_error *error) {
    DK_AUTO_JSON json_t *endpoints = neon_endpoints_read(&session->client, session->place.project, error);
    if (!endpoints)
        return false;
    if (neon_endpoint_of_branch(endpoints, branch))
        return true;
    dk_note(session->client.context, "the branch has no compute yet: it gets one");
    DK_AUTO_JSON json_t *endpoint =
        neon_create_endpoint(&session->client, session->place.project, branch, error);
    return endpoint != NULL;
}

/* .env is ours to mend only where it leads to this project. */
static bool mend(neon_session *session, const json_t *branch, char **where, dk_error *error) {
    DK_AUTO_URL dk_url url = DK_URL_INIT;
    DK_AUTOFREE char *database = NULL;
    DK_AUTOFREE char *role = NULL;
    if (!session->place.endpoint || dk_streq(session->place.branch, dk_json_string(branch, "id", NULL)))
        return true;
    return has_compute(session, dk_json_string(branch, "id", ""), error) &&
           neon_login(&session->client, &session->place, branch, NULL, NULL, &database, &role, error) &&
           neon_connection(&session->client, session->place.project, branch, database, role, &url, error) &&
           neon_env_mend(session->client.context, session->place.host, &url, where, error);
}

static bool ask(dk_context *context, const json_t *before, const json_t *branch, dk_error *error) {
    DK_AUTOFREE char *question =
        dk_format("Make %s the default branch, instead of %s?", dk_json_string(branch, "name", ""),
                  before ? dk_json_string(before, "name", "") : "none");
    return dk_confirm(context, question, error);
}

static void report(dk_context *context, const json_t *before, const json_t *branch, const char *where) {
    json_t *result = dk_result(context);
    dk_json_set_string(result, "id", dk_json_string(branch, "id", NULL));
    dk_json_set_string(result, "name", dk_json_string(branch, "name", NULL));
    dk_json_set_string(result, "previous", before ? dk_json_string(before, "id", NULL) : NULL);
    dk_json_set_string(result, "mended", where);
    dk_print(context, "%s is the default branch\n", dk_json_string(branch, "name", ""));
    if (where)
        dk_print(context, "%s leads to it; restart what was connected\n", where);
}

bool neon_promote_run(dk_context *context, const void *values, dk_error *error) {
    const neon_promote_values *given = values;
    NEON_AUTO_SESSION neon_session session = {0};
    DK_AUTOFREE char *where = NULL;
    if (!neon_command_open(context, given->project, given->timeout, &session, error))
        return false;
    const json_t *before = neon_branch_default(&session.branches);
    const json_t *branch = neon_branch_find(&session.branches, given->branch, error);
    if (!branch)
        return false;
    if (branch != before && (!ask(context, before, branch, error) ||
                             !neon_set_default(&session.client, session.place.project, branch, error)))
        return false;
    if (!mend(&session, branch, &where, error))
        return dk_error_prefix(error, "%s is the default branch now, but",
                               dk_json_string(branch, "name", ""));
    report(context, before, branch, where);
    return true;
}

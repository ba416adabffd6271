/* Key, project and branches: what every command needs before it can begin. */
#include "neon.h"

bool neon_session_open(dk_context *context, const char *project, int64_t timeout_ms, neon_session *session,
                       dk_error *error) {
    *session = (neon_session){0};
    if (!neon_client_open(context, &session->client, error))
        return false;
    if (timeout_ms > 0)
        session->client.patience_ms = timeout_ms;
    if (!neon_locate(&session->client, project, &session->place, error))
        return false;
    return neon_branches_read(&session->client, session->place.project, NULL, &session->branches, error);
}

bool neon_command_open(dk_context *context, const char *project, int64_t timeout_ms, neon_session *session,
                       dk_error *error) {
    if (!neon_session_open(context, project, timeout_ms, session, error))
        return false;
    dk_json_set_string(dk_result(context), "project", session->place.project);
    return true;
}

void neon_session_release(neon_session *session) {
    neon_branches_release(&session->branches);
    neon_place_release(&session->place);
    neon_client_release(&session->client);
}

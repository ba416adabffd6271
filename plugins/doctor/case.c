/* A case: what is known of the database and its server while a check looks. How it is opened: cause.c. */
#include "doctor.h"

#include <string.h>

#define UP_TIMEOUT_MS 60000

static const doctor_case *shared;

void doctor_share_view(const doctor_case *of) {
    shared = of && of->known ? of : NULL;
}

static bool borrow_view(doctor_case *of) {
    of->known = of->borrowed = true;
    of->server = shared->server;
    of->status = shared->status;
    of->database = dk_database_get(of->context, NULL);
    return true;
}

bool doctor_ask_server(doctor_case *of) {
    if (of->asked)
        return of->known;
    of->asked = true;
    if (shared)
        return borrow_view(of);
    if (of->database && !of->database->url && doctor_env_is_missing(of->context))
        return false; /* where it should be is written in a file that nobody copied yet */
    of->server = dk_server(of->context, NULL, &of->refusal);
    of->known = of->server && of->server->status(of->context, &of->status, &of->refusal);
    /* It may have given the run a URL, its own or one that leads into a container. */
    of->database = dk_database_get(of->context, NULL);
    return of->known;
}

bool doctor_is_owned(const doctor_case *of) {
    return of->known && of->status.owned;
}

bool doctor_is_idle(const doctor_case *of) {
    return doctor_is_owned(of) &&
           (of->status.state == DK_SERVER_ABSENT || of->status.state == DK_SERVER_STOPPED);
}

void doctor_case_release(doctor_case *of) {
    pg_close(of->connection);
    if (!of->borrowed)
        dk_server_status_release(&of->status);
    dk_url_release(&of->reached);
    dk_error_release(&of->refusal);
    dk_error_release(&of->why);
    memset(of, 0, sizeof *of);
}

bool doctor_is_for(const doctor_case *of, const char *id, dk_check_result *result) {
    if (!of->cause || strcmp(of->cause, id) == 0)
        return true;
    doctor_skip(result, "the database can't be reached: see %s", of->cause);
    return false;
}

static bool bring_up(dk_context *context, const dk_server_interface *server, dk_error *error) {
    dk_server_status status = DK_SERVER_STATUS_INIT;
    bool changed = false;
    bool up = server->up(context, UP_TIMEOUT_MS, &status, &changed, error);
    dk_server_status_release(&status);
    return up;
}

bool doctor_up(dk_context *context, dk_error *error) {
    const dk_server_interface *server = dk_server(context, NULL, error);
    return server && bring_up(context, server, error);
}

bool doctor_restart(dk_context *context, dk_error *error) {
    bool changed = false;
    const dk_server_interface *server = dk_server(context, NULL, error);
    return server && server->down(context, &changed, error) && bring_up(context, server, error);
}

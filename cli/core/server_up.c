/* A server for those who need one and do not care which. */
#include <devkit/interface.h>

#define START_TIMEOUT_MS 60000

/* `up` changes a running server, too (a new password, another database), and says so itself. */
static bool stands_still(dk_context *context, const dk_server_interface *server) {
    dk_server_status status = DK_SERVER_STATUS_INIT;
    bool still = server->running && server->status(context, &status, NULL) &&
                 (status.state == DK_SERVER_ABSENT || status.state == DK_SERVER_STOPPED);
    dk_server_status_release(&status);
    return still;
}

static bool bring_up(dk_context *context, const dk_server_interface *server, dk_error *error) {
    bool changed = false;
    bool still = stands_still(context, server);
    dk_server_status status = DK_SERVER_STATUS_INIT;
    bool up = server->up(context, START_TIMEOUT_MS, &status, &changed, error);
    if (up && changed && still)
        dk_note(context, "server started at %s:%d", status.host ? status.host : "localhost", status.port);
    dk_server_status_release(&status);
    return up;
}

const dk_server_interface *dk_server_up(dk_context *context, dk_error *error) {
    const dk_server_interface *server = dk_server(context, NULL, error);
    if (!server)
        return NULL;
    bool runs = server->running && server->running(context);
    return runs || bring_up(context, server, error) ? server : NULL;
}

/* Plugin server-external: the server interface for a server that somebody else runs. */
#include "external.h"

static const dk_server_interface server = {
    .head = DK_INTERFACE("server", "external", DK_SERVER_VERSION, dk_server_interface),
    .detect = external_detect,
    .status = external_status,
    .up = external_up,
    .down = external_down,
    .destroy = external_destroy,
    .logs = external_logs,
    .admin = external_admin,
};

static const dk_interface *const interfaces[] = {&server.head};

static const dk_plugin plugin = {
    DK_PLUGIN_HEAD,
    .name = "server-external",
    .version = DEVKIT_VERSION,
    .summary = "A PostgreSQL server that somebody else runs: devkit only connects to it",
    .interfaces = interfaces,
    .interface_count = DK_COUNT(interfaces),
};

DK_PLUGIN(server_external, &plugin)

/* Plugin server-compose: the server interface for a service of the project's compose file. */
#include "service.h"

#include <devkit/plugin.h>

static const dk_server_interface server = {
    .head = DK_INTERFACE("server", "compose", DK_SERVER_VERSION, dk_server_interface),
    .detect = compose_server_detect,
    .status = compose_server_status,
    .up = compose_server_up,
    .down = compose_server_down,
    .destroy = compose_server_destroy,
    .logs = compose_server_logs,
    .admin = compose_server_admin,
    .service_logs = compose_server_service_logs,
    .reach = compose_server_reach,
};

static const dk_interface *const interfaces[] = {&server.head};

static const dk_plugin plugin = {
    DK_PLUGIN_HEAD,
    .name = "server-compose",
    .version = DEVKIT_VERSION,
    .summary = "The PostgreSQL service of the project's own compose file",
    .interfaces = interfaces,
    .interface_count = DK_COUNT(interfaces),
};

DK_PLUGIN(server_compose, &plugin)

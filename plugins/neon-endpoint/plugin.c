/* Plugin neon-endpoint: Neon's direct and pooled addresses. Apart from the plugin neon, so that whoever only
 * asks for the direct address loads neither libcurl nor anything else. */
#include "neon_endpoint.h"

static const dk_endpoint_interface endpoint = {
    .head = DK_INTERFACE("endpoint", "neon", DK_ENDPOINT_VERSION, dk_endpoint_interface),
    .matches = neon_endpoint_matches,
    .direct = neon_endpoint_direct,
    .pooled = neon_endpoint_pooled,
};
static const dk_interface *const interfaces[] = {&endpoint.head};

static const dk_plugin plugin = {
    DK_PLUGIN_HEAD,
    .name = "neon-endpoint",
    .version = DEVKIT_VERSION,
    .summary = "The direct and the pooled address of a Neon database",
    .interfaces = interfaces,
    .interface_count = DK_COUNT(interfaces),
};

DK_PLUGIN(neon_endpoint, &plugin)

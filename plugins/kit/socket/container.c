/* The container behind a port: the program that listens for it only passes connections on. */
#include "socket.h"

#include <string.h>

/* Programs that listen in a container's stead: Docker (with "userland-proxy": false the daemon itself),
 * rootless Docker and Podman, Podman's monitor, Docker Desktop, OrbStack, Lima and Colima. */
static const char *const proxies[] = {"docker-proxy", "dockerd",  "rootlesskit", "rootlessport",
                                      "slirp4netns",  "pasta",    "conmon",      "com.docker",
                                      "vpnkit",       "OrbStack", "limactl",     "gvproxy"};

bool socket_may_be_container(const socket_process *holder) {
    if (!holder || !holder->program)
        return true;
    for (size_t i = 0; i < DK_COUNT(proxies); i++)
        if (dk_starts_with(holder->program, proxies[i]))
            return true;
    return false;
}

/* Engines that do not answer are nobody's fault here; -v tells. */
static json_t *ask_engines(dk_context *context) {
    json_t *all = json_array();
    DK_AUTO_STRV dk_strv names = DK_STRV_INIT;
    dk_interface_names(context, "containers", &names);
    for (size_t i = 0; i < names.count; i++) {
        DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
        const dk_containers_interface *engine =
            dk_interface_find(context, "containers", names.items[i], DK_CONTAINERS_VERSION, &why);
        DK_AUTO_JSON json_t *some = engine ? engine->list(context, NULL, false, &why) : NULL;
        if (json_is_array(some))
            json_array_extend(all, some);
        else
            dk_debug(context, "containers of %s: %s", names.items[i], why.message ? why.message : "none");
    }
    return all;
}

static bool publishes(const json_t *container, int port) {
    size_t index;
    const json_t *mapping;
    json_array_foreach(json_object_get(container, "ports"), index, mapping) {
        if (dk_json_int(mapping, "port", 0) == port)
            return true;
    }
    return false;
}

json_t *socket_container_of(dk_context *context, json_t **cache, int port) {
    size_t index;
    json_t *container;
    if (!*cache)
        *cache = ask_engines(context);
    json_array_foreach(*cache, index, container) {
        if (publishes(container, port))
            return json_incref(container);
    }
    return NULL;
}

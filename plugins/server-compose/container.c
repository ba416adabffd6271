/* The container of a service, found by the labels that compose puts on it. */
#include "service.h"

#include <stdlib.h>
#include <string.h>

void compose_container_release(compose_container *container) {
    free(container->id);
    free(container->name);
    free(container->image);
    free(container->state);
    free(container->address);
    *container = (compose_container){0};
}

bool compose_container_runs(const compose_container *container) {
    return dk_streq(container->state, "running");
}

const dk_containers_interface *compose_engine(dk_context *context, dk_error *error) {
    DK_AUTO_STRV dk_strv names = DK_STRV_INIT;
    dk_interface_names(context, "containers", &names);
    return dk_interface_find(context, "containers", names.count ? names.items[0] : "docker",
                             DK_CONTAINERS_VERSION, error);
}

/* Folders may be written differently: a link, a trailing slash. */
static bool same_folder(const char *left, const char *right) {
    char *one = left ? realpath(left, NULL) : NULL;
    char *two = right ? realpath(right, NULL) : NULL;
    bool same = one && two ? strcmp(one, two) == 0 : dk_streq(left, right);
    free(one);
    free(two);
    return same;
}

/* 0: another project's; more: better. A container of `compose run` belongs to the service, too, but is not
 * it. */
static int rank(const compose_server *server, const json_t *item) {
    const char *project = dk_json_string(item, "project", NULL);
    const char *folder = dk_json_string(item, "folder", NULL);
    const char *name = dk_json_string(item, "name", "");
    bool here = folder && same_folder(folder, server->project.folder);
    bool named = dk_streq(project, server->project.name);
    if (!here && !(named && !folder))
        return 0;
    return 1 + here + 2 * named + 4 * dk_streq(dk_json_string(item, "state", ""), "running") +
           8 * !(strstr(name, "_run_") || strstr(name, "-run-"));
}

/* IPv4 is listed first; a second entry is usually the same for IPv6. Of several ports the URL's is the one.
 */
static void read_port(const json_t *item, int inner, int wanted, compose_container *container) {
    const json_t *entry = NULL;
    size_t index = 0;
    json_array_foreach(json_object_get(item, "ports"), index, entry) {
        int port = (int)dk_json_int(entry, "port", 0);
        if (port == 0 || dk_json_int(entry, "container_port", 0) != inner ||
            (container->port && (port != wanted || container->port == wanted)))
            continue;
        free(container->address);
        container->address = compose_server_host(dk_json_string(entry, "address", NULL));
        container->port = port;
    }
}

bool compose_container_find(const compose_server *server, const char *service, compose_container *container,
                            dk_error *error) {
    const dk_containers_interface *engine = compose_engine(server->context, error);
    DK_AUTO_STRV dk_strv labels = DK_STRV_INIT;
    *container = (compose_container){0};
    dk_strv_addf(&labels, "com.docker.compose.service=%s", service);
    DK_AUTO_JSON json_t *list = engine ? engine->list(server->context, &labels, true, error) : NULL;
    if (!list)
        return false;
    const json_t *item = NULL;
    const json_t *best = NULL;
    size_t index = 0;
    int best_rank = 0;
    json_array_foreach(list, index, item) {
        int rating = rank(server, item);
        if (rating > best_rank) {
            best_rank = rating;
            best = item;
        }
    }
    if (!best)
        return true;
    container->id = dk_strdup(dk_json_string(best, "id", ""));
    container->name = dk_strdup(dk_json_string(best, "name", NULL));
    container->image = dk_strdup(dk_json_string(best, "image", NULL));
    container->state = dk_strdup(dk_json_string(best, "state", ""));
    if (container->name)
        dk_secret_allow(container->name);
    const dk_url *url = server->database->url;
    read_port(best, compose_server_inner_port(server), url ? dk_url_port(url) : 0, container);
    return true;
}

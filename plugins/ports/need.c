/* The ports that the project needs, each once, with everybody who names it: the list, and what is said of it.
 */
#include "ports.h"

#include <stdlib.h>
#include <string.h>

bool ports_host_is_local(const char *host) {
    DK_AUTO_URL dk_url url = DK_URL_INIT;
    if (!host || !*host || strcmp(host, "0.0.0.0") == 0 || strcmp(host, "::") == 0 ||
        strcmp(host, "*") == 0 || dk_ends_with(host, ".localhost"))
        return true;
    dk_url_set_host(&url, host, 1);
    return dk_url_is_local(&url);
}

static ports_need *find(ports_needs *needs, int port, bool remote) {
    for (size_t i = 0; i < needs->count; i++)
        if (needs->items[i].port == port && !remote && !needs->items[i].remote)
            return &needs->items[i];
    return NULL;
}

void ports_needs_add(ports_needs *needs, int port, const char *host, const ports_source *source) {
    if (port < 1 || port > 65535)
        return;
    bool remote = !ports_host_is_local(host);
    ports_need *need = find(needs, port, remote);
    if (!need) {
        needs->items = dk_realloc_array(needs->items, needs->count + 1, sizeof *needs->items);
        need = &needs->items[needs->count++];
        *need = (ports_need){
            .port = port, .host = dk_strdup(host && *host ? host : "localhost"), .remote = remote};
    }
    need->sources = dk_realloc_array(need->sources, need->source_count + 1, sizeof *need->sources);
    need->sources[need->source_count++] = (ports_source){.kind = source->kind,
                                                         .name = dk_strdup(source->name),
                                                         .origin = dk_strdup(source->origin),
                                                         .scheme = dk_strdup(source->scheme),
                                                         .database = source->database};
}

void ports_needs_release(ports_needs *needs) {
    for (size_t i = 0; i < needs->count; i++) {
        for (size_t j = 0; j < needs->items[i].source_count; j++) {
            free(needs->items[i].sources[j].name);
            free(needs->items[i].sources[j].origin);
            free(needs->items[i].sources[j].scheme);
        }
        free(needs->items[i].sources);
        free(needs->items[i].host);
    }
    free(needs->items);
    *needs = (ports_needs)PORTS_NEEDS_INIT;
}

const ports_source *ports_need_source(const ports_need *need, ports_kind kind) {
    for (size_t i = 0; need && i < need->source_count; i++)
        if (need->sources[i].kind == kind)
            return &need->sources[i];
    return NULL;
}

char *ports_need_describe(const ports_need *need) {
    DK_AUTO_STRV dk_strv parts = DK_STRV_INIT;
    for (size_t i = 0; i < need->source_count; i++) {
        const ports_source *source = &need->sources[i];
        if (source->kind == PORTS_CONFIG)
            dk_strv_addf(&parts, "[ports] %s", source->name);
        else if (source->kind == PORTS_COMPOSE)
            dk_strv_addf(&parts, "compose service %s", source->name);
        else if (source->origin)
            dk_strv_addf(&parts, "%s (%s)", source->name, source->origin);
        else
            dk_strv_add(&parts, source->name);
    }
    return dk_strv_join(&parts, ", ");
}

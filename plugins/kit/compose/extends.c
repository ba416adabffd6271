/* `extends`: the content of another service, of this file or of another one, lies below a service's own. */
#include "document.h"

static bool extend_file(compose_reader *reader, compose_node place, const char *path, const char *name,
                        compose_service *service, dk_error *error) {
    DK_AUTOFREE char *file = dk_path_absolute(reader->folder, path);
    compose_document document = {0};
    compose_reader other = *reader;
    other.depth = reader->depth + 1;
    if (!dk_file_exists(file))
        return compose_fail(place, error, "there is no file %s to extend from", path);
    if (!compose_reader_open(&other, &document, file, error))
        return false;
    compose_node base = compose_member(other.services, name);
    bool done = base.node ? compose_service_whole(&other, base, service, error)
                          : compose_fail(place, error, "%s has no service \"%s\"", path, name);
    compose_reader_close(&other);
    return done;
}

static bool extend_here(compose_reader *reader, compose_node place, const char *name,
                        compose_service *service, dk_error *error) {
    compose_node base = compose_member(reader->services, name);
    if (!base.node)
        return compose_fail(place, error, "there is no service \"%s\" to extend", name);
    reader->depth++;
    bool done = compose_service_whole(reader, base, service, error);
    reader->depth--;
    return done;
}

/* `extends: NAME`, or `extends: {file, service}`. */
static bool extend(compose_reader *reader, compose_node node, compose_service *service, dk_error *error) {
    compose_node named = compose_is_map(node) ? compose_member(node, "service") : node;
    DK_AUTOFREE char *name = compose_value(reader, named, service);
    DK_AUTOFREE char *file =
        compose_is_map(node) ? compose_value(reader, compose_member(node, "file"), service) : NULL;
    if (!name)
        return compose_fail(node, error, "\"extends\" names a service");
    if (reader->depth >= COMPOSE_DEPTH)
        return compose_fail(node, error, "services extend one another without end");
    return file ? extend_file(reader, node, file, name, service, error)
                : extend_here(reader, node, name, service, error);
}

bool compose_service_whole(compose_reader *reader, compose_node node, compose_service *service,
                           dk_error *error) {
    compose_node base = compose_is_map(node) ? compose_member(node, "extends") : (compose_node){0};
    if (!compose_is_null(base) && !compose_has_tag(base, "!reset") && !extend(reader, base, service, error))
        return false;
    return compose_service_read(reader, node, service, error);
}

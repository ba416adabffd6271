/* Compose files into the model: services, override files, `include`, env files. */
#include "document.h"

#include <stdlib.h>

#define SERVICES_LIMIT 2000

static bool load_file(compose_project *project, const char *path, compose_lookup *lookup, void *data,
                      int depth, dk_error *error);

/* ── services ── */
static compose_service *service_of(compose_project *project, const char *name) {
    for (size_t i = 0; i < project->service_count; i++)
        if (dk_streq(project->services[i].name, name))
            return &project->services[i];
    project->services =
        dk_realloc_array(project->services, project->service_count + 1, sizeof *project->services);
    compose_service *service = &project->services[project->service_count++];
    *service = (compose_service){.name = dk_strdup(name)};
    return service;
}

static bool read_service(void *data, compose_node key, compose_node value, dk_error *error) {
    compose_reader *reader = data;
    const char *name = compose_scalar(key);
    if (!name || reader->project->service_count >= SERVICES_LIMIT)
        return compose_fail(key, error, name ? "there are too many services" : "a service needs a name");
    compose_service *service = service_of(reader->project, name);
    if (!service->file) {
        service->file = dk_strdup(reader->document->path);
        service->line = (int)key.node->start_mark.line + 1;
    }
    return compose_service_whole(reader, value, service, error);
}

/* ── include ── */
static bool include_path(compose_reader *reader, compose_node node, dk_error *error) {
    DK_AUTOFREE char *name = compose_value(reader, node, NULL);
    DK_AUTOFREE char *path = name ? dk_path_absolute(reader->folder, name) : NULL;
    if (!path || !dk_file_exists(path))
        return compose_fail(node, error, "there is no file %s to include", name ? name : "");
    if (dk_strv_contains(&reader->project->included, path))
        return true;
    dk_strv_add(&reader->project->included, path);
    return load_file(reader->project, path, reader->lookup, reader->data, reader->depth + 1, error);
}

/* A path, or {path: a path or a list of paths}. */
static bool include_entry(compose_reader *reader, compose_node node, dk_error *error) {
    compose_node paths = compose_is_map(node) ? compose_member(node, "path") : node;
    if (!compose_is_list(paths))
        return include_path(reader, paths, error);
    for (size_t i = 0; i < compose_length(paths); i++)
        if (!include_path(reader, compose_item(paths, i), error))
            return false;
    return true;
}

static bool read_includes(compose_reader *reader, dk_error *error) {
    compose_node list = compose_member(compose_root(reader->document), "include");
    if (compose_length(list) > 0 && reader->depth >= COMPOSE_DEPTH)
        return compose_fail(list, error, "files include one another without end");
    for (size_t i = 0; i < compose_length(list); i++)
        if (!include_entry(reader, compose_item(list, i), error))
            return false;
    return true;
}

/* ── a file ── */
static bool read_file(compose_reader *reader, dk_error *error) {
    compose_node root = compose_root(reader->document);
    if (!root.node)
        return true; /* an empty file says nothing */
    if (!compose_is_map(root))
        return compose_fail(root, error, "a compose file is a mapping that has \"services\"");
    compose_node name = compose_member(root, "name");
    char *text = reader->depth == 0 ? compose_value(reader, name, NULL) : NULL;
    if (text) {
        free(reader->project->name);
        reader->project->name = text;
    }
    if (!compose_is_null(reader->services) && !compose_is_map(reader->services))
        return compose_fail(reader->services, error, "\"services\" is a mapping");
    if (!read_includes(reader, error) || !compose_members(reader->services, read_service, reader, error))
        return false;
    return !reader->document->tangled ||
           compose_fail(root, error, "too many mappings are merged into one another");
}

static bool load_file(compose_project *project, const char *path, compose_lookup *lookup, void *data,
                      int depth, dk_error *error) {
    compose_document document = {0};
    compose_reader reader = {.project = project, .lookup = lookup, .data = data, .depth = depth};
    if (!compose_reader_open(&reader, &document, path, error))
        return false;
    bool done = read_file(&reader, error);
    compose_reader_close(&reader);
    return done;
}

bool compose_load_text(compose_project *project, const dk_buf *text, const char *path, const char *shown,
                       compose_lookup *lookup, void *data, dk_error *error) {
    compose_document document = {0};
    compose_reader reader = {.project = project, .lookup = lookup, .data = data};
    if (!compose_reader_parse(&reader, &document, text, path, shown, error))
        return false;
    bool done = read_file(&reader, error);
    compose_reader_close(&reader);
    return done;
}

bool compose_load(compose_project *project, const char *path, compose_lookup *lookup, void *data,
                  dk_error *error) {
    if (!project->folder)
        project->folder = dk_path_dirname(path);
    return load_file(project, path, lookup, data, 0, error);
}

/* ── env files ── */
typedef struct env_files {
    compose_service collected; /* only its environment is used */
    compose_lookup *lookup;
    void *data;
} env_files;

static void set_from_file(void *data, const char *name, const char *value) {
    compose_service_set(&((env_files *)data)->collected, name, value);
}

static const char *look_up(void *data, const char *name) {
    const env_files *work = data;
    const char *value = work->lookup(work->data, name);
    return value ? value : compose_environment(&work->collected, name);
}

/* `environment` is stronger than every env file, and of those the last one wins. */
static void merge(compose_service *service, const compose_service *collected) {
    for (size_t i = 0; i < collected->environment_count; i++) {
        const compose_variable *variable = &collected->environment[i];
        bool stronger = false;
        for (size_t j = 0; j < service->environment_count; j++)
            stronger = stronger || dk_streq(service->environment[j].name, variable->name);
        if (!stronger)
            compose_service_set(service, variable->name, variable->value);
    }
}

static bool read_env_files(compose_service *service, compose_lookup *lookup, void *data, dk_error *error) {
    env_files work = {.lookup = lookup, .data = data};
    const compose_env_reader reader = {set_from_file, look_up, &work};
    bool done = true;
    for (size_t i = 0; done && i < service->env_files.count; i++)
        if (dk_file_exists(service->env_files.items[i]))
            done = compose_env_file(service->env_files.items[i], &reader, error);
    if (done)
        merge(service, &work.collected);
    compose_service_release(&work.collected);
    return done;
}

bool compose_finish(compose_project *project, compose_lookup *lookup, void *data, dk_error *error) {
    for (size_t i = 0; i < project->service_count; i++)
        if (!read_env_files(&project->services[i], lookup, data, error))
            return false;
    return true;
}

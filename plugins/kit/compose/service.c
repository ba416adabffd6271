/* One service of a compose file. */
#include "document.h"

#include <stdlib.h>
#include <string.h>

void compose_service_release(compose_service *service) {
    free(service->name);
    free(service->image);
    free(service->container_name);
    for (size_t i = 0; i < service->environment_count; i++) {
        free(service->environment[i].name);
        free(service->environment[i].value);
    }
    free(service->environment);
    for (size_t i = 0; i < service->port_count; i++)
        compose_port_release(&service->ports[i]);
    free(service->ports);
    free(service->expose);
    free(service->file);
    free(service->problem);
    dk_strv_release(&service->env_files);
    *service = (compose_service){0};
}

/* ── environment ── */
static compose_variable *variable_of(compose_service *service, const char *name) {
    for (size_t i = 0; i < service->environment_count; i++)
        if (dk_streq(service->environment[i].name, name))
            return &service->environment[i];
    return NULL;
}

void compose_service_set(compose_service *service, const char *name, const char *value) {
    compose_variable *variable = variable_of(service, name);
    if (!variable) {
        service->environment = dk_realloc_array(service->environment, service->environment_count + 1,
                                                sizeof *service->environment);
        variable = &service->environment[service->environment_count++];
        *variable = (compose_variable){.name = dk_strdup(name)};
    }
    free(variable->value);
    variable->value = dk_strdup(value);
}

typedef struct reading {
    compose_reader *reader;
    compose_service *service;
} reading;

/* "NAME:" without a value hands on what compose itself has. */
static bool set_member(void *data, compose_node key, compose_node value, dk_error *error) {
    reading *work = data;
    const char *name = compose_scalar(key);
    if (!name || compose_is_map(value) || compose_is_list(value))
        return compose_fail(value, error, "a variable of \"environment\" needs a name and a plain value");
    DK_AUTOFREE char *text = compose_value(work->reader, value, work->service);
    compose_service_set(work->service, name, text ? text : work->reader->lookup(work->reader->data, name));
    return true;
}

static bool set_item(reading *work, compose_node item, dk_error *error) {
    DK_AUTOFREE char *text = compose_value(work->reader, item, work->service);
    if (!text || *text == '=' || !*text)
        return compose_fail(item, error, "an entry of \"environment\" reads NAME=value");
    char *equal = strchr(text, '=');
    if (equal)
        *equal = '\0';
    compose_service_set(work->service, text,
                        equal ? equal + 1 : work->reader->lookup(work->reader->data, text));
    return true;
}

static bool read_environment(compose_reader *reader, compose_node node, compose_service *service,
                             dk_error *error) {
    reading work = {reader, service};
    if (compose_is_map(node))
        return compose_members(node, set_member, &work, error);
    if (!compose_is_list(node))
        return compose_fail(node, error, "\"environment\" is a mapping or a list");
    for (size_t i = 0; i < compose_length(node); i++)
        if (!set_item(&work, compose_item(node, i), error))
            return false;
    return true;
}

/* A path, or {path, required}: files that need not exist are passed over when they don't. */
static bool add_env_file(compose_reader *reader, compose_node node, compose_service *service,
                         dk_error *error) {
    DK_AUTOFREE char *name =
        compose_value(reader, compose_is_map(node) ? compose_member(node, "path") : node, service);
    if (!name)
        return compose_fail(node, error, "\"env_file\" is a path or a list of paths");
    dk_strv_add_owned(&service->env_files, dk_path_absolute(reader->folder, name));
    return true;
}

static bool read_env_file(compose_reader *reader, compose_node node, compose_service *service,
                          dk_error *error) {
    if (!compose_is_list(node))
        return add_env_file(reader, node, service, error);
    for (size_t i = 0; i < compose_length(node); i++)
        if (!add_env_file(reader, compose_item(node, i), service, error))
            return false;
    return true;
}

/* ── ports ── */
static bool same_port(const compose_port *left, const compose_port *right) {
    return dk_streq(left->address, right->address) && left->host == right->host &&
           left->host_last == right->host_last && left->container == right->container &&
           left->container_last == right->container_last && dk_streq(left->protocol, right->protocol);
}

/* Takes over `port`. */
static void add_port(compose_reader *reader, compose_node node, compose_service *service,
                     compose_port *port) {
    for (size_t i = 0; i < service->port_count; i++)
        if (same_port(&service->ports[i], port)) {
            compose_port_release(port);
            return;
        }
    port->file = dk_strdup(reader->document->path);
    port->line = (int)node.node->start_mark.line + 1;
    service->ports = dk_realloc_array(service->ports, service->port_count + 1, sizeof *service->ports);
    service->ports[service->port_count++] = *port;
}

static bool read_long_port(compose_reader *reader, compose_node node, compose_service *service,
                           dk_error *error) {
    compose_port port = {.address = compose_value(reader, compose_member(node, "host_ip"), service),
                         .protocol = compose_value(reader, compose_member(node, "protocol"), service)};
    DK_AUTOFREE char *target = compose_value(reader, compose_member(node, "target"), service);
    DK_AUTOFREE char *published = compose_value(reader, compose_member(node, "published"), service);
    if (!port.protocol)
        port.protocol = dk_strdup("tcp");
    bool good = target && compose_port_range(target, &port.container, &port.container_last) &&
                port.container > 0 &&
                (!published || !*published || compose_port_range(published, &port.host, &port.host_last));
    if (good) {
        add_port(reader, node, service, &port);
        return true;
    }
    compose_port_release(&port);
    return compose_fail(node, error, "a port needs a \"target\" and may have \"published\": ports or ranges");
}

/* A port that can't be read because a variable is missing is the variable's fault, not the file's. */
static bool read_port(compose_reader *reader, compose_node node, compose_service *service, dk_error *error) {
    if (compose_is_map(node))
        return read_long_port(reader, node, service, error);
    DK_AUTOFREE char *text = compose_value(reader, node, service);
    const char *problem = "a port is a text or a mapping";
    compose_port port = {0};
    if (text && compose_port_parse(text, &port, &problem)) {
        add_port(reader, node, service, &port);
        return true;
    }
    compose_port_release(&port);
    return service->problem || compose_fail(node, error, "\"%s\": %s", text ? text : "", problem);
}

static bool read_ports(compose_reader *reader, compose_node node, compose_service *service, dk_error *error) {
    if (!compose_is_list(node))
        return compose_fail(node, error, "\"ports\" is a list");
    for (size_t i = 0; i < compose_length(node); i++)
        if (!read_port(reader, compose_item(node, i), service, error))
            return false;
    return true;
}

static bool read_expose(compose_reader *reader, compose_node node, compose_service *service,
                        dk_error *error) {
    if (!compose_is_list(node))
        return compose_fail(node, error, "\"expose\" is a list");
    for (size_t i = 0; i < compose_length(node); i++) {
        DK_AUTOFREE char *text = compose_value(reader, compose_item(node, i), service);
        int first = 0, last = 0;
        char *slash = text ? strchr(text, '/') : NULL;
        if (slash)
            *slash = '\0';
        if (!text || !compose_port_range(text, &first, &last))
            continue;
        service->expose =
            dk_realloc_array(service->expose, service->expose_count + 1, sizeof *service->expose);
        service->expose[service->expose_count++] = first;
    }
    return true;
}

/* ── the rest ── */
static bool read_text(compose_reader *reader, compose_node node, compose_service *service, char **target,
                      dk_error *error) {
    char *text = compose_value(reader, node, service);
    if (!text)
        return compose_fail(node, error, "a text is wanted here");
    free(*target);
    *target = text;
    return true;
}

static bool read_image(compose_reader *reader, compose_node node, compose_service *service, dk_error *error) {
    return read_text(reader, node, service, &service->image, error);
}

static bool read_container_name(compose_reader *reader, compose_node node, compose_service *service,
                                dk_error *error) {
    return read_text(reader, node, service, &service->container_name, error);
}

static bool read_build(compose_reader *reader DK_UNUSED, compose_node node DK_UNUSED,
                       compose_service *service, dk_error *error DK_UNUSED) {
    service->builds = true;
    return true;
}

static void drop_environment(compose_service *service) {
    while (service->environment_count > 0) {
        compose_variable *last = &service->environment[--service->environment_count];
        free(last->name);
        free(last->value);
    }
}

static void drop_ports(compose_service *service) {
    while (service->port_count > 0)
        compose_port_release(&service->ports[--service->port_count]);
}

static void drop_env_files(compose_service *service) {
    dk_strv_release(&service->env_files);
    service->env_files = (dk_strv)DK_STRV_INIT;
}

/* `drop` is what the tags !reset and !override of a later file do first. */
static const struct {
    const char *key;
    bool (*read)(compose_reader *, compose_node, compose_service *, dk_error *);
    void (*drop)(compose_service *);
} members[] = {
    {"image", read_image, NULL},
    {"build", read_build, NULL},
    {"container_name", read_container_name, NULL},
    {"env_file", read_env_file, drop_env_files},
    {"environment", read_environment, drop_environment},
    {"ports", read_ports, drop_ports},
    {"expose", read_expose, NULL},
};

bool compose_service_read(compose_reader *reader, compose_node node, compose_service *service,
                          dk_error *error) {
    if (!compose_is_map(node))
        return compose_is_null(node) || compose_fail(node, error, "a service is a mapping");
    for (size_t i = 0; i < DK_COUNT(members); i++) {
        compose_node member = compose_member(node, members[i].key);
        bool reset = compose_has_tag(member, "!reset");
        if (members[i].drop && (reset || compose_has_tag(member, "!override")))
            members[i].drop(service);
        if (!reset && !compose_is_null(member) && !members[i].read(reader, member, service, error))
            return false;
    }
    return true;
}

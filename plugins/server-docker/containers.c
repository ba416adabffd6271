/* The interface `containers`: questions about any container, for plugins that speak to no engine. */
#include "docker.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    const char *key, *label;
} compose_labels[] = {
    {"project", "com.docker.compose.project"},
    {"service", "com.docker.compose.service"},
    {"folder", "com.docker.compose.project.working_dir"},
};

/* Those of TCP: a UDP port of the same number is another one. */
static json_t *ports_of(const json_t *listed) {
    json_t *ports = json_array(), *port;
    size_t index;
    json_array_foreach(json_object_get(listed, "Ports"), index, port) {
        if (!dk_streq(dk_json_string(port, "Type", "tcp"), "tcp"))
            continue;
        json_t *row = json_object();
        bool published = dk_json_int(port, "PublicPort", 0) > 0;
        dk_json_set_string(row, "address", published ? dk_json_string(port, "IP", "0.0.0.0") : NULL);
        if (published)
            dk_json_set_int(row, "port", dk_json_int(port, "PublicPort", 0));
        else
            json_object_set_new(row, "port", json_null());
        dk_json_set_int(row, "container_port", dk_json_int(port, "PrivatePort", 0));
        json_array_append_new(ports, row);
    }
    return ports;
}

json_t *docker_container_row(const json_t *listed) {
    const char *name = json_string_value(json_array_get(json_object_get(listed, "Names"), 0));
    const json_t *labels = json_object_get(listed, "Labels");
    json_t *row = json_object();
    dk_json_set_string(row, "id", dk_json_string(listed, "Id", ""));
    dk_json_set_string(row, "name", name ? name + (*name == '/') : NULL);
    dk_json_set_string(row, "image", dk_json_string(listed, "Image", NULL));
    dk_json_set_string(row, "state", dk_json_string(listed, "State", NULL));
    for (size_t i = 0; i < DK_COUNT(compose_labels); i++)
        dk_json_set_string(row, compose_labels[i].key, dk_json_string(labels, compose_labels[i].label, NULL));
    json_object_set_new(row, "ports", ports_of(listed));
    return row;
}

static void add_query(const dk_strv *labels, bool all, dk_buf *path) {
    dk_buf_addf(path, "/containers/json?all=%d", all);
    if (!labels || !labels->count)
        return;
    json_t *list = json_array();
    for (size_t i = 0; i < labels->count; i++) {
        /* One that is no UTF-8 is mended, and fits nothing; left out, it would let everything fit. */
        DK_AUTO_JSON json_t *mended = json_object();
        dk_json_set_string(mended, "label", labels->items[i]);
        json_array_append(list, json_object_get(mended, "label"));
    }
    DK_AUTO_JSON json_t *filters = json_pack("{s: o}", "label", list);
    DK_AUTOFREE char *text = json_dumps(filters, JSON_COMPACT);
    dk_buf_add(path, "&filters=");
    http_quote(path, text);
}

static json_t *list(dk_context *context, const dk_strv *labels, bool all, dk_error *error) {
    DOCKER_AUTO_ENGINE docker_engine engine = {0};
    DK_AUTO_BUF dk_buf path = DK_BUF_INIT;
    DK_AUTO_JSON json_t *listed = NULL;
    json_t *entry, *rows = NULL;
    size_t index;
    add_query(labels, all, &path);
    docker_call call = {.path = dk_buf_text(&path), .what = "cannot list the containers"};
    if (!docker_engine_open(context, &engine, error) || !docker_send(&engine, &call, &listed, NULL, error))
        return NULL;
    if (!http_json_array(listed, "", &entry, error)) {
        docker_explain(call.what, error);
        return NULL;
    }
    rows = json_array();
    json_array_foreach(listed, index, entry) json_array_append_new(rows, docker_container_row(entry));
    return rows;
}

static bool fail_missing(const char *id, dk_error *error) {
    dk_fail(error, DK_ERROR_FAILED, "container-missing", "there is no container %s", id);
    return dk_error_hint(error, "`docker ps -a` shows those there are");
}

/* Ids and names: letters, digits, '_', '.', '-'. */
static char *path_of(const char *id, const char *what) {
    dk_buf path = DK_BUF_INIT;
    dk_buf_add(&path, "/containers/");
    http_quote(&path, id);
    dk_buf_addf(&path, "/%s", what);
    return dk_buf_detach(&path);
}

static json_t *inspect_on(docker_engine *engine, const char *id, dk_error *error) {
    long status = 0;
    json_t *raw = NULL;
    DK_AUTOFREE char *path = path_of(id, "json");
    DK_AUTOFREE char *what = dk_format("cannot look at the container %s", id);
    docker_call call = {.path = path, .what = what, .accept = 404};
    if (!docker_send(engine, &call, &raw, &status, error))
        return NULL;
    if (status != 404)
        return raw;
    json_decref(raw);
    fail_missing(id, error);
    return NULL;
}

static json_t *inspect(dk_context *context, const char *id, dk_error *error) {
    DOCKER_AUTO_ENGINE docker_engine engine = {0};
    return docker_engine_open(context, &engine, error) ? inspect_on(&engine, id, error) : NULL;
}

static bool act(dk_context *context, const char *id, const char *verb, dk_error *error) {
    DOCKER_AUTO_ENGINE docker_engine engine = {0};
    DK_AUTOFREE char *path = path_of(id, verb);
    DK_AUTOFREE char *what = dk_format("cannot %s the container %s", verb, id);
    docker_call call = {
        .method = "POST", .path = path, .what = what, .accept = 304, .timeout_ms = DOCKER_START_TIMEOUT_MS};
    if (!docker_engine_open(context, &engine, error))
        return false;
    DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
    if (docker_send(&engine, &call, NULL, NULL, &why))
        return true;
    if (why.http_status == 404)
        return fail_missing(id, error);
    dk_error_move(error, &why);
    return false;
}

static bool start(dk_context *context, const char *id, dk_error *error) {
    return act(context, id, "start", error);
}

static bool stop(dk_context *context, const char *id, dk_error *error) {
    return act(context, id, "stop", error);
}

static bool logs(dk_context *context, const char *id, bool follow, int64_t lines, dk_error *error) {
    DOCKER_AUTO_ENGINE docker_engine engine = {0};
    if (!docker_engine_open(context, &engine, error))
        return false;
    DK_AUTO_JSON json_t *raw = inspect_on(&engine, id, error);
    const json_t *settings = json_object_get(raw, "Config");
    return raw && docker_logs_print(&engine, id, dk_json_bool(settings, "Tty", false), follow, lines, error);
}

const dk_containers_interface docker_containers = {
    .head = DK_INTERFACE("containers", "docker", DK_CONTAINERS_VERSION, dk_containers_interface),
    .list = list,
    .inspect = inspect,
    .start = start,
    .stop = stop,
    .logs = logs,
};

/* A project with a compose file, and a container engine that says what the test wants. */
#ifndef TESTS_COMPOSE_PROJECT_H
#define TESTS_COMPOSE_PROJECT_H

#include "../../core/fake_context.h"

#include <server-compose/service.h>
#include <stdio.h>
#include <sys/stat.h>

static struct {
    json_t *containers; /* what list answers; NULL: the engine is not there */
    json_t *inspected;  /* what inspect answers */
    int lists, starts, stops;
    char log[128]; /* "ID LINES f" */
} engine;

static json_t *engine_list(dk_context *context, const dk_strv *labels, bool all, dk_error *error) {
    (void)context;
    engine.lists++;
    assert_true(all);
    assert_int_equal(labels->count, 1);
    assert_true(dk_starts_with(labels->items[0], "com.docker.compose.service="));
    if (!engine.containers) {
        dk_fail(error, DK_ERROR_FAILED, "docker-unreachable", "no engine answers");
        dk_error_hint(error, "start it");
        return NULL;
    }
    json_t *found = json_array();
    const json_t *item;
    size_t index;
    json_array_foreach(engine.containers, index, item) if (dk_streq(dk_json_string(item, "service", ""),
                                                                    strchr(labels->items[0], '=') + 1))
        json_array_append(found, (json_t *)item);
    return found;
}

static json_t *engine_inspect(dk_context *context, const char *id, dk_error *error) {
    (void)context, (void)id;
    if (!engine.inspected)
        dk_fail(error, DK_ERROR_FAILED, "no-such-container", "gone");
    return json_incref(engine.inspected);
}

static bool engine_start(dk_context *context, const char *id, dk_error *error) {
    (void)context, (void)id;
    engine.starts++;
    return dk_fail(error, DK_ERROR_FAILED, "port-taken", "started %d", engine.starts);
}

static bool engine_stop(dk_context *context, const char *id, dk_error *error) {
    (void)context, (void)id, (void)error;
    engine.stops++;
    return true;
}

static bool engine_logs(dk_context *context, const char *id, bool follow, int64_t lines, dk_error *error) {
    (void)context, (void)error;
    snprintf(engine.log, sizeof engine.log, "%s %lld%s", id, (long long)lines, follow ? " f" : "");
    return true;
}

static const dk_containers_interface engine_interface = {
    .head = DK_INTERFACE("containers", "fake", DK_CONTAINERS_VERSION, dk_containers_interface),
    .list = engine_list,
    .inspect = engine_inspect,
    .start = engine_start,
    .stop = engine_stop,
    .logs = engine_logs,
};
static const dk_interface *const engine_interfaces[] = {&engine_interface.head};
static const dk_plugin engine_plugin = {DK_PLUGIN_HEAD, .name = "fake", .version = "1",
                                        .interfaces = engine_interfaces, .interface_count = 1};

const dk_plugin *devkit_plugin_server_compose(void);

static SILENT void write_file(const dk_context *context, const char *name, const char *text) {
    DK_AUTOFREE char *path = dk_path_join(context->root, name);
    DK_AUTOFREE char *folder = dk_path_dirname(path);
    assert_true(dk_mkdirs(folder, 0755, NULL));
    assert_true(dk_file_write(path, text, strlen(text), 0644, NULL));
}

#define COMPOSE_FILE                                                                                         \
    "services:\n"                                                                                            \
    "  db:\n"                                                                                                \
    "    image: postgres:15\n"                                                                               \
    "    environment: {POSTGRES_USER: ann, POSTGRES_PASSWORD: geheim77, POSTGRES_DB: shop}\n"                \
    "    ports: ['127.0.0.1:5433:5432']\n"                                                                   \
    "  app: {build: .}\n"

/* A project named "shop" with that compose file (NULL: COMPOSE_FILE) and URL (NULL: none); the engine has
 * nothing. */
static SILENT dk_context *compose_context(const char *yaml, const char *url) {
    static const char *const names[] = {"DATABASE_URL", "COMPOSE_FILE", "DOCKER_HOST", "PGPORT"};
    const dk_plugin *plugins[] = {&engine_plugin, devkit_plugin_server_compose()};
    json_decref(engine.containers);
    json_decref(engine.inspected);
    memset(&engine, 0, sizeof engine);
    engine.containers = json_array();
    for (size_t i = 0; i < DK_COUNT(names); i++)
        unsetenv(names[i]);
    setenv("COMPOSE_PROJECT_NAME", "shop", 1);
    dk_context *context = fake_context(plugins, 2, "");
    write_file(context, "compose.yml", yaml ? yaml : COMPOSE_FILE);
    write_file(context, "config/cli-plugins/docker-compose", ""); /* so that hints say `docker compose` */
    DK_AUTOFREE char *config = dk_path_join(context->root, "config");
    setenv("DOCKER_CONFIG", config, 1);
    DK_AUTOFREE char *line = dk_format("# here\nDATABASE_URL=%s\n", url ? url : "");
    if (url)
        write_file(context, ".env", line);
    return context;
}

/* A container of the project; `port` 0: nothing published. */
static SILENT void add_container(const dk_context *context, const char *service, const char *state,
                                 int port) {
    json_t *ports = json_array();
    if (port)
        json_array_append_new(ports, json_pack("{s:s, s:i, s:i}", "address", "127.0.0.1", "port", port,
                                               "container_port", 5432));
    DK_AUTOFREE char *name = dk_format("shop_%s_1", service);
    json_array_append_new(engine.containers,
                          json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:o}", "id", service, "name", name,
                                    "image", "postgres:15", "state", state, "project", "shop", "service",
                                    service, "folder", context->root, "ports", ports));
}

#define URL_NAMED "postgresql+asyncpg://ann:geheim77@db:5432/shop"
#define URL_LOCAL "postgresql://ann:geheim77@localhost:5433/shop"

/* What hint and message must contain. */
static SILENT void assert_says(const char *text, const char *part) {
    if (!text || !strstr(text, part))
        fail_msg("\"%s\" is not in: %s", part, text ? text : "(nothing)");
}

#endif

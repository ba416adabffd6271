/* A container engine that says what the test says. */
#ifndef TESTS_SOCKET_ENGINE_H
#define TESTS_SOCKET_ENGINE_H

#include "listen.h"

static struct {
    const char *containers; /* JSON; NULL: no engine answers */
    int asked, stopped;
} engine;

static json_t *engine_list(dk_context *context, const dk_strv *labels, bool all, dk_error *error) {
    (void)context, (void)labels, (void)all;
    engine.asked++;
    if (!engine.containers)
        dk_fail(error, DK_ERROR_FAILED, "docker-unreachable", "no engine");
    return engine.containers ? json_loads(engine.containers, 0, NULL) : NULL;
}

static bool engine_stop(dk_context *context, const char *id, dk_error *error) {
    (void)context, (void)error;
    assert_string_equal(id, "c1");
    engine.stopped++;
    return true;
}

static const dk_containers_interface engine_interface = {
    .head = DK_INTERFACE("containers", "fake", DK_CONTAINERS_VERSION, dk_containers_interface),
    .list = engine_list,
    .stop = engine_stop};
static const dk_interface *const engine_interfaces[] = {&engine_interface.head};
static const dk_plugin engine_plugin = {DK_PLUGIN_HEAD,
                                        .name = "engine-fake",
                                        .version = "1",
                                        .summary = "An engine for tests",
                                        .interfaces = engine_interfaces,
                                        .interface_count = DK_COUNT(engine_interfaces)};

static inline dk_context *engine_context(const char *containers) {
    static const dk_plugin *const plugins[] = {&engine_plugin};
    memset(&engine, 0, sizeof engine);
    engine.containers = containers;
    return fake_context(plugins, 1, "");
}

#define ENGINE_SHOP(port)                                                                                    \
    "[{\"id\": \"c1\", \"name\": \"shop-db-1\", \"service\": \"db\", \"folder\": \"/srv/shop\", \"ports\": " \
    "[{\"address\": \"0.0.0.0\", \"port\": " port ", \"container_port\": 5432}]}]"

#endif

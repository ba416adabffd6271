/* A server provider and a guard that do as the test says, for the unit tests of plugin server. */
#ifndef TESTS_FAKE_SERVER_H
#define TESTS_FAKE_SERVER_H

#include "../one_server.h"

#include <server/server.h>

static struct {
    dk_server_state state;
    bool owned;
    bool changed;
    int ups, downs, destroys, statuses;
    int ready_after; /* calls of status */
    const char *problem;
    const char *url; /* what it remembers, given to a run without one */
    bool up_fails;
    char events[128];   /* "pre-down post-down " */
    const char *marked; /* a database that carries the mark, seen while the server runs */
} fake;

static bool fake_status(dk_context *context, dk_server_status *status, dk_error *error) {
    (void)error;
    status->state = ++fake.statuses > fake.ready_after && fake.ready_after ? DK_SERVER_READY : fake.state;
    status->provider = dk_strdup("fake");
    status->host = dk_strdup("127.0.0.1");
    status->port = 5433;
    status->database = dk_strdup("tasks");
    status->version = dk_strdup("15.18");
    status->owned = fake.owned;
    status->problem = dk_strdup(fake.problem);
    one_url(context, fake.url);
    return true;
}

static bool fake_up(dk_context *context, int64_t timeout_ms, dk_server_status *status, bool *changed,
                    dk_error *error) {
    (void)timeout_ms;
    fake.ups++;
    if (fake.up_fails)
        return dk_fail(error, DK_ERROR_FAILED, "up-failed", "the test says so");
    fake.state = DK_SERVER_READY;
    *changed = fake.changed;
    return fake_status(context, status, error);
}

static bool fake_down(dk_context *context, bool *changed, dk_error *error) {
    (void)context, (void)error;
    fake.downs++;
    fake.state = DK_SERVER_STOPPED;
    *changed = fake.changed;
    return true;
}

static bool fake_destroy(dk_context *context, dk_error *error) {
    (void)context, (void)error;
    fake.destroys++;
    return true;
}

static bool fake_logs(dk_context *context, bool follow, int64_t lines, dk_error *error) {
    (void)error;
    dk_print(context, "%s %lld\n", follow ? "follow" : "once", (long long)lines);
    return true;
}

static bool fake_permit(dk_context *context, const char *verb, const char *confirmed, dk_error *error) {
    (void)context, (void)verb, (void)confirmed, (void)error;
    return true;
}

static bool fake_protected_names(dk_context *context, dk_strv *names, dk_error *error) {
    (void)context;
    if (fake.state != DK_SERVER_READY)
        return dk_fail(error, DK_ERROR_FAILED, "not-running", "the test says so");
    if (fake.marked)
        dk_strv_add(names, fake.marked);
    return true;
}

static bool fake_handle(dk_context *context, const char *event, const json_t *details, dk_error *error) {
    (void)context, (void)details, (void)error;
    size_t used = strlen(fake.events);
    snprintf(fake.events + used, sizeof fake.events - used, "%s ", event);
    return true;
}

static const dk_event_interface fake_events = {
    .head = DK_INTERFACE("event", "fake", DK_EVENT_VERSION, dk_event_interface), .handle = fake_handle};
static const char *const fake_event_names[] = {"pre-up", "post-up", "pre-down", "post-down"};
static const dk_engine_interface fake_engine = {
    .head = DK_INTERFACE("engine", "template", DK_ENGINE_VERSION, dk_engine_interface),
    .protected_names = fake_protected_names,
};
static const dk_server_interface fake_interface = {
    .head = DK_INTERFACE("server", "fake", DK_SERVER_VERSION, dk_server_interface),
    .detect = one_detect,
    .status = fake_status,
    .up = fake_up,
    .down = fake_down,
    .destroy = fake_destroy,
    .logs = fake_logs,
};
static const dk_guard_interface fake_guard = {
    .head = DK_INTERFACE("guard", "fake", DK_GUARD_VERSION, dk_guard_interface), .permit = fake_permit};
static const dk_interface *const fake_interfaces[] = {&fake_interface.head, &fake_guard.head,
                                                      &fake_engine.head, &fake_events.head};
static const dk_plugin fake_plugin = {DK_PLUGIN_HEAD,
                                      .name = "fake",
                                      .version = "1",
                                      .summary = "A server for tests",
                                      .events = fake_event_names,
                                      .event_count = DK_COUNT(fake_event_names),
                                      .interfaces = fake_interfaces,
                                      .interface_count = DK_COUNT(fake_interfaces)};

/* A project with that .env (NULL: none) under the fake server. */
static inline dk_context *fake_project(const char *env) {
    static const dk_plugin *const plugins[] = {&fake_plugin};
    memset(&fake, 0, sizeof fake);
    return one_project(plugins, DK_COUNT(plugins), "", env);
}

#define FAKE_ENV "DATABASE_URL=postgresql+asyncpg://app:geheim@127.0.0.1:1/tasks\n"

#endif

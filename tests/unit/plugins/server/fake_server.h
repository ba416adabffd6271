/* A server provider and a guard that do as the test says, for the unit tests of plugin server. */
#ifndef TESTS_FAKE_SERVER_H
#define TESTS_FAKE_SERVER_H

#include "../../core/fake_context.h"

#include <server/server.h>
#include <stdio.h>

static struct {
    dk_server_state state;
    bool owned;
    bool changed;
    int ups, downs, destroys, statuses;
    int ready_after; /* calls of status */
    const char *problem;
    const char *url; /* what it remembers, given to a run without one */
    bool up_fails;
    const char *marked; /* a database that carries the mark, seen while the server runs */
} fake;

static bool fake_detect(dk_context *context, int *score, dk_buf *why, dk_error *error) {
    (void)context, (void)error;
    *score = 100;
    dk_buf_add(why, "the test says so");
    return true;
}

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
    if (fake.url) {
        DK_AUTO_URL dk_url url = DK_URL_INIT;
        assert_true(dk_url_parse(fake.url, &url, NULL));
        dk_database_set(context, &url);
    }
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

static const dk_engine_interface fake_engine = {
    .head = DK_INTERFACE("engine", "template", DK_ENGINE_VERSION, dk_engine_interface),
    .protected_names = fake_protected_names,
};
static const dk_server_interface fake_interface = {
    .head = DK_INTERFACE("server", "fake", DK_SERVER_VERSION, dk_server_interface),
    .detect = fake_detect,
    .status = fake_status,
    .up = fake_up,
    .down = fake_down,
    .destroy = fake_destroy,
    .logs = fake_logs,
};
static const dk_guard_interface fake_guard = {
    .head = DK_INTERFACE("guard", "fake", DK_GUARD_VERSION, dk_guard_interface), .permit = fake_permit};
static const dk_interface *const fake_interfaces[] = {&fake_interface.head, &fake_guard.head,
                                                      &fake_engine.head};
static const dk_plugin fake_plugin = {DK_PLUGIN_HEAD,
                                      .name = "fake",
                                      .version = "1",
                                      .summary = "A server for tests",
                                      .interfaces = fake_interfaces,
                                      .interface_count = DK_COUNT(fake_interfaces)};

/* A project with that .env (NULL: none) under the fake server. */
static inline dk_context *fake_project(const char *env) {
    static const dk_plugin *const plugins[] = {&fake_plugin};
    memset(&fake, 0, sizeof fake);
    unsetenv("DATABASE_URL");
    dk_context *context = fake_context(plugins, 1, "");
    if (env) {
        DK_AUTOFREE char *path = dk_path_join(context->root, ".env");
        assert_true(dk_file_write(path, env, strlen(env), 0600, NULL));
    }
    return context;
}

#define FAKE_ENV "DATABASE_URL=postgresql+asyncpg://app:geheim@127.0.0.1:1/tasks\n"

/* What `run(context, values)` prints; caller frees. `outcome` gets its result. */
static inline char *fake_output(bool (*run)(dk_context *, const void *, dk_error *), dk_context *context,
                                const void *values, bool *outcome, dk_error *error) {
    fflush(stdout);
    int saved = dup(STDOUT_FILENO);
    FILE *file = tmpfile();
    assert_non_null(file);
    dup2(fileno(file), STDOUT_FILENO);
    *outcome = run(context, values, error);
    fflush(stdout);
    dup2(saved, STDOUT_FILENO);
    close(saved);
    char text[8192];
    rewind(file);
    size_t length = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    return dk_strndup(text, length);
}

#endif

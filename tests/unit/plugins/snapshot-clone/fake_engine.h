/* An engine that keeps its notes in memory, and a server that is up or not. */
#ifndef TESTS_CLONE_FAKE_ENGINE_H
#define TESTS_CLONE_FAKE_ENGINE_H

#include "../../core/fake_context.h"

#include <snapshot-clone/clone.h>
#include <stdio.h>

#define FAKE_UNUSED __attribute__((unused))

static struct {
    dk_context *context;
    json_t *kept;
    bool running, owned, fails;
    dk_engine_weight weight;
    char replaced[64], forgotten[64];
    unsigned flags;
    dk_error error;
} fake;

static bool fake_detect(dk_context *context, int *score, dk_buf *why, dk_error *error) {
    (void)context, (void)why, (void)error;
    *score = 100;
    return true;
}

static bool fake_status(dk_context *context, dk_server_status *status, dk_error *error) {
    (void)context, (void)error;
    status->state = fake.running ? DK_SERVER_READY : DK_SERVER_STOPPED;
    status->owned = fake.owned;
    status->version = dk_strdup("15.18");
    return true;
}

static bool fake_running(dk_context *context) {
    (void)context;
    return false; /* the quick look does not know */
}

static bool fake_fail(dk_error *error) {
    return fake.fails && !dk_fail(error, DK_ERROR_FAILED, "engine-failed", "the test says so");
}

static json_t *fake_list(dk_context *context, dk_error *error) {
    (void)context;
    return fake_fail(error) ? NULL : json_incref(fake.kept);
}

static bool fake_keep(dk_context *context, const json_t *note, unsigned flags, char **database,
                      dk_error *error) {
    (void)context, (void)flags;
    if (fake_fail(error))
        return false;
    *database = dk_format("devkit_snapshot_%zu", json_array_size(fake.kept));
    json_array_append_new(fake.kept,
                          json_pack("{s:s,s:s,s:I,s:O,s:b}", "kind", "snapshot", "name", *database,
                                    "size_bytes", (json_int_t)1000, "note", (json_t *)note, "usable", 1));
    return true;
}

static bool fake_forget(dk_context *context, const char *database, dk_error *error) {
    (void)context;
    snprintf(fake.forgotten, sizeof fake.forgotten, "%s", database);
    return !fake_fail(error);
}

static bool fake_weigh(dk_context *context, dk_engine_weight *weight, dk_error *error) {
    (void)context;
    *weight = fake.weight;
    return !fake_fail(error);
}

static bool fake_replace(dk_context *context, const dk_engine_replacement *replacement,
                         dk_engine_report *report, dk_error *error) {
    (void)context;
    assert_null(replacement->fill);
    assert_string_equal(replacement->verb, "snapshot restore");
    snprintf(fake.replaced, sizeof fake.replaced, "%s", replacement->source);
    fake.flags = replacement->flags;
    if (fake_fail(error))
        return false;
    report->undo = dk_strdup("devkit_undo_1");
    report->duration_ms = 17;
    dk_strv_add(&report->notes, "could not carry over: x");
    return true;
}

static const dk_server_interface fake_server = {
    .head = DK_INTERFACE("server", "fake", DK_SERVER_VERSION, dk_server_interface),
    .detect = fake_detect,
    .status = fake_status,
    .running = fake_running,
};
static const dk_engine_interface fake_engine = {
    .head = DK_INTERFACE("engine", "template", DK_ENGINE_VERSION, dk_engine_interface),
    .list = fake_list,
    .keep = fake_keep,
    .forget = fake_forget,
    .weigh = fake_weigh,
    .replace = fake_replace,
};
static const dk_interface *const fake_interfaces[] = {&fake_server.head, &fake_engine.head};
static const dk_plugin fake_plugin = {DK_PLUGIN_HEAD,
                                      .name = "fake",
                                      .version = "1",
                                      .summary = "A server and an engine for tests",
                                      .interfaces = fake_interfaces,
                                      .interface_count = DK_COUNT(fake_interfaces)};

static FAKE_UNUSED int fake_setup(void **state) {
    static const dk_plugin *const plugins[] = {&fake_plugin};
    (void)state;
    memset(&fake, 0, sizeof fake);
    unsetenv("DATABASE_URL");
    fake.running = fake.owned = true;
    fake.weight = (dk_engine_weight){.size_bytes = 1048576, .copy_ms = 50};
    fake.kept = json_pack("[{s:s,s:s}]", "kind", "template", "name", "devkit_template_1");
    fake.context = fake_context(plugins, 1, "");
    DK_AUTOFREE char *path = dk_path_join(fake.context->root, ".env");
    assert_true(dk_file_write(path, "DATABASE_URL=postgresql://a@127.0.0.1:1/app\n", 44, 0600, NULL));
    return 0;
}

static FAKE_UNUSED int fake_teardown(void **state) {
    (void)state;
    json_decref(fake.kept);
    dk_error_release(&fake.error);
    fake_free(fake.context);
    return 0;
}

#define FAKE_TEST(function) cmocka_unit_test_setup_teardown(function, fake_setup, fake_teardown)

#endif

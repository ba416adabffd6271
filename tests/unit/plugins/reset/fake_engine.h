/* A server and an engine that only remember what they were asked, for the unit tests of reset and guard. */
#ifndef TESTS_FAKE_ENGINE_H
#define TESTS_FAKE_ENGINE_H

#include "../../caught.h"
#include "../../core/fake_context.h"

#define FAKE_UNUSED __attribute__((unused))

static struct {
    dk_context *context;
    dk_server_state state; /* while it is not `running` */
    bool running, up_fails, engine_fails, guard_refuses;
    int ups, resets, undos, maintained;
    unsigned flags;
    char layers[64];
    char guarded[64]; /* verb and what --confirm said */
    char collected[32];
    char maintained_layers[64];
    bool protected_;
    json_t *kept;
    dk_error error;
} fake;

static bool fake_detect(dk_context *context, int *score, dk_buf *why, dk_error *error) {
    (void)context, (void)why, (void)error;
    *score = 100;
    return true;
}

static bool fake_up(dk_context *context, int64_t timeout_ms, dk_server_status *status, bool *changed,
                    dk_error *error) {
    (void)context;
    assert_true(timeout_ms > 1000);
    fake.ups++;
    status->port = 5433;
    *changed = true;
    return !fake.up_fails || dk_fail(error, DK_ERROR_FAILED, "up-failed", "the test says so");
}

static bool fake_status(dk_context *context, dk_server_status *status, dk_error *error) {
    (void)context, (void)error;
    status->state = fake.state;
    return true;
}

static bool fake_running(dk_context *context) {
    (void)context;
    return fake.running;
}

static bool fake_fails(dk_error *error) {
    return fake.engine_fails && !dk_fail(error, DK_ERROR_FAILED, "engine-failed", "the test says so");
}

static void fake_report(dk_engine_report *report, const char *source) {
    static const char *const names[] = {"migrate", "seed"};
    report->source = source;
    report->undo = dk_strdup("devkit_undo_1");
    report->duration_ms = 1234;
    dk_strv_add(&report->notes, "could not carry over: x");
    for (size_t i = 0; i < DK_COUNT(names); i++) {
        report->layers = dk_realloc_array(report->layers, i + 1, sizeof *report->layers);
        report->layers[report->layer_count++] = (dk_engine_layer_report){
            .name = dk_strdup(names[i]), .key = dk_strdup("abc"), .cached = i == 0, .duration_ms = 17};
    }
}

static bool fake_reset(dk_context *context, const dk_engine_request *request, dk_engine_report *report,
                       dk_error *error) {
    (void)context;
    DK_AUTOFREE char *layers = dk_strv_join(request->layers, " ");
    snprintf(fake.layers, sizeof fake.layers, "%s", layers);
    fake.flags = request->flags;
    fake.resets++;
    if (fake_fails(error))
        return false;
    fake_report(report, "template");
    return true;
}

static bool fake_undo(dk_context *context, unsigned flags, dk_engine_report *report, dk_error *error) {
    (void)context;
    fake.flags = flags;
    fake.undos++;
    if (fake_fails(error))
        return false;
    report->source = "undo";
    return true;
}

static json_t *fake_list(dk_context *context, dk_error *error) {
    (void)context;
    return fake_fails(error) ? NULL : json_incref(fake.kept);
}

static bool fake_collect(dk_context *context, bool all, bool dry_run, dk_strv *removed, dk_error *error) {
    (void)context;
    snprintf(fake.collected, sizeof fake.collected, "%s%s", all ? "all" : "some", dry_run ? " dry" : "");
    dk_strv_add(removed, "devkit_doomed_1");
    return !fake_fails(error);
}

static bool fake_maintain(dk_context *context, const dk_strv *layers, dk_error *error) {
    (void)context;
    DK_AUTOFREE char *text = layers ? dk_strv_join(layers, " ") : dk_strdup("(configured)");
    snprintf(fake.maintained_layers, sizeof fake.maintained_layers, "%s", text);
    fake.maintained++;
    return !fake_fails(error);
}

static bool fake_protect(dk_context *context, bool protected_, dk_error *error) {
    (void)context;
    fake.protected_ = protected_;
    return !fake_fails(error);
}

static bool fake_permit(dk_context *context, const char *verb, const char *confirmed, dk_error *error) {
    (void)context;
    snprintf(fake.guarded, sizeof fake.guarded, "%s %s", verb, confirmed ? confirmed : "-");
    return !fake.guard_refuses || dk_fail(error, DK_ERROR_REFUSED, "protected", "the test says so");
}

static const dk_server_interface fake_server = {
    .head = DK_INTERFACE("server", "fake", DK_SERVER_VERSION, dk_server_interface),
    .detect = fake_detect,
    .status = fake_status,
    .up = fake_up,
    .running = fake_running,
};
static const dk_engine_interface fake_engine = {
    .head = DK_INTERFACE("engine", "template", DK_ENGINE_VERSION, dk_engine_interface),
    .reset = fake_reset,
    .undo = fake_undo,
    .list = fake_list,
    .collect = fake_collect,
    .maintain = fake_maintain,
    .protect = fake_protect,
};
static const dk_guard_interface fake_guard = {
    .head = DK_INTERFACE("guard", "fake", DK_GUARD_VERSION, dk_guard_interface), .permit = fake_permit};
static const dk_interface *const fake_interfaces[] = {&fake_server.head, &fake_engine.head, &fake_guard.head};
static const dk_plugin fake_plugin = {DK_PLUGIN_HEAD,
                                      .name = "fake",
                                      .version = "1",
                                      .summary = "A server, an engine and a guard for tests",
                                      .interfaces = fake_interfaces,
                                      .interface_count = DK_COUNT(fake_interfaces)};

static FAKE_UNUSED void fake_configure(const char *config) {
    static const dk_plugin *const plugins[] = {&fake_plugin};
    if (fake.context)
        fake_free(fake.context);
    fake.context = fake_context(plugins, 1, config);
    DK_AUTOFREE char *path = dk_path_join(fake.context->root, ".env");
    assert_true(dk_file_write(path, "DATABASE_URL=postgresql://a@127.0.0.1:1/app\n", 44, 0600, NULL));
}

static FAKE_UNUSED int fake_setup(void **state) {
    (void)state;
    memset(&fake, 0, sizeof fake);
    unsetenv("DATABASE_URL");
    fake.running = true;
    fake.kept = json_pack("[{s:s,s:s,s:I},{s:s,s:s,s:s,s:I}]", "name", "devkit_spare_1", "kind", "spare",
                          "size_bytes", (json_int_t)1048576, "name", "devkit_template_1", "kind", "template",
                          "layer", "seed", "size_bytes", (json_int_t)1048576);
    fake_configure("");
    return 0;
}

static FAKE_UNUSED int fake_teardown(void **state) {
    (void)state;
    json_decref(fake.kept);
    dk_error_release(&fake.error);
    fake_free(fake.context);
    return 0;
}

/* What a command prints on stdout; caller frees. */
static FAKE_UNUSED char *fake_run(bool (*run)(dk_context *, const void *, dk_error *), const void *values,
                                  bool *done) {
    caught of = caught_begin(STDOUT_FILENO);
    *done = run(fake.context, values, &fake.error);
    dk_flush(fake.context);
    return caught_end(&of);
}

static FAKE_UNUSED void assert_says(const char *text, const char *part) {
    if (!strstr(text, part))
        fail_msg("\"%s\" is not in \"%s\"", part, text);
}

#define FAKE_TEST(function) cmocka_unit_test_setup_teardown(function, fake_setup, fake_teardown)

#endif

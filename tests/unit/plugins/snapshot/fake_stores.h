/* Two stores that keep their entries in memory, a server, an engine-free world: for the unit tests of
 * snapshot. */
#ifndef TESTS_FAKE_STORES_H
#define TESTS_FAKE_STORES_H

#include "../../core/fake_context.h"

#include <snapshot/snapshot.h>
#include <stdio.h>

#define FAKE_UNUSED __attribute__((unused))

static struct {
    dk_context *context;
    json_t *clones, *dumps; /* entries */
    int clone_score, dump_score;
    bool running, list_fails, save_fails, restore_fails, guard_refuses;
    const char *list_code; /* of the clones' list when it fails */
    int ups;
    char guarded[64], events[256], restored[64], noted[64], parts[64];
    unsigned flags;
    int jobs;
    dk_error error;
} fake;

/* ── a server and a guard ── */
static bool fake_detect(dk_context *context, int *score, dk_buf *why, dk_error *error) {
    (void)context, (void)why, (void)error;
    *score = 100;
    return true;
}

static bool fake_up(dk_context *context, int64_t timeout_ms, dk_server_status *status, bool *changed,
                    dk_error *error) {
    (void)context, (void)timeout_ms, (void)status, (void)error;
    *changed = true;
    fake.ups++;
    return true;
}

static bool fake_status(dk_context *context, dk_server_status *status, dk_error *error) {
    (void)context, (void)error;
    status->state = DK_SERVER_STOPPED;
    return true;
}

static bool fake_running(dk_context *context) {
    (void)context;
    return fake.running;
}

static bool fake_permit(dk_context *context, const char *verb, const char *confirmed, dk_error *error) {
    (void)context;
    snprintf(fake.guarded, sizeof fake.guarded, "%s %s", verb, confirmed ? confirmed : "-");
    return !fake.guard_refuses || dk_fail(error, DK_ERROR_REFUSED, "protected", "the test says so");
}

static bool fake_handle(dk_context *context, const char *event, const json_t *details, dk_error *error) {
    (void)context, (void)error;
    size_t length = strlen(fake.events);
    snprintf(fake.events + length, sizeof fake.events - length, "%s(%s) ", event,
             dk_json_string(details, "name", ""));
    return true;
}

/* ── the stores ── */
static bool fake_fits_clone(dk_context *context, const dk_snapshot_request *request, int *score, dk_buf *why,
                            dk_error *error) {
    (void)context, (void)request, (void)error;
    *score = fake.clone_score;
    dk_buf_add(why, "of clones");
    return true;
}

static bool fake_fits_dump(dk_context *context, const dk_snapshot_request *request, int *score, dk_buf *why,
                           dk_error *error) {
    (void)context, (void)request, (void)error;
    *score = fake.dump_score;
    dk_buf_add(why, "of dumps");
    return true;
}

static json_t *fake_entry(const char *kind, const char *name, const char *purpose, const char *created_at) {
    return json_pack("{s:s,s:s,s:s,s:s,s:I,s:b,s:n}", "kind", kind, "name", name, "purpose", purpose,
                     "created_at", created_at, "size_bytes", (json_int_t)1048576, "restorable", 1,
                     "kept_because");
}

static bool fake_save(json_t *entries, const char *kind, const dk_snapshot_request *request, json_t *entry,
                      dk_error *error) {
    assert_non_null(request->facts);
    assert_non_null(request->progress);
    snprintf(fake.noted, sizeof fake.noted, "%s", request->note ? request->note : "-");
    if (request->part)
        snprintf(fake.parts, sizeof fake.parts, "%d %d %zu %zu", request->part->schema_only,
                 request->part->data_only, request->part->tables.count,
                 request->part->exclude_table_data.count);
    if (fake.save_fails)
        return dk_fail(error, DK_ERROR_FAILED, "save-failed", "the test says so");
    json_array_append_new(entries, fake_entry(kind, request->name, request->purpose, "2026-11-21T12:00:00Z"));
    json_object_update(entry, json_array_get(entries, json_array_size(entries) - 1));
    return true;
}

static bool fake_save_clone(dk_context *context, const dk_snapshot_request *request, json_t *entry,
                            dk_error *error) {
    (void)context;
    return fake_save(fake.clones, "clone", request, entry, error);
}

static bool fake_save_dump(dk_context *context, const dk_snapshot_request *request, json_t *entry,
                           dk_error *error) {
    (void)context;
    return fake_save(fake.dumps, "dump", request, entry, error);
}

static json_t *fake_list_clones(dk_context *context, dk_error *error) {
    (void)context;
    if (!fake.list_fails)
        return json_incref(fake.clones);
    dk_fail(error, DK_ERROR_FAILED, fake.list_code ? fake.list_code : "not-running", "the test says so");
    return NULL;
}

static json_t *fake_list_dumps(dk_context *context, dk_error *error) {
    (void)context, (void)error;
    return json_incref(fake.dumps);
}

static bool fake_restore(dk_context *context, const dk_snapshot_restore *request, dk_snapshot_report *report,
                         dk_error *error) {
    (void)context;
    snprintf(fake.restored, sizeof fake.restored, "%s", request->name);
    fake.flags = request->flags;
    fake.jobs = request->jobs;
    if (fake.restore_fails)
        return dk_fail(error, DK_ERROR_FAILED, "restore-failed", "the test says so");
    report->undo = dk_strdup("devkit_undo_1");
    report->undo_command = dk_strdup("devkit undo");
    report->duration_ms = 1500;
    dk_strv_add(&report->notes, "the tree is another one now");
    return true;
}

static bool fake_remove_from(json_t *entries, const char *name, dk_error *error) {
    size_t index;
    json_t *entry;
    json_array_foreach(entries, index, entry) {
        if (strcmp(dk_json_string(entry, "name", ""), name) == 0)
            return json_array_remove(entries, index) == 0;
    }
    return dk_fail(error, DK_ERROR_FAILED, "no-such-snapshot", "gone meanwhile");
}

static bool fake_remove_clone(dk_context *context, const char *name, dk_error *error) {
    (void)context;
    return fake_remove_from(fake.clones, name, error);
}

static bool fake_remove_dump(dk_context *context, const char *name, dk_error *error) {
    (void)context;
    return fake_remove_from(fake.dumps, name, error);
}

static bool fake_verify(dk_context *context, const char *name, dk_progress *progress, dk_strv *findings,
                        dk_error *error) {
    (void)context, (void)progress;
    if (strcmp(name, "unreadable") == 0)
        return dk_fail(error, DK_ERROR_FAILED, "file-unreadable", "the test says so");
    if (strcmp(name, "damaged") == 0)
        dk_strv_add(findings, "a byte is wrong");
    return true;
}

static bool fake_sweep(dk_context *context, dk_strv *removed, dk_error *error) {
    (void)context, (void)error;
    dk_strv_add(removed, ".partial-1");
    return true;
}

static const dk_server_interface fake_server = {
    .head = DK_INTERFACE("server", "fake", DK_SERVER_VERSION, dk_server_interface),
    .detect = fake_detect,
    .status = fake_status,
    .up = fake_up,
    .running = fake_running,
};
static const dk_guard_interface fake_guard = {
    .head = DK_INTERFACE("guard", "fake", DK_GUARD_VERSION, dk_guard_interface), .permit = fake_permit};
static const dk_event_interface fake_events = {
    .head = DK_INTERFACE("event", "fake", DK_EVENT_VERSION, dk_event_interface), .handle = fake_handle};
static const dk_snapshot_interface fake_clones = {
    .head = DK_INTERFACE("snapshot", "clone", DK_SNAPSHOT_VERSION, dk_snapshot_interface),
    .fits = fake_fits_clone,
    .save = fake_save_clone,
    .list = fake_list_clones,
    .restore = fake_restore,
    .remove = fake_remove_clone,
};
static const dk_snapshot_interface fake_dumps = {
    .head = DK_INTERFACE("snapshot", "dump", DK_SNAPSHOT_VERSION, dk_snapshot_interface),
    .flags = DK_SNAPSHOT_DURABLE | DK_SNAPSHOT_PARTIAL | DK_SNAPSHOT_NO_SERVER,
    .fits = fake_fits_dump,
    .save = fake_save_dump,
    .list = fake_list_dumps,
    .restore = fake_restore,
    .remove = fake_remove_dump,
    .verify = fake_verify,
    .sweep = fake_sweep,
};
static const dk_interface *const fake_interfaces[] = {&fake_server.head, &fake_guard.head, &fake_events.head,
                                                      &fake_clones.head, &fake_dumps.head};
static const char *const fake_wanted[] = {"pre-snapshot", "post-snapshot", "pre-restore", "post-restore"};
static const dk_plugin fake_plugin = {DK_PLUGIN_HEAD,
                                      .name = "fake",
                                      .version = "1",
                                      .summary = "Stores for tests",
                                      .interfaces = fake_interfaces,
                                      .interface_count = DK_COUNT(fake_interfaces),
                                      .events = fake_wanted,
                                      .event_count = DK_COUNT(fake_wanted)};

static FAKE_UNUSED void fake_configure(const char *config) {
    static const dk_plugin *const plugins[] = {&fake_plugin};
    if (fake.context)
        fake_free(fake.context);
    fake.context = fake_context(plugins, 1, config);
}

static FAKE_UNUSED int fake_setup(void **state) {
    (void)state;
    memset(&fake, 0, sizeof fake);
    fake.running = true;
    fake.clone_score = 70;
    fake.dump_score = 40;
    fake.clones = json_array();
    fake.dumps = json_array();
    fake_configure("");
    return 0;
}

static FAKE_UNUSED int fake_teardown(void **state) {
    (void)state;
    json_decref(fake.clones);
    json_decref(fake.dumps);
    dk_error_release(&fake.error);
    fake_free(fake.context);
    return 0;
}

static FAKE_UNUSED void fake_add_entry(const char *kind, const char *name, const char *purpose,
                                       const char *created_at) {
    json_array_append_new(strcmp(kind, "clone") == 0 ? fake.clones : fake.dumps,
                          fake_entry(kind, name, purpose, created_at));
}

/* What a command prints on stdout; caller frees. */
static FAKE_UNUSED char *fake_run(bool (*run)(dk_context *, const void *, dk_error *), const void *values,
                                  bool *done) {
    char text[4096];
    fflush(stdout);
    int saved = dup(STDOUT_FILENO);
    FILE *file = tmpfile();
    assert_non_null(file);
    dup2(fileno(file), STDOUT_FILENO);
    *done = run(fake.context, values, &fake.error);
    dk_flush(fake.context);
    fflush(stdout);
    dup2(saved, STDOUT_FILENO);
    close(saved);
    rewind(file);
    size_t length = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    return dk_strndup(text, length);
}

static FAKE_UNUSED void assert_says(const char *text, const char *part) {
    if (!text || !strstr(text, part))
        fail_msg("\"%s\" is not in \"%s\"", part, text ? text : "(null)");
}

#define FAKE_TEST(function) cmocka_unit_test_setup_teardown(function, fake_setup, fake_teardown)

#endif

/* store.c: names and notes; the databases are the engine's. */
#include "fake_engine.h"

static json_t *save(const char *name) {
    DK_AUTO_JSON json_t *facts = json_pack("{s:s,s:n}", "git_branch", "topic", "migration");
    dk_snapshot_request request = {.name = name, .note = "green", .purpose = "manual", .facts = facts};
    json_t *entry = json_object();
    if (!clone_save(fake.context, &request, entry, &fake.error))
        fail_msg("%s", fake.error.message);
    return entry;
}

static void saved_and_listed(void **state) {
    (void)state;
    DK_AUTO_JSON json_t *entry = save("before / after");
    DK_AUTO_JSON json_t *entries = clone_list(fake.context, &fake.error);
    const json_t *listed = json_array_get(entries, 0);
    static const struct {
        const char *key, *value;
    } texts[] = {{"name", "before / after"}, {"kind", "clone"},
                 {"note", "green"},          {"purpose", "manual"},
                 {"git_branch", "topic"},    {"server_version", "15.18"},
                 {"database", "app"},        {"on_server", "devkit_snapshot_1"}};
    assert_int_equal(json_array_size(entries), 1); /* the template is none */
    for (size_t i = 0; i < DK_COUNT(texts); i++) {
        assert_string_equal(dk_json_string(entry, texts[i].key, ""), texts[i].value);
        assert_string_equal(dk_json_string(listed, texts[i].key, ""), texts[i].value);
    }
    assert_true(dk_json_bool(listed, "restorable", false));
    assert_int_equal(dk_json_int(listed, "size_bytes", 0), 1000);
    assert_true(json_is_null(json_object_get(listed, "why_not")));
}

static void one_that_is_unusable(void **state) {
    (void)state;
    DK_AUTO_JSON json_t *entry = save("a");
    json_t *kept = json_array_get(fake.kept, 1);
    dk_json_set_bool(kept, "usable", false);
    dk_json_set_string(kept, "why_not", "another collation");
    DK_AUTO_JSON json_t *entries = clone_list(fake.context, &fake.error);
    assert_false(dk_json_bool(json_array_get(entries, 0), "restorable", true));
    assert_string_equal(dk_json_string(json_array_get(entries, 0), "why_not", ""), "another collation");
}

static void restored(void **state) {
    (void)state;
    DK_AUTO_JSON json_t *entry = save("a");
    dk_snapshot_report report = DK_SNAPSHOT_REPORT_INIT;
    dk_snapshot_restore request = {.name = "a", .flags = DK_SNAPSHOT_FORCE | DK_SNAPSHOT_NO_WAIT};
    assert_true(clone_restore(fake.context, &request, &report, &fake.error));
    assert_string_equal(fake.replaced, "devkit_snapshot_1");
    assert_int_equal(fake.flags, DK_ENGINE_FORCE | DK_ENGINE_NO_WAIT);
    assert_string_equal(report.undo, "devkit_undo_1");
    assert_string_equal(report.undo_command, "devkit undo");
    assert_int_equal(report.duration_ms, 17);
    assert_int_equal(report.notes.count, 1);
    dk_snapshot_report_release(&report);
    request.name = "b";
    assert_false(clone_restore(fake.context, &request, &report, &fake.error));
    assert_string_equal(fake.error.code, "no-such-snapshot");
}

static void removed(void **state) {
    (void)state;
    DK_AUTO_JSON json_t *entry = save("a");
    assert_true(clone_remove(fake.context, "a", &fake.error));
    assert_string_equal(fake.forgotten, "devkit_snapshot_1");
    assert_false(clone_remove(fake.context, "b", &fake.error));
    assert_string_equal(fake.error.code, "no-such-snapshot");
}

static void no_server_runs(void **state) {
    (void)state;
    fake.running = false;
    assert_null(clone_list(fake.context, &fake.error));
    assert_string_equal(fake.error.code, "not-running");
}

static void the_engine_fails(void **state) {
    (void)state;
    DK_AUTO_JSON json_t *entry = json_object();
    dk_snapshot_request request = {.name = "a", .purpose = "manual"};
    fake.fails = true;
    assert_false(clone_save(fake.context, &request, entry, &fake.error));
    assert_null(clone_list(fake.context, &fake.error));
    assert_string_equal(fake.error.code, "engine-failed");
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        FAKE_TEST(saved_and_listed), FAKE_TEST(one_that_is_unusable), FAKE_TEST(restored),
        FAKE_TEST(removed),          FAKE_TEST(no_server_runs),       FAKE_TEST(the_engine_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

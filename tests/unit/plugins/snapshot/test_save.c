/* save.c: the store that fits best, a name that nobody has. */
#include "fake_stores.h"

static bool save(snapshot_save_values values) {
    bool done = false;
    if (!values.kind)
        values.kind = "auto";
    free(fake_run(snapshot_save_run, &values, &done));
    return done;
}

static const char *last_kind(void) {
    return dk_json_string(dk_result(fake.context), "kind", "");
}

static void the_best_store(void **state) {
    (void)state;
    assert_true(save((snapshot_save_values){.name = "a", .note = "all green"}));
    assert_string_equal(last_kind(), "clone");
    assert_string_equal(fake.noted, "all green");
    assert_string_equal(dk_json_string(dk_result(fake.context), "purpose", ""), "manual");
    assert_string_equal(fake.events, "pre-snapshot(a) post-snapshot(a) ");
    fake.clone_score = 20;
    assert_true(save((snapshot_save_values){.name = "b"}));
    assert_string_equal(last_kind(), "dump");
    assert_true(save((snapshot_save_values){.name = "c", .kind = "clone"}));
    assert_string_equal(last_kind(), "clone");
}

static void nothing_fits(void **state) {
    (void)state;
    fake.clone_score = fake.dump_score = 0;
    assert_false(save((snapshot_save_values){.name = "a"}));
    assert_string_equal(fake.error.code, "no-store-fits");
    assert_says(fake.error.detail, "clone: of clones");
    assert_string_equal(fake.events, "");
}

static void a_part(void **state) {
    (void)state;
    snapshot_save_values values = {.name = "a", .schema_only = true};
    dk_strv_add(&values.exclude_table_data, "log_*");
    assert_true(save(values));
    assert_string_equal(last_kind(), "dump");
    assert_string_equal(fake.parts, "1 0 0 1");
    values.name = "b";
    values.kind = "clone";
    assert_false(save(values));
    assert_string_equal(fake.error.code, "no-store-fits");
    assert_says(fake.error.hint, "--kind dump");
    values.kind = "dump";
    values.data_only = true;
    assert_false(save(values));
    assert_string_equal(fake.error.code, "options-conflict");
    dk_strv_release(&values.exclude_table_data);
}

static void names(void **state) {
    (void)state;
    fake_add_entry("clone", "taken", "manual", "2026-01-01T00:00:00Z");
    assert_false(save((snapshot_save_values){.name = "taken", .kind = "dump"}));
    assert_string_equal(fake.error.code, "snapshot-exists");
    assert_says(fake.error.hint, "taken-2");
    assert_false(save((snapshot_save_values){.name = "a\nb"}));
    assert_string_equal(fake.error.code, "name-invalid");
    assert_true(save((snapshot_save_values){0}));
    assert_int_equal(strlen(dk_json_string(dk_result(fake.context), "name", "")),
                     strlen("2026-11-21-184500-3f9a"));
}

/* A dump of the tests needs none. */
static void only_where_a_server_is_needed(void **state) {
    (void)state;
    fake.running = false;
    assert_true(save((snapshot_save_values){.name = "a", .kind = "dump"}));
    assert_int_equal(fake.ups, 0);
    assert_true(save((snapshot_save_values){.name = "b"}));
    assert_int_equal(fake.ups, 1);
}

static void a_failure(void **state) {
    (void)state;
    fake.save_fails = true;
    assert_false(save((snapshot_save_values){.name = "a"}));
    assert_string_equal(fake.error.code, "save-failed");
    assert_string_equal(fake.events, "pre-snapshot(a) ");
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        FAKE_TEST(the_best_store),
        FAKE_TEST(nothing_fits),
        FAKE_TEST(a_part),
        FAKE_TEST(names),
        FAKE_TEST(only_where_a_server_is_needed),
        FAKE_TEST(a_failure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

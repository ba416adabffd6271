/* restore.c: guarded, asked, told. */
#include "fake_stores.h"

static char *restore(snapshot_restore_values values, bool *done) {
    values.kind = "auto";
    if (!values.name)
        values.name = "a";
    return fake_run(snapshot_restore_run, &values, done);
}

static void one(void **state) {
    (void)state;
    bool done = false;
    fake_add_entry("dump", "a", "manual", "2026-01-01T00:00:00Z");
    fake.running = false;
    DK_AUTOFREE char *text = restore(
        (snapshot_restore_values){.jobs = 3, .no_owner = true, .force = true, .confirm = "app"}, &done);
    assert_true(done);
    assert_int_equal(fake.ups, 1);
    assert_string_equal(fake.guarded, "snapshot restore app");
    assert_string_equal(fake.restored, "a");
    assert_int_equal(fake.jobs, 3);
    assert_int_equal(fake.flags, DK_SNAPSHOT_NO_OWNER | DK_SNAPSHOT_FORCE);
    assert_string_equal(fake.events, "pre-restore(a) post-restore(a) ");
    assert_says(text, "a: restored, in 1.5 s");
    assert_says(text, "devkit_undo_1; `devkit undo` brings it back");
    const json_t *result = dk_result(fake.context);
    assert_string_equal(dk_json_string(result, "undo", ""), "devkit_undo_1");
    assert_int_equal(json_array_size(json_object_get(result, "notes")), 1);
}

static void refused(void **state) {
    (void)state;
    bool done = true;
    fake_add_entry("dump", "a", "manual", "2026-01-01T00:00:00Z");
    fake.guard_refuses = true;
    free(restore((snapshot_restore_values){0}, &done));
    assert_false(done);
    assert_int_equal(fake.error.error_class, DK_ERROR_REFUSED);
    assert_string_equal(fake.restored, "");
}

static void without_an_undo_it_is_a_question(void **state) {
    (void)state;
    bool done = true;
    fake_configure("[reset]\nundo = 0\n");
    fake_add_entry("dump", "a", "manual", "2026-01-01T00:00:00Z");
    free(restore((snapshot_restore_values){0}, &done));
    assert_false(done);
    assert_string_equal(fake.error.code, "confirmation-needed");
}

static void failures(void **state) {
    (void)state;
    bool done = true;
    free(restore((snapshot_restore_values){0}, &done));
    assert_false(done);
    assert_string_equal(fake.error.code, "no-such-snapshot");
    fake_add_entry("clone", "a", "manual", "2026-01-01T00:00:00Z");
    fake.restore_fails = true;
    free(restore((snapshot_restore_values){0}, &done));
    assert_false(done);
    assert_string_equal(fake.error.code, "restore-failed");
    assert_string_equal(fake.events, "pre-restore(a) ");
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        FAKE_TEST(one), FAKE_TEST(refused), FAKE_TEST(without_an_undo_it_is_a_question), FAKE_TEST(failures)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

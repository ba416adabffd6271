/* backup.c: durable, and named by the day. */
#include "fake_stores.h"

#include <time.h>

static bool backup(snapshot_backup_values values) {
    bool done = false;
    free(fake_run(snapshot_backup_run, &values, &done));
    return done;
}

static const char *last_name(void) {
    return dk_json_string(dk_result(fake.context), "name", "");
}

static void never_a_clone(void **state) {
    (void)state;
    char expected[64];
    time_t now = time(NULL);
    strftime(expected, sizeof expected, "backup-before-migration-%Y-%m-%d", localtime(&now));
    assert_true(backup((snapshot_backup_values){0}));
    assert_string_equal(last_name(), expected);
    assert_string_equal(dk_json_string(dk_result(fake.context), "kind", ""), "dump");
    assert_string_equal(dk_json_string(dk_result(fake.context), "purpose", ""), "backup");
    for (int number = 2; number < 4; number++) {
        DK_AUTOFREE char *next = dk_format("%s-%d", expected, number);
        assert_true(backup((snapshot_backup_values){0}));
        assert_string_equal(last_name(), next);
    }
    assert_true(backup((snapshot_backup_values){.name = "mine"}));
    assert_string_equal(last_name(), "mine");
    assert_false(backup((snapshot_backup_values){.name = "mine"}));
    assert_string_equal(fake.error.code, "snapshot-exists");
}

static void the_newest_are_kept(void **state) {
    (void)state;
    fake_add_entry("dump", "oldest", "backup", "2026-01-01T00:00:00Z");
    fake_add_entry("dump", "older", "backup", "2026-01-02T00:00:00Z");
    fake_add_entry("dump", "mine", "manual", "2025-01-01T00:00:00Z");
    assert_true(backup((snapshot_backup_values){.name = "new", .keep = 2}));
    assert_int_equal(json_array_size(fake.dumps), 3);
    const json_t *removed = json_object_get(dk_result(fake.context), "removed");
    assert_string_equal(json_string_value(json_array_get(removed, 0)), "oldest");
    assert_false(backup((snapshot_backup_values){.name = "newer", .keep = -1}));
    assert_string_equal(fake.error.code, "option-invalid");
}

static void no_durable_store(void **state) {
    (void)state;
    fake.dump_score = 0;
    assert_false(backup((snapshot_backup_values){0}));
    assert_string_equal(fake.error.code, "no-store-fits");
}

int main(void) {
    static const struct CMUnitTest tests[] = {FAKE_TEST(never_a_clone), FAKE_TEST(the_newest_are_kept),
                                              FAKE_TEST(no_durable_store)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* prune.c: the oldest of one purpose, and never anything else. */
#include "fake_stores.h"

static char *prune(const char *purpose, bool dry_run, bool *done) {
    snapshot_prune_values values = {.purpose = purpose, .kind = "auto", .dry_run = dry_run};
    return fake_run(snapshot_prune_run, &values, done);
}

static void fill(void) {
    fake_configure("[snapshot]\nkeep = 1\n");
    fake_add_entry("dump", "first", "before-migrate", "2026-01-01T00:00:00Z");
    fake_add_entry("clone", "second", "before-migrate", "2026-01-02T00:00:00Z");
    fake_add_entry("dump", "third", "before-migrate", "2026-01-03T00:00:00Z");
    fake_add_entry("dump", "mine", "manual", "2025-01-01T00:00:00Z");
    fake_add_entry("dump", "backup", "backup", "2025-01-01T00:00:00Z");
}

static void the_newest_stay(void **state) {
    (void)state;
    bool done = false;
    fill();
    DK_AUTOFREE char *text = prune("before-migrate", false, &done);
    assert_true(done);
    assert_says(text, "removed second\nremoved first\nswept .partial-1\n");
    assert_int_equal(json_array_size(fake.clones), 0);
    assert_int_equal(json_array_size(fake.dumps), 3);
}

static void only_a_look(void **state) {
    (void)state;
    bool done = false;
    fill();
    DK_AUTOFREE char *text = prune("before-migrate", true, &done);
    assert_says(text, "would remove second\nwould remove first\n");
    assert_int_equal(json_array_size(fake.dumps), 4);
    assert_true(dk_json_bool(dk_result(fake.context), "dry_run", false));
}

static void what_must_stay(void **state) {
    (void)state;
    bool done = false;
    fill();
    dk_json_set_string(json_array_get(fake.clones, 0), "kept_because", "others stand on it");
    free(prune("before-migrate", false, &done));
    assert_int_equal(json_array_size(fake.clones), 1);
}

static void nothing_to_do(void **state) {
    (void)state;
    bool done = false;
    fill();
    DK_AUTOFREE char *text = prune("backup", true, &done);
    assert_says(text, "Nothing to remove: at most 1 of purpose backup");
}

int main(void) {
    static const struct CMUnitTest tests[] = {FAKE_TEST(the_newest_stay), FAKE_TEST(only_a_look),
                                              FAKE_TEST(what_must_stay), FAKE_TEST(nothing_to_do)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* stores.c: all of them, and which has what. */
#include "fake_stores.h"

static snapshot_stores stores;

static void open_all(const char *kind) {
    stores = (snapshot_stores)SNAPSHOT_STORES_INIT;
    assert_true(snapshot_stores_open(fake.context, kind, &stores, &fake.error));
}

static void all_or_one(void **state) {
    (void)state;
    open_all(NULL);
    assert_int_equal(stores.count, 2);
    snapshot_stores_release(&stores);
    open_all("auto");
    assert_int_equal(stores.count, 2);
    snapshot_stores_release(&stores);
    open_all("dump");
    assert_int_equal(stores.count, 1);
    assert_ptr_equal(stores.items[0], &fake_dumps);
    snapshot_stores_release(&stores);
    assert_false(snapshot_stores_open(fake.context, "neon", &stores, &fake.error));
    assert_string_equal(fake.error.code, "no-such-snapshot");
    snapshot_stores_release(&stores);
}

static void newest_first(void **state) {
    (void)state;
    fake_add_entry("dump", "old", "manual", "2026-01-01T00:00:00Z");
    fake_add_entry("clone", "new", "manual", "2026-03-01T00:00:00Z");
    fake_add_entry("dump", "middle", "manual", "2026-02-01T00:00:00Z");
    open_all(NULL);
    DK_AUTO_JSON json_t *entries = snapshot_entries(fake.context, &stores, &fake.error);
    static const char *const expected[] = {"new", "middle", "old"};
    assert_int_equal(json_array_size(entries), 3);
    for (size_t i = 0; i < DK_COUNT(expected); i++)
        assert_string_equal(dk_json_string(json_array_get(entries, i), "name", ""), expected[i]);
    snapshot_stores_release(&stores);
}

static void one_that_can_not_be_asked(void **state) {
    (void)state;
    static const char *const codes[] = {"not-running", "password-rejected"};
    fake_add_entry("dump", "a", "manual", "2026-01-01T00:00:00Z");
    fake.list_fails = true;
    for (size_t i = 0; i < DK_COUNT(codes); i++) {
        fake.list_code = codes[i];
        open_all(NULL);
        DK_AUTO_JSON json_t *entries = snapshot_entries(fake.context, &stores, &fake.error);
        assert_int_equal(json_array_size(entries), 1);
        snapshot_stores_release(&stores);
        open_all("clone");
        assert_null(snapshot_entries(fake.context, &stores, &fake.error));
        assert_string_equal(fake.error.code, codes[i]);
        snapshot_stores_release(&stores);
    }
}

static void by_name(void **state) {
    (void)state;
    json_t *entry = NULL;
    fake_add_entry("dump", "green", "manual", "2026-01-01T00:00:00Z");
    fake_add_entry("dump", "both", "manual", "2026-01-01T00:00:00Z");
    fake_add_entry("clone", "both", "manual", "2026-01-01T00:00:00Z");
    open_all(NULL);
    assert_ptr_equal(snapshot_find(fake.context, &stores, "green", &entry, &fake.error), &fake_dumps);
    assert_string_equal(dk_json_string(entry, "kind", ""), "dump");
    json_decref(entry);
    assert_null(snapshot_find(fake.context, &stores, "grean", &entry, &fake.error));
    assert_string_equal(fake.error.code, "no-such-snapshot");
    assert_says(fake.error.hint, "did you mean \"green\"");
    assert_null(snapshot_find(fake.context, &stores, "nothing like it", &entry, &fake.error));
    assert_null(snapshot_find(fake.context, &stores, "both", &entry, &fake.error));
    assert_string_equal(fake.error.code, "snapshot-ambiguous");
    assert_says(fake.error.hint, "--kind ");
    snapshot_stores_release(&stores);
}

int main(void) {
    static const struct CMUnitTest tests[] = {FAKE_TEST(all_or_one), FAKE_TEST(newest_first),
                                              FAKE_TEST(one_that_can_not_be_asked), FAKE_TEST(by_name)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

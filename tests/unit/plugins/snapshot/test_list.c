/* list.c: all kinds under one heading. */
#include "fake_stores.h"

static void nothing_yet(void **state) {
    (void)state;
    bool done = false;
    snapshot_list_values values = {.kind = "auto"};
    DK_AUTOFREE char *text = fake_run(snapshot_list_run, &values, &done);
    assert_true(done);
    assert_says(text, "No snapshots yet");
    assert_int_equal(json_array_size(json_object_get(dk_result(fake.context), "snapshots")), 0);
}

static void a_table(void **state) {
    (void)state;
    bool done = false;
    snapshot_list_values values = {.kind = "auto"};
    fake_add_entry("dump", "older", "manual", "2026-01-01T00:00:00Z");
    fake_add_entry("clone", "newer", "manual", "2026-02-01T00:00:00Z");
    json_t *entry = json_array_get(fake.dumps, 0);
    json_object_set_new(entry, "migration", json_pack("{s:[s],s:[{}]}", "current", "0042", "pending"));
    dk_json_set_string(entry, "why_not", "it holds only some of the tables");
    DK_AUTOFREE char *text = fake_run(snapshot_list_run, &values, &done);
    assert_true(done);
    assert_says(text, "1.0 MB");
    assert_says(text, "0042, 1 pending");
    assert_says(text, "it holds only some of the tables");
    assert_true(strstr(text, "newer") < strstr(text, "older"));
    assert_int_equal(json_array_size(json_object_get(dk_result(fake.context), "snapshots")), 2);
}

static void ages(void **state) {
    (void)state;
    static const struct {
        int64_t seconds;
        const char *text;
    } rows[] = {{0, "0 s"},    {59, "59 s"},     {60, "1 min"},      {3599, "59 min"},
                {3600, "1 h"}, {172799, "47 h"}, {172800, "2 days"}, {86400 * 400, "400 days"},
                {-5, "0 s"}};
    for (size_t i = 0; i < DK_COUNT(rows); i++) {
        DK_AUTOFREE char *age = snapshot_age("2026-01-01T00:00:00Z", 1767225600 + rows[i].seconds);
        assert_string_equal(age, rows[i].text);
    }
    DK_AUTOFREE char *none = snapshot_age("yesterday", 0);
    assert_string_equal(none, "");
}

int main(void) {
    static const struct CMUnitTest tests[] = {FAKE_TEST(nothing_yet), FAKE_TEST(a_table), FAKE_TEST(ages)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

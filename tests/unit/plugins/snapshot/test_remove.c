/* remove.c: one by one, and nothing of another name. */
#include "fake_stores.h"

static void several(void **state) {
    (void)state;
    bool done = false;
    snapshot_remove_values values = {.kind = "auto"};
    fake_add_entry("dump", "a", "manual", "2026-01-01T00:00:00Z");
    fake_add_entry("clone", "b", "manual", "2026-01-01T00:00:00Z");
    fake_add_entry("clone", "c", "manual", "2026-01-01T00:00:00Z");
    dk_strv_add(&values.names, "a");
    dk_strv_add(&values.names, "b");
    DK_AUTOFREE char *text = fake_run(snapshot_remove_run, &values, &done);
    assert_true(done);
    assert_says(text, "removed a\nremoved b\n");
    assert_int_equal(json_array_size(fake.dumps), 0);
    assert_int_equal(json_array_size(fake.clones), 1);
    assert_int_equal(json_array_size(json_object_get(dk_result(fake.context), "removed")), 2);
    dk_strv_release(&values.names);
}

static void missing(void **state) {
    (void)state;
    bool done = true;
    snapshot_remove_values values = {.kind = "auto"};
    dk_strv_add(&values.names, "a");
    free(fake_run(snapshot_remove_run, &values, &done));
    assert_false(done);
    assert_string_equal(fake.error.code, "no-such-snapshot");
    dk_strv_release(&values.names);
}

int main(void) {
    static const struct CMUnitTest tests[] = {FAKE_TEST(several), FAKE_TEST(missing)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* verify.c: what is wrong is a finding; what could not be looked at is a failure. */
#include "fake_stores.h"

#include "ui/ui.h"

static char *verify(const char *name, bool *done) {
    snapshot_verify_values values = {.kind = "auto"};
    if (name)
        dk_strv_add(&values.names, name);
    char *text = fake_run(snapshot_verify_run, &values, done);
    dk_strv_release(&values.names);
    return text;
}

static const json_t *result_at(size_t index) {
    return json_array_get(json_object_get(dk_result(fake.context), "snapshots"), index);
}

static void intact(void **state) {
    (void)state;
    bool done = false;
    fake_add_entry("dump", "a", "manual", "2026-01-01T00:00:00Z");
    DK_AUTOFREE char *text = verify("a", &done);
    assert_true(done);
    assert_says(text, "a: intact");
    assert_true(dk_json_bool(result_at(0), "intact", false));
    assert_false(ui_findings());
}

static void damaged(void **state) {
    (void)state;
    bool done = false;
    fake_add_entry("dump", "damaged", "manual", "2026-01-01T00:00:00Z");
    fake_add_entry("dump", "whole", "manual", "2026-01-02T00:00:00Z");
    fake_add_entry("clone", "copy", "manual", "2026-01-03T00:00:00Z");
    DK_AUTOFREE char *text = verify(NULL, &done);
    assert_true(done);
    assert_says(text, "damaged: a byte is wrong");
    assert_says(text, "whole: intact");
    assert_says(text, "copy: nothing to check");
    assert_true(ui_findings());
    assert_false(dk_json_bool(result_at(0), "checked", true));
    assert_true(dk_json_bool(result_at(1), "intact", false));
    assert_false(dk_json_bool(result_at(2), "intact", true));
}

static void not_to_be_read(void **state) {
    (void)state;
    bool done = true;
    fake_add_entry("dump", "unreadable", "manual", "2026-01-01T00:00:00Z");
    free(verify("unreadable", &done));
    assert_false(done);
    assert_string_equal(fake.error.code, "file-unreadable");
    free(verify("missing", &done));
    assert_false(done);
    assert_string_equal(fake.error.code, "no-such-snapshot");
}

int main(void) {
    static const struct CMUnitTest tests[] = {FAKE_TEST(intact), FAKE_TEST(damaged),
                                              FAKE_TEST(not_to_be_read)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

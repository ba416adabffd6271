/* protect.c: the marker is the engine's work; here it is asked for and told. */
#include "../reset/fake_engine.h"

#include <guard/guard.h>

static void on_and_off(void **state) {
    (void)state;
    bool done = false;
    char *said = fake_run(guard_protect_run, NULL, &done);
    assert_true(done && fake.protected_);
    assert_says(said, "app is protected");
    assert_true(dk_json_bool(dk_result(fake.context), "protected", false));
    assert_string_equal(dk_json_string(dk_result(fake.context), "database", ""), "app");
    free(said);
    said = fake_run(guard_unprotect_run, NULL, &done);
    assert_true(done && !fake.protected_);
    assert_says(said, "no longer protected");
    assert_false(dk_json_bool(dk_result(fake.context), "protected", true));
    free(said);
}

static void failures_are_passed_on(void **state) {
    (void)state;
    bool done = true;
    fake.engine_fails = true;
    free(fake_run(guard_protect_run, NULL, &done));
    assert_false(done);
    assert_string_equal(fake.error.code, "engine-failed");
}

int main(void) {
    static const struct CMUnitTest tests[] = {FAKE_TEST(on_and_off), FAKE_TEST(failures_are_passed_on)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* gc.c: what is kept, what goes, and when that is a question. */
#include "fake_engine.h"

#include <reset/reset.h>

static char *run(gc_values values, bool *done) {
    return fake_run(reset_gc_run, &values, done);
}

static void the_list(void **state) {
    (void)state;
    bool done = false;
    char *said = run((gc_values){0}, &done);
    assert_true(done);
    assert_string_equal(fake.collected, "some");
    assert_says(said, "removed devkit_doomed_1");
    assert_says(said, "devkit_template_1");
    assert_says(said, "2 databases kept, 2.0 MB");
    const json_t *result = dk_result(fake.context);
    assert_int_equal(dk_json_int(result, "kept_bytes", 0), 2097152);
    assert_int_equal(json_array_size(json_object_get(result, "kept")), 2);
    assert_int_equal(json_array_size(json_object_get(result, "removed")), 1);
    assert_false(dk_json_bool(result, "dry_run", true));
    free(said);
}

static void nothing_kept(void **state) {
    (void)state;
    bool done = false;
    json_array_clear(fake.kept);
    char *said = run((gc_values){0}, &done);
    assert_says(said, "0 databases kept");
    assert_null(strstr(said, "NAME"));
    free(said);
}

static void one_is_not_databases(void **state) {
    (void)state;
    bool done = false;
    json_array_remove(fake.kept, 1);
    char *said = run((gc_values){0}, &done);
    assert_says(said, "\n1 database kept, ");
    free(said);
}

static void only_a_look(void **state) {
    (void)state;
    bool done = false;
    char *said = run((gc_values){.all = true, .dry_run = true}, &done);
    assert_true(done);
    assert_string_equal(fake.collected, "all dry");
    assert_says(said, "would remove devkit_doomed_1");
    assert_true(dk_json_bool(dk_result(fake.context), "dry_run", false));
    free(said);
}

static void everything_is_a_question(void **state) {
    (void)state;
    bool done = true;
    free(run((gc_values){.all = true, .confirm = "app"}, &done));
    assert_false(done);
    assert_string_equal(fake.guarded, "reset app");
    assert_string_equal(fake.error.code, "confirmation-needed");
    assert_string_equal(fake.collected, "");
}

static void the_workers_work(void **state) {
    (void)state;
    bool done = false;
    free(run((gc_values){.wait = true}, &done));
    assert_true(done);
    assert_string_equal(fake.maintained_layers, "(configured)");
    maintain_values values = {.layers = DK_STRV_INIT};
    dk_strv_add(&values.layers, "migrate");
    free(fake_run(reset_maintain_run, &values, &done));
    assert_true(done);
    assert_string_equal(fake.maintained_layers, "migrate");
    dk_strv_release(&values.layers);
}

static void failures_are_passed_on(void **state) {
    (void)state;
    static const gc_values rows[] = {{0}, {.wait = true}, {.dry_run = true}};
    fake.engine_fails = true;
    for (size_t i = 0; i < DK_COUNT(rows); i++) {
        bool done = true;
        free(run(rows[i], &done));
        assert_false(done);
        assert_string_equal(fake.error.code, "engine-failed");
    }
    fake.running = false;
    fake.up_fails = true;
    bool done = true;
    free(run((gc_values){0}, &done));
    assert_string_equal(fake.error.code, "up-failed");
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        FAKE_TEST(the_list),
        FAKE_TEST(nothing_kept),
        FAKE_TEST(one_is_not_databases),
        FAKE_TEST(only_a_look),
        FAKE_TEST(everything_is_a_question),
        FAKE_TEST(the_workers_work),
        FAKE_TEST(failures_are_passed_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

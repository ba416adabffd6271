/* reset.c: what the engine is asked, and what people and programs are told. */
#include "fake_engine.h"

#include <reset/reset.h>

static bool run(const reset_values *values, char **said) {
    bool done = false;
    char *text = fake_run(reset_run, values, &done);
    if (said)
        *said = text;
    else
        free(text);
    return done;
}

static void the_result(void **state) {
    (void)state;
    reset_values values = {0};
    char *said = NULL;
    assert_true(run(&values, &said));
    assert_says(said, "app: reset, cloned from its template, in 1.2 s");
    assert_says(said, "devkit_undo_1");
    assert_says(said, "devkit undo");
    free(said);
    const json_t *result = dk_result(fake.context);
    assert_string_equal(dk_json_string(result, "source", ""), "template");
    assert_string_equal(dk_json_string(result, "undo", ""), "devkit_undo_1");
    assert_string_equal(dk_json_string(result, "database", ""), "app");
    assert_int_equal(dk_json_int(result, "duration_ms", 0), 1234);
    assert_int_equal(json_array_size(json_object_get(result, "notes")), 1);
    const json_t *layer = json_array_get(json_object_get(result, "layers"), 0);
    assert_string_equal(dk_json_string(layer, "name", ""), "migrate");
    assert_string_equal(dk_json_string(layer, "key", ""), "abc");
    assert_true(dk_json_bool(layer, "cached", false));
    assert_int_equal(dk_json_int(layer, "duration_ms", 0), 17);
}

static void options(void **state) {
    (void)state;
    static const struct {
        reset_values values;
        unsigned flags;
        const char *layers;
    } rows[] = {
        {{0}, 0, "migrate seed"},
        {{.fresh = true}, DK_ENGINE_FRESH, "migrate seed"},
        {{.no_wait = true, .force = true}, DK_ENGINE_NO_WAIT | DK_ENGINE_FORCE, "migrate seed"},
        {{.no_seed = true}, 0, "migrate"},
    };
    for (size_t i = 0; i < DK_COUNT(rows); i++) {
        assert_true(run(&rows[i].values, NULL));
        assert_int_equal(fake.flags, rows[i].flags);
        assert_string_equal(fake.layers, rows[i].layers);
    }
    fake_configure("[reset]\nlayers = [\"seed\", \"models\", \"seed\"]\n");
    assert_true(run(&rows[3].values, NULL));
    assert_string_equal(fake.layers, "models");
}

static void guards_come_first(void **state) {
    (void)state;
    reset_values values = {.confirm = "shop"};
    fake.guard_refuses = true;
    fake.running = false;
    assert_false(run(&values, NULL));
    assert_string_equal(fake.guarded, "reset shop");
    assert_string_equal(fake.error.code, "protected");
    assert_int_equal(fake.ups + fake.resets, 0);
    undo_values undo = {.confirm = "shop"};
    bool done = true;
    free(fake_run(reset_undo_run, &undo, &done));
    assert_false(done);
    assert_string_equal(fake.guarded, "undo shop");
    assert_int_equal(fake.ups + fake.undos, 0);
}

/* Where nothing would be kept it is a question, which nobody answers here. */
static void a_loss_is_asked_for(void **state) {
    (void)state;
    reset_values values = {0};
    fake_configure("[reset]\nundo = 0\n");
    assert_false(run(&values, NULL));
    assert_string_equal(fake.error.code, "confirmation-needed");
    assert_int_equal(fake.error.error_class, DK_ERROR_REFUSED);
    assert_int_equal(fake.resets, 0);
}

static void the_server_is_started(void **state) {
    (void)state;
    reset_values values = {0};
    fake.running = false;
    assert_true(run(&values, NULL));
    assert_int_equal(fake.ups, 1);
    fake.running = true;
    assert_true(run(&values, NULL));
    assert_int_equal(fake.ups, 1);
    fake.running = false;
    fake.up_fails = true;
    assert_false(run(&values, NULL));
    assert_string_equal(fake.error.code, "up-failed");
    assert_int_equal(fake.resets, 2);
}

/* What is said on stderr; caller frees. */
static char *said_aside(const reset_values *values) {
    caught of = caught_begin(STDERR_FILENO);
    assert_true(run(values, NULL));
    return caught_end(&of);
}

/* A server that ran and only got the URL's password was not started. */
static void started_is_said_of_what_stood_still(void **state) {
    (void)state;
    static const dk_server_state states[] = {DK_SERVER_ABSENT, DK_SERVER_STOPPED, DK_SERVER_UNHEALTHY,
                                             DK_SERVER_READY};
    reset_values values = {0};
    for (size_t i = 0; i < DK_COUNT(states); i++) {
        fake.running = false;
        fake.state = states[i];
        DK_AUTOFREE char *said = said_aside(&values);
        assert_int_equal(strstr(said, "server started at localhost:5433") != NULL, i < 2);
    }
}

static void failures_are_passed_on(void **state) {
    (void)state;
    reset_values values = {0};
    char *said = NULL;
    fake.engine_fails = true;
    assert_false(run(&values, &said));
    assert_string_equal(fake.error.code, "engine-failed");
    assert_string_equal(said, "");
    free(said);
}

static void undo(void **state) {
    (void)state;
    undo_values values = {.no_wait = true, .force = true};
    bool done = false;
    char *said = fake_run(reset_undo_run, &values, &done);
    assert_true(done);
    assert_int_equal(fake.flags, DK_ENGINE_NO_WAIT | DK_ENGINE_FORCE);
    assert_says(said, "app: undone, the previous one is back");
    assert_null(strstr(said, "is kept as"));
    assert_string_equal(dk_json_string(dk_result(fake.context), "source", ""), "undo");
    assert_true(json_is_null(json_object_get(dk_result(fake.context), "undo")));
    free(said);
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        FAKE_TEST(the_result),
        FAKE_TEST(options),
        FAKE_TEST(guards_come_first),
        FAKE_TEST(a_loss_is_asked_for),
        FAKE_TEST(the_server_is_started),
        FAKE_TEST(started_is_said_of_what_stood_still),
        FAKE_TEST(failures_are_passed_on),
        FAKE_TEST(undo),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

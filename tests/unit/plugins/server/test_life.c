/* plugins/server/life.c */
#include "fake_server.h"

#include "ui/ui.h"

static void test_up_says_whether_it_changed_something(void **state) {
    (void)state;
    dk_context *context = fake_project(FAKE_ENV);
    server_up_values values = {.timeout = 1000};
    bool done;
    fake.changed = true;
    DK_AUTOFREE char *first = one_output(server_up, context, &values, &done, NULL);
    assert_true(done);
    assert_string_equal(first, "up: PostgreSQL 15.18 at 127.0.0.1:5433, database tasks\n");
    fake.changed = false;
    DK_AUTOFREE char *second = one_output(server_up, context, &values, &done, NULL);
    assert_true(dk_starts_with(second, "already up: "));
    assert_int_equal(fake.ups, 2);
    fake_free(context);
}

static void test_down_and_restart(void **state) {
    (void)state;
    dk_context *context = fake_project(FAKE_ENV);
    server_up_values values = {.timeout = 1000};
    bool done;
    DK_AUTOFREE char *idle = one_output(server_down, context, NULL, &done, NULL);
    assert_true(dk_starts_with(idle, "already down"));
    fake.changed = true;
    DK_AUTOFREE char *down = one_output(server_down, context, NULL, &done, NULL);
    assert_true(dk_starts_with(down, "down: "));
    free(one_output(server_restart, context, &values, &done, NULL));
    assert_true(done);
    assert_int_equal(fake.downs, 3);
    assert_int_equal(fake.ups, 1);
    fake_free(context);
}

/* Handlers see a restart as what it is: the server goes and comes. */
static void test_events(void **state) {
    (void)state;
    static const struct {
        bool (*run)(dk_context *, const void *, dk_error *);
        const char *events;
    } cases[] = {{server_up, "pre-up post-up "},
                 {server_down, "pre-down post-down "},
                 {server_restart, "pre-down post-down pre-up post-up "},
                 {server_status, ""}};
    server_up_values values = {.timeout = 1000};
    for (size_t i = 0; i < DK_COUNT(cases); i++) {
        dk_context *context = fake_project(FAKE_ENV);
        bool done = false;
        free(one_output(cases[i].run, context, &values, &done, NULL));
        assert_true(done);
        assert_string_equal(fake.events, cases[i].events);
        fake_free(context);
    }
}

/* What can't be done is said before the server is stopped for it. */
static void test_a_restart_that_can_not_be(void **state) {
    (void)state;
    static const struct {
        const char *port, *code;
    } cases[] = {{"many", "bad-value"}, {"0", "bad-value"}, {"5440", "not-owned"}, {"auto", "not-owned"}};
    for (size_t i = 0; i < DK_COUNT(cases); i++) {
        dk_context *context = fake_project(FAKE_ENV);
        DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
        server_up_values values = {.timeout = 1000, .port = cases[i].port};
        bool done;
        fake.state = DK_SERVER_READY;
        free(one_output(server_restart, context, &values, &done, &error));
        assert_false(done);
        assert_string_equal(error.code, cases[i].code);
        assert_int_equal(fake.downs, 0);
        fake_free(context);
    }
}

static void test_status_has_findings_unless_healthy(void **state) {
    (void)state;
    dk_context *context = fake_project(FAKE_ENV);
    bool done;
    fake.state = DK_SERVER_READY;
    DK_AUTOFREE char *ready = one_output(server_status, context, NULL, &done, NULL);
    assert_true(done);
    /* Its provider may say that it is ready, but nobody answers at the URL. */
    assert_non_null(strstr(ready, "state        unhealthy\nproblem      could not connect to "));
    assert_non_null(strstr(ready, "fake (the test says so)"));
    assert_true(ui_findings());
    fake.state = DK_SERVER_UNHEALTHY;
    fake.problem = "it limps";
    DK_AUTOFREE char *ill = one_output(server_status, context, NULL, &done, NULL);
    assert_true(done);
    assert_non_null(strstr(ill, "it limps"));
    assert_true(ui_findings());
    fake_free(context);
}

static void test_wait(void **state) {
    (void)state;
    dk_context *context = fake_project(FAKE_ENV);
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    server_wait_values values = {.timeout = 5000};
    bool done;
    fake.state = DK_SERVER_STARTING;
    fake.ready_after = 3;
    DK_AUTOFREE char *ready = one_output(server_wait, context, &values, &done, &error);
    assert_true(done);
    assert_true(dk_starts_with(ready, "ready: "));
    fake.ready_after = 0;
    fake.problem = "nobody started it";
    values.timeout = 1;
    free(one_output(server_wait, context, &values, &done, &error));
    assert_false(done);
    assert_true(dk_error_is(&error, "not-ready"));
    assert_string_equal(error.detail, "nobody started it");
    assert_non_null(error.hint);
    fake_free(context);
}

static void test_logs(void **state) {
    (void)state;
    dk_context *context = fake_project(FAKE_ENV);
    server_logs_values values = {.follow = true, .lines = 7};
    bool done;
    DK_AUTOFREE char *text = one_output(server_logs, context, &values, &done, NULL);
    assert_string_equal(text, "follow 7\n");
    fake_free(context);
}

static void test_destroy_needs_the_name(void **state) {
    (void)state;
    dk_context *context = fake_project(FAKE_ENV);
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    server_destroy_values values = {0};
    bool done;
    fake.state = DK_SERVER_STOPPED;
    free(one_output(server_destroy, context, &values, &done, &error));
    assert_true(dk_error_is(&error, "not-owned"));
    fake.owned = true;
    free(one_output(server_destroy, context, &values, &done, &error));
    assert_false(done);
    assert_int_equal(error.error_class, DK_ERROR_REFUSED);
    values.confirm = "other";
    free(one_output(server_destroy, context, &values, &done, &error));
    assert_false(done);
    assert_int_equal(fake.destroys, 0);
    values.confirm = "tasks";
    free(one_output(server_destroy, context, &values, &done, &error));
    assert_true(done);
    assert_int_equal(fake.destroys, 1);
    fake.state = DK_SERVER_ABSENT;
    DK_AUTOFREE char *again = one_output(server_destroy, context, &values, &done, &error);
    assert_true(done);
    assert_non_null(strstr(again, "no server"));
    assert_int_equal(fake.destroys, 2);
    fake_free(context);
}

/* The mark is looked for before the name is asked for, and a stopped server is started for the look. */
static void test_destroy_spares_what_is_protected(void **state) {
    (void)state;
    static const dk_server_state states[] = {DK_SERVER_READY, DK_SERVER_STOPPED, DK_SERVER_UNHEALTHY};
    server_destroy_values values = {.confirm = "tasks"};
    bool done;
    for (size_t i = 0; i < DK_COUNT(states); i++) {
        dk_context *context = fake_project(FAKE_ENV);
        DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
        fake.state = states[i];
        fake.owned = true;
        fake.marked = "precious";
        free(one_output(server_destroy, context, &values, &done, &error));
        assert_false(done);
        assert_string_equal(error.code, "protected");
        assert_int_equal(error.error_class, DK_ERROR_REFUSED);
        assert_non_null(strstr(error.message, "precious"));
        assert_int_equal(fake.destroys, 0);
        assert_int_equal(fake.ups, i > 0);
        assert_int_equal(fake.downs, i == 1); /* stopped as it was */
        fake_free(context);
    }
}

static void test_destroy_of_what_can_not_be_started(void **state) {
    (void)state;
    dk_context *context = fake_project(FAKE_ENV);
    server_destroy_values values = {.confirm = "tasks"};
    bool done;
    fake.state = DK_SERVER_STOPPED;
    fake.owned = true;
    fake.up_fails = true;
    free(one_output(server_destroy, context, &values, &done, NULL));
    assert_true(done);
    assert_int_equal(fake.destroys, 1);
    fake_free(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_up_says_whether_it_changed_something),
                                       cmocka_unit_test(test_down_and_restart),
                                       cmocka_unit_test(test_events),
                                       cmocka_unit_test(test_a_restart_that_can_not_be),
                                       cmocka_unit_test(test_status_has_findings_unless_healthy),
                                       cmocka_unit_test(test_wait),
                                       cmocka_unit_test(test_logs),
                                       cmocka_unit_test(test_destroy_needs_the_name),
                                       cmocka_unit_test(test_destroy_spares_what_is_protected),
                                       cmocka_unit_test(test_destroy_of_what_can_not_be_started)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

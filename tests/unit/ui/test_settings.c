/* cli/ui/settings.c */
#include "streams.h"

static void test_configured(void **state) {
    (void)state;
    configure((ui_settings){.json = true, .assume_yes = true});
    assert_true(dk_is_json(NULL));
    assert_true(dk_says_yes(NULL));
    assert_false(dk_is_quiet(NULL));
    assert_false(dk_is_verbose(NULL));
    assert_false(dk_may_ask(NULL));
    configure((ui_settings){.quiet = true, .verbose = true, .may_ask = true});
    assert_false(dk_is_json(NULL));
    assert_true(dk_is_quiet(NULL));
    assert_true(dk_is_verbose(NULL));
    assert_true(dk_may_ask(NULL));
}

static void test_configuring_forgets_the_outcome(void **state) {
    (void)state;
    dk_set_findings(NULL);
    dk_set_exit_status(NULL, 5);
    dk_json_set_int(dk_result(NULL), "x", 1);
    configure((ui_settings){0});
    assert_false(ui_findings());
    assert_int_equal(ui_exit_status(), 0);
    assert_int_equal(json_object_size(ui_result()), 0);
    configure((ui_settings){0});
}

static void test_flags_are_taken(void **state) {
    (void)state;
    ui_flags flags = {.json = true, .verbose = true, .yes = true};
    ui_settings settings = ui_settings_detect(&flags);
    assert_true(settings.json);
    assert_true(settings.verbose);
    assert_true(settings.assume_yes);
    assert_false(settings.quiet);
    assert_false(settings.may_ask);
}

/* Runs on a terminal of its own, so that only the environment decides. */
static void on_terminal(ui_settings *settings, const ui_flags *flags) {
    int main_end = posix_openpt(O_RDWR | O_NOCTTY);
    assert_true(main_end >= 0 && grantpt(main_end) == 0 && unlockpt(main_end) == 0);
    int end = open(ptsname(main_end), O_RDWR | O_NOCTTY);
    assert_true(end >= 0);
    int saved[3];
    fflush(NULL);
    for (int i = 0; i < 3; i++) {
        saved[i] = dup(i);
        dup2(end, i);
    }
    *settings = ui_settings_detect(flags);
    for (int i = 0; i < 3; i++) {
        dup2(saved[i], i);
        close(saved[i]);
    }
    close(end);
    close(main_end);
}

static int clean_environment(void **state) {
    (void)state;
    unsetenv("NO_COLOR");
    unsetenv("CI");
    setenv("TERM", "xterm", 1);
    return 0;
}

static void test_a_person_at_a_terminal(void **state) {
    (void)state;
    ui_settings settings;
    on_terminal(&settings, &(ui_flags){0});
    assert_true(settings.may_ask);
    assert_true(settings.colour);
    assert_true(settings.terminal);
    assert_true(settings.stdout_terminal);
}

static void test_no_color(void **state) {
    (void)state;
    ui_settings settings;
    setenv("NO_COLOR", "1", 1);
    on_terminal(&settings, &(ui_flags){0});
    assert_false(settings.colour);
    assert_true(settings.terminal);
    setenv("NO_COLOR", "", 1); /* empty: not set, says no-color.org */
    on_terminal(&settings, &(ui_flags){0});
    assert_true(settings.colour);
    on_terminal(&settings, &(ui_flags){.no_color = true});
    assert_false(settings.colour);
}

static void test_ci(void **state) {
    (void)state;
    ui_settings settings;
    setenv("CI", "true", 1);
    on_terminal(&settings, &(ui_flags){0});
    assert_false(settings.may_ask);
    assert_false(settings.terminal);
    assert_false(settings.colour);
    setenv("CI", "false", 1);
    on_terminal(&settings, &(ui_flags){0});
    assert_true(settings.may_ask);
}

static void test_dumb_terminal(void **state) {
    (void)state;
    ui_settings settings;
    setenv("TERM", "dumb", 1);
    on_terminal(&settings, &(ui_flags){0});
    assert_false(settings.colour);
    assert_false(settings.terminal);
    assert_true(settings.may_ask);
    unsetenv("TERM");
    on_terminal(&settings, &(ui_flags){0});
    assert_false(settings.terminal);
}

static void test_no_questions(void **state) {
    (void)state;
    ui_settings settings;
    on_terminal(&settings, &(ui_flags){.no_input = true});
    assert_false(settings.may_ask);
    on_terminal(&settings, &(ui_flags){.json = true});
    assert_false(settings.may_ask);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_configured),
        cmocka_unit_test(test_configuring_forgets_the_outcome),
        cmocka_unit_test(test_flags_are_taken),
        cmocka_unit_test_setup(test_a_person_at_a_terminal, clean_environment),
        cmocka_unit_test_setup(test_no_color, clean_environment),
        cmocka_unit_test_setup(test_ci, clean_environment),
        cmocka_unit_test_setup(test_dumb_terminal, clean_environment),
        cmocka_unit_test_setup(test_no_questions, clean_environment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

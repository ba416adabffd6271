/* cli/ui/prompt.c */
#include "base/signal.h"
#include "streams.h"
#include <signal.h>
#include <sys/wait.h>

static dk_error error;

static int clear(void **state) {
    (void)state;
    dk_error_release(&error);
    signal_reset();
    return 0;
}

/* Puts the text on stdin; returns what stdin was. */
static int type(const char *text) {
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], text, strlen(text)), (ssize_t)strlen(text));
    close(ends[1]);
    int saved = dup(STDIN_FILENO);
    dup2(ends[0], STDIN_FILENO);
    close(ends[0]);
    return saved;
}

static void type_no_more(int saved) {
    dup2(saved, STDIN_FILENO);
    close(saved);
}

static bool confirm(const char *typed) {
    configure((ui_settings){.may_ask = true});
    int saved = type(typed);
    catch_output();
    bool confirmed = dk_confirm(NULL, "Sure?", &error);
    release_output();
    type_no_more(saved);
    assert_string_equal(caught_err.text, "Sure? [y/N] ");
    return confirmed;
}

static void test_answers(void **state) {
    (void)state;
    assert_true(confirm("y\n"));
    assert_true(confirm("YES \n"));
    static const char *const refusals[] = {"n\n", "\n", "", "yep\n", "yy\n"};
    for (size_t i = 0; i < DK_COUNT(refusals); i++) {
        assert_false(confirm(refusals[i]));
        assert_string_equal(error.code, "declined");
        assert_int_equal(error.error_class, DK_ERROR_REFUSED);
    }
}

static void test_reads_one_line_only(void **state) {
    (void)state;
    configure((ui_settings){.may_ask = true});
    int saved = type("y\nrest");
    catch_output();
    assert_true(dk_confirm(NULL, "Sure?", &error));
    release_output();
    char rest[5] = "";
    assert_int_equal(read(STDIN_FILENO, rest, 4), 4);
    type_no_more(saved);
    assert_string_equal(rest, "rest");
}

static void test_yes_option(void **state) {
    (void)state;
    configure((ui_settings){.assume_yes = true});
    catch_output();
    assert_true(dk_confirm(NULL, "Sure?", &error));
    expect_output("", "");
}

static void test_nobody_to_ask(void **state) {
    (void)state;
    configure((ui_settings){0});
    assert_false(dk_confirm(NULL, "Sure?", &error));
    assert_string_equal(error.code, "confirmation-needed");
    assert_int_equal(error.error_class, DK_ERROR_REFUSED);
    assert_non_null(strstr(error.hint, "--yes"));
}

static void test_name_given(void **state) {
    (void)state;
    configure((ui_settings){0});
    assert_true(dk_confirm_name(NULL, "Destroy it", "shop", "shop", &error));
    assert_false(dk_confirm_name(NULL, "Destroy it", "shop", "Shop", &error));
    assert_string_equal(error.code, "confirmation-needed");
    assert_int_equal(error.error_class, DK_ERROR_REFUSED);
}

static void test_yes_does_not_replace_the_name(void **state) {
    (void)state;
    configure((ui_settings){.assume_yes = true});
    assert_false(dk_confirm_name(NULL, "Destroy it", "shop", NULL, &error));
    assert_string_equal(error.code, "confirmation-needed");
    assert_non_null(strstr(error.hint, "--confirm shop"));
}

static void test_name_typed(void **state) {
    (void)state;
    configure((ui_settings){.may_ask = true, .assume_yes = true});
    int saved = type("shop\n");
    catch_output();
    assert_true(dk_confirm_name(NULL, "Destroy it", "shop", NULL, &error));
    expect_output("", "Destroy it. Type shop to go on: ");
    type_no_more(saved);
    saved = type("y\n");
    catch_output();
    assert_false(dk_confirm_name(NULL, "Destroy it", "shop", NULL, &error));
    release_output();
    type_no_more(saved);
    assert_string_equal(error.code, "declined");
}

static void test_interruption(void **state) {
    (void)state;
    configure((ui_settings){.may_ask = true});
    signal(SIGINT, SIG_DFL); /* a shell starts background jobs with it ignored */
    signal_install();
    int ends[2];
    assert_int_equal(pipe(ends), 0); /* nobody ever types */
    int saved = dup(STDIN_FILENO);
    dup2(ends[0], STDIN_FILENO);
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid == 0) {
        usleep(100000);
        kill(parent, SIGINT);
        _exit(0);
    }
    catch_output();
    assert_false(dk_confirm(NULL, "Sure?", &error));
    release_output();
    assert_string_equal(error.code, "interrupted");
    waitpid(pid, NULL, 0);
    type_no_more(saved);
    close(ends[0]);
    close(ends[1]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_answers, clear),
        cmocka_unit_test_teardown(test_reads_one_line_only, clear),
        cmocka_unit_test_teardown(test_yes_option, clear),
        cmocka_unit_test_teardown(test_nobody_to_ask, clear),
        cmocka_unit_test_teardown(test_name_given, clear),
        cmocka_unit_test_teardown(test_yes_does_not_replace_the_name, clear),
        cmocka_unit_test_teardown(test_name_typed, clear),
        cmocka_unit_test_teardown(test_interruption, clear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

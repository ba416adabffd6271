/* cli/ui/print.c */
#include "../skip.h"
#include "streams.h"
#include <signal.h>

static void test_for_people(void **state) {
    (void)state;
    dk_secret_add("printsecret");
    configure((ui_settings){.quiet = true});
    catch_output();
    dk_print(NULL, "%s\n", "a printsecret b");
    dk_flush(NULL);
    expect_output("a *** b\n", "");
}

static void test_not_for_programs(void **state) {
    (void)state;
    configure((ui_settings){.json = true, .verbose = true});
    catch_output();
    dk_print(NULL, "text\n");
    expect_output("", "");
}

static void test_lost_results_are_an_error(void **state) {
    (void)state;
    configure((ui_settings){0});
    int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
    if (full < 0)
        skip_because("needs /dev/full");
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    fflush(stdout);
    int saved = dup(STDOUT_FILENO);
    dup2(full, STDOUT_FILENO);
    dk_print(NULL, "lost\n");
    bool finished = ui_finish(&error);
    dup2(saved, STDOUT_FILENO);
    close(saved);
    close(full);
    clearerr(stdout);
    assert_false(finished);
    assert_string_equal(error.code, "output-failed");
    assert_true(ui_finish(NULL));
}

static void test_a_reader_that_left_is_no_error(void **state) {
    (void)state;
    int ends[2];
    signal(SIGPIPE, SIG_IGN);
    assert_int_equal(pipe(ends), 0);
    close(ends[0]);
    fflush(stdout);
    int saved = dup(STDOUT_FILENO);
    dup2(ends[1], STDOUT_FILENO);
    close(ends[1]);
    dk_print(NULL, "lost\n");
    bool finished = ui_finish(NULL);
    dup2(saved, STDOUT_FILENO);
    close(saved);
    clearerr(stdout);
    assert_true(finished);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_for_people),
        cmocka_unit_test(test_not_for_programs),
        cmocka_unit_test(test_lost_results_are_an_error),
        cmocka_unit_test(test_a_reader_that_left_is_no_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

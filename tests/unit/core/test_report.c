/* The exit status says what came of a run. */
#include "base/signal.h"
#include "sample_plugin.h"

#include <signal.h>

static void maps_outcomes_to_exit_statuses(void **state) {
    (void)state;
    dk_context *context = sample_context();
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    assert_int_equal(report_finish(context, "rain", true, &error), 0);
    dk_set_findings(context);
    assert_int_equal(report_finish(context, "rain", true, &error), 4);
    dk_set_exit_status(context, 9);
    assert_int_equal(report_finish(context, "rain", true, &error), 9);
    dk_fail(&error, DK_ERROR_REFUSED, "no", "no");
    assert_int_equal(report_finish(context, "rain", false, &error), 3);
    dk_error_release(&error);
    assert_int_equal(report_finish(context, "rain", false, &error), 1);
    fake_free(context);
}

static void an_interruption_wins_over_the_error(void **state) {
    (void)state;
    dk_context *context = sample_context();
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    dk_fail(&error, DK_ERROR_FAILED, "program-failed", "psql failed");
    signal_install();
    raise(SIGTERM);
    assert_int_equal(report_finish(context, "rain", false, &error), 130);
    signal_reset();
    fake_free(context);
}

static void a_program_has_said_what_there_is_to_say(void **state) {
    (void)state;
    dk_context *context = sample_context();
    context->globals.json = true;
    report_configure(context);
    report_program_status(context, 5);
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    assert_int_equal(report_finish(context, "hello", true, &error), 5);
    fake_free(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(maps_outcomes_to_exit_statuses),
        cmocka_unit_test(an_interruption_wins_over_the_error),
        cmocka_unit_test(a_program_has_said_what_there_is_to_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

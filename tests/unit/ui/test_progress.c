/* cli/ui/progress.c */
#include "streams.h"

static void run_one(void) {
    dk_progress *progress = dk_progress_begin(NULL, "migrate");
    dk_progress_update(progress, 1, 2, "001_users.sql");
    dk_progress_update(progress, 2, 2, NULL);
    dk_progress_end(progress, true, "built");
}

static void expect_end_line(const char *text, const char *start) {
    if (!dk_starts_with(text, start) || !dk_ends_with(text, " ms)\n"))
        fail_msg("got: %s", text);
}

static void test_without_terminal_one_line(void **state) {
    (void)state;
    configure((ui_settings){0});
    catch_output();
    run_one();
    release_output();
    assert_string_equal(caught_out.text, "");
    expect_end_line(caught_err.text, "  migrate: built (");
    assert_null(strchr(caught_err.text, '\r'));
    assert_null(strchr(caught_err.text, '\033'));
}

static void test_silence(void **state) {
    (void)state;
    catch_output();
    configure((ui_settings){.quiet = true, .terminal = true});
    run_one();
    configure((ui_settings){.json = true, .terminal = true});
    run_one();
    dk_progress_end(NULL, true, NULL);
    dk_progress_update(NULL, 1, 1, NULL);
    expect_output("", "");
}

static void test_default_outcomes_and_mask(void **state) {
    (void)state;
    dk_secret_add("progresssecret");
    configure((ui_settings){0});
    catch_output();
    dk_progress_end(dk_progress_begin(NULL, "to progresssecret"), false, NULL);
    release_output();
    expect_end_line(caught_err.text, "  to ***: failed (");
}

static void test_terminal_draws_over(void **state) {
    (void)state;
    configure((ui_settings){.terminal = true});
    catch_output();
    dk_progress *progress = dk_progress_begin(NULL, "seed");
    dk_progress_update(progress, 1, 9, "too soon");
    dk_sleep_ms(120);
    dk_progress_update(progress, 12, 40, "a\tb\033[31mc");
    dk_info(NULL, "between");
    dk_progress_update(progress, 13, 0, NULL); /* drawn at once, for the message took the line away */
    dk_progress_end(progress, true, "done");
    release_output();
    const char *text = caught_err.text;
    assert_true(dk_starts_with(text, "\r  seed …\033[K"));
    assert_null(strstr(text, "too soon"));
    assert_non_null(strstr(text, "\r  seed … 12/40 a b [31mc\033[K\r\033[Kbetween\n\r  seed … 13\033[K"));
    assert_non_null(strstr(text, "\r\033[K  seed: done ("));
}

static void test_line_fits_the_terminal(void **state) {
    (void)state;
    char what[400];
    for (size_t i = 0; i + 3 < sizeof what; i += 3)
        memcpy(what + i, "→", 4);
    configure((ui_settings){.terminal = true});
    catch_output();
    dk_progress *progress = dk_progress_begin(NULL, "seed");
    dk_sleep_ms(120);
    dk_progress_update(progress, 0, 0, what);
    dk_progress_end(progress, true, NULL);
    release_output();
    char *line = strchr(caught_err.text + 1, '\r');
    assert_non_null(line);
    char *end = strstr(line, "\033[K");
    assert_non_null(end);
    size_t arrows = (size_t)(end - line - (ptrdiff_t)strlen("\r  seed … ")) / 3;
    assert_in_range(arrows, 1, 79);
    assert_int_equal((end - line - (ptrdiff_t)strlen("\r  seed … ")) % 3, 0); /* no character was torn */
}

static void test_nested(void **state) {
    (void)state;
    configure((ui_settings){0});
    catch_output();
    dk_progress *outer = dk_progress_begin(NULL, "outer");
    dk_progress *inner = dk_progress_begin(NULL, "inner");
    dk_progress_update(outer, 1, 2, NULL);
    dk_progress_end(outer, true, NULL); /* in whatever order */
    dk_progress_end(inner, true, NULL);
    dk_progress_end(dk_progress_begin(NULL, "after"), true, NULL);
    release_output();
    assert_non_null(strstr(caught_err.text, "  outer: done ("));
    assert_non_null(strstr(caught_err.text, "  inner: done ("));
    assert_non_null(strstr(caught_err.text, "  after: done ("));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_without_terminal_one_line), cmocka_unit_test(test_silence),
        cmocka_unit_test(test_default_outcomes_and_mask), cmocka_unit_test(test_terminal_draws_over),
        cmocka_unit_test(test_line_fits_the_terminal),    cmocka_unit_test(test_nested),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

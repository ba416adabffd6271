/* plugins/ports/command.c */
#include "lab.h"

static void expect_usage(ports_values values, const char *code) {
    dk_context *context = lab_open("", NULL);
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    assert_false(ports_run(context, &values, &error));
    assert_string_equal(error.code, code);
    assert_int_equal(error.error_class, DK_ERROR_USAGE);
    fake_free(context);
}

static void test_options_that_exclude_each_other(void **state) {
    (void)state;
    expect_usage((ports_values){.all = true, .free = true}, "usage");
    expect_usage((ports_values){.free = true, .kill = "1"}, "usage");
    static const char *const wrong[] = {"0", "-1", "65536", "0.5", "", "http"};
    for (size_t i = 0; i < DK_COUNT(wrong); i++)
        expect_usage((ports_values){.kill = wrong[i]}, "bad-value");
}

static void test_a_free_port_that_stays(void **state) {
    (void)state;
    char home[] = "/tmp/devkit-state-XXXXXX";
    assert_non_null(mkdtemp(home));
    setenv("XDG_STATE_HOME", home, 1);
    dk_context *context = lab_open("", NULL);
    ports_values values = {.free = true};
    bool done;
    DK_AUTOFREE char *first = one_output(ports_run, context, &values, &done, NULL);
    assert_true(done);
    assert_in_range(atoi(first), 20000, 29999);
    DK_AUTOFREE char *second = one_output(ports_run, context, &values, &done, NULL);
    assert_string_equal(first, second);
    DK_AUTOFREE char *env = dk_format("WEB_PORT=%s", first);
    dk_context *other = lab_open("", env); /* what the project uses itself is not free */
    free(other->root);
    other->root = dk_strdup(context->root);
    one_write(other, ".env", env, 0644);
    DK_AUTOFREE char *third = one_output(ports_run, other, &values, &done, NULL);
    assert_string_not_equal(first, third);
    context_free(other);
    fake_free(context);
    dk_remove_tree(home, NULL);
}

static void test_shows(void **state) {
    (void)state;
    dk_context *context = lab_open("[ports]\nweb = 8000\n", NULL);
    lab_child ours = {.folder = context->root};
    pid_t pid = lab_listen(&ours);
    DK_AUTOFREE char *config = dk_format("[ports]\nweb = %d\n", ours.port);
    DK_AUTOFREE char *holder = dk_format("test_command (pid %ld", (long)pid);
    one_write(context, ".devkit.toml", config, 0644);
    ports_values values = {0};
    bool done;
    DK_AUTOFREE char *text = one_output(ports_run, context, &values, &done, NULL);
    assert_true(done);
    lab_must_say(text, holder);
    assert_false(ui_findings());
    values.all = true;
    DK_AUTOFREE char *all = one_output(ports_run, context, &values, &done, NULL);
    lab_must_say(all, holder);
    listen_end(pid);
    fake_free(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_options_that_exclude_each_other),
        cmocka_unit_test(test_a_free_port_that_stays),
        cmocka_unit_test(test_shows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

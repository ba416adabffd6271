/* From words to an exit status, with what was printed. */
#include "core/dispatch.h"
#include "sample_plugin.h"

#include <stdio.h>

typedef struct outcome {
    int status;
    char text[65536]; /* stdout */
} outcome;

/* Runs one command line (split at blanks) in a context of its own and catches its stdout. */
static outcome *say(const char *line) {
    static outcome of;
    dk_context *context = sample_context();
    DK_AUTO_STRV dk_strv words = DK_STRV_INIT;
    if (*line)
        dk_strv_split(&words, line, ' ');
    FILE *caught = tmpfile();
    fflush(stdout);
    int kept = dup(STDOUT_FILENO);
    dup2(fileno(caught), STDOUT_FILENO);
    of.status = dispatch(context, words.count, (const char *const *)words.items);
    fflush(stdout);
    dup2(kept, STDOUT_FILENO);
    close(kept);
    rewind(caught);
    of.text[fread(of.text, 1, sizeof(of.text) - 1, caught)] = 0;
    fclose(caught);
    fake_free(context);
    return &of;
}

static void says(const char *line, int status, const char *part) {
    const outcome *of = say(line);
    if (of->status != status)
        fail_msg("\"%s\": exit status %d instead of %d\n%s", line, of->status, status, of->text);
    must_have(of->text, part);
}

static void runs_commands(void **state) {
    (void)state;
    says("rain", 0, "");
    assert_int_equal(sample_runs, 1);
    says("rain a b --json", 0,
         "{\"schema\":1,\"command\":\"rain\",\"ok\":true,\"result\":{\"format\":\"plain\"}}");
    says("--json rain stop", 0, "\"command\":\"rain stop\"");
    says("rain --json stop", 0, "\"command\":\"rain stop\"");
    says("rain find", 4, "");
    says("rain find --json", 4, "\"ok\":true");
}

static void errors_become_statuses(void **state) {
    (void)state;
    says("rain fail", 3, "");
    says("rain fail --json", 3,
         "\"ok\":false,\"error\":{\"code\":\"no-rain\",\"message\":\"it does not rain\"");
    says("rain --folow --json", 2, "\"hint\":\"did you mean --follow?");
    assert_int_equal(sample_runs, 0);
    says("rein --json", 2, "\"command\":null");
    says("rain stop now --json", 2, "unexpected-argument");
    says("cloud lod --json", 2, "devkit cloud load");
    says("cloud --nonsense", 2, "");
    says("--json --nonsense rain", 2, "unknown-option");
    says("rain -- --json", 0, "");
    assert_int_equal(sample_runs, 1);
}

static void shows_help_in_every_way(void **state) {
    (void)state;
    static const char *const ways[] = {"rain --help", "--help rain", "help rain", "rain -h",
                                       "rain fail --help"};
    for (size_t i = 0; i < DK_COUNT(ways); i++) {
        says(ways[i], 0, "Usage: devkit rain [OPTIONS]");
        assert_int_equal(sample_runs, 0);
    }
    says("rain stop --help", 0, "Usage: devkit rain stop");
    says("cloud", 0, "cloud load");
    says("cloud --help --json", 0, "\"commands\":[{");
    says("cloud load --help", 0, "Usage: devkit cloud load");
    says("", 0, "Usage: devkit [OPTIONS] COMMAND");
    says("--help", 0, "Usage: devkit [OPTIONS] COMMAND");
    says("help --json", 0, "\"global_options\"");
    says("help --man rain", 0, ".TH");
    says("help --man", 0, ".TH");
    says("help nonsense", 2, "");
}

static void shows_its_version_in_every_way(void **state) {
    (void)state;
    static const char *const ways[] = {"--version", "version", "rain --version", "cloud --version",
                                       "--version rain"};
    for (size_t i = 0; i < DK_COUNT(ways); i++)
        says(ways[i], 0, "devkit " DEVKIT_VERSION "\n");
    says("--version --json", 0,
         "\"command\":\"version\",\"ok\":true,\"result\":{\"version\":\"" DEVKIT_VERSION);
}

static void suggests_a_command_below(void **state) {
    (void)state;
    dk_context *context = sample_context();
    DK_AUTO_STRV dk_strv words = DK_STRV_INIT;
    dk_strv_split(&words, "config gt", ' ');
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    assert_false(dk_run_command(context, &words, &error));
    assert_string_equal(error.hint, "did you mean `devkit config get`?");
    fake_free(context);
}

static void splits_configured_commands(void **state) {
    (void)state;
    DK_AUTO_STRV dk_strv words = DK_STRV_INIT;
    assert_true(dispatch_words("cache clear 'a b' --stale", &words, NULL));
    assert_int_equal(words.count, 4);
    assert_string_equal(words.items[2], "a b");
    static const char *const wrong[] = {"", "   ", "reset | tee x", "echo $HOME", "it's"};
    for (size_t i = 0; i < DK_COUNT(wrong); i++) {
        DK_AUTO_STRV dk_strv none = DK_STRV_INIT;
        DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
        assert_false(dispatch_words(wrong[i], &none, &error));
        assert_string_equal(error.code, "command-invalid");
    }
}

static void refuses_a_command_the_plugin_has_not(void **state) {
    (void)state;
    dk_context *context = sample_context();
    static const dk_plugin emptied = {DK_PLUGIN_HEAD, .name = "weather", .version = "1"};
    context->plugins.items[0].opened = &emptied;
    DK_AUTO_STRV dk_strv words = DK_STRV_INIT;
    dk_strv_split(&words, "rain", ' ');
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    assert_false(dk_run_command(context, &words, &error));
    assert_string_equal(error.code, "index-stale");
    fake_free(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_commands),
        cmocka_unit_test(errors_become_statuses),
        cmocka_unit_test(shows_help_in_every_way),
        cmocka_unit_test(shows_its_version_in_every_way),
        cmocka_unit_test(suggests_a_command_below),
        cmocka_unit_test(splits_configured_commands),
        cmocka_unit_test(refuses_a_command_the_plugin_has_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

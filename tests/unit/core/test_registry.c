/* Interfaces, servers, guards and events, with plugins that are part of the test. */
#include "fake_context.h"

#include <stdio.h>

/* ── the plugins ──────────────────────────────────────────────────────────────────────────────────────── */

static int detect_scores[2];
static int handled, handler_runs;
static bool handler_fails, guard_refuses;
static const char *last_event;

static bool detect_fails, second_runs;
static bool second_running(dk_context *context) {
    (void)context;
    return second_runs;
}

static bool detect_first(dk_context *context, int *score, dk_buf *why, dk_error *error) {
    (void)context;
    *score = detect_scores[0];
    dk_buf_add(why, "because of the first");
    return !detect_fails || dk_fail(error, DK_ERROR_FAILED, "broken", "it can't be told");
}
static bool detect_second(dk_context *context, int *score, dk_buf *why, dk_error *error) {
    (void)context, (void)error;
    *score = detect_scores[1];
    dk_buf_add(why, "because of the second");
    return true;
}
static const dk_server_interface first = {
    .head = DK_INTERFACE("server", "local", DK_SERVER_VERSION, dk_server_interface), .detect = detect_first};
static int reaches;
static bool reach_second(dk_context *context, const dk_url *url, dk_url *reached, dk_error *error) {
    (void)context, (void)error;
    reaches++;
    dk_url_copy(reached, url);
    dk_url_set_host(reached, "127.0.0.1", 5433);
    return true;
}
static const dk_server_interface second = {
    .head = DK_INTERFACE("server", "docker", DK_SERVER_VERSION, dk_server_interface),
    .detect = detect_second,
    .reach = reach_second,
    .running = second_running};
static const dk_interface short_layer = {"layer", "short", DK_LAYER_VERSION, sizeof(dk_interface)};
static const dk_interface new_layer = {"layer", "new", DK_LAYER_VERSION + 1, sizeof(dk_layer_interface)};

static bool permit(dk_context *context, const char *verb, const char *confirmed, dk_error *error) {
    (void)context, (void)confirmed;
    return !guard_refuses || dk_fail(error, DK_ERROR_REFUSED, "protected", "%s is refused", verb);
}
static const dk_guard_interface guard = {
    .head = DK_INTERFACE("guard", "rules", DK_GUARD_VERSION, dk_guard_interface), .permit = permit};

static bool handle(dk_context *context, const char *event, const json_t *details, dk_error *error) {
    (void)context, (void)details;
    handled++;
    last_event = event;
    return !handler_fails || dk_fail(error, DK_ERROR_FAILED, "broken", "the handler broke");
}
static const dk_event_interface listener = {
    .head = DK_INTERFACE("event", "listener", DK_EVENT_VERSION, dk_event_interface), .handle = handle};

static bool run_note(dk_context *context, const void *values, dk_error *error) {
    (void)values;
    handler_runs++;
    dk_json_set_int(dk_result(context), "inner", 1);
    return !handler_fails || dk_fail(error, DK_ERROR_FAILED, "broken", "the command broke");
}
static bool run_findings(dk_context *context, const void *values, dk_error *error) {
    (void)values, (void)error;
    dk_set_findings(context);
    return true;
}
static bool run_status(dk_context *context, const void *values, dk_error *error) {
    (void)values, (void)error;
    dk_set_exit_status(context, 7);
    return true;
}
static bool run_loop(dk_context *context, const void *values, dk_error *error) {
    (void)values;
    return dk_event(context, "pre-loop", NULL, error);
}
static const dk_command commands[] = {
    {.name = "note", .summary = "Note", .run = run_note},
    {.name = "find", .summary = "Find", .run = run_findings},
    {.name = "seven", .summary = "Seven", .run = run_status},
    {.name = "loop", .summary = "Loop", .run = run_loop},
};

static const dk_interface *const server_list[] = {&first.head, &second.head};
static const dk_interface *const other_list[] = {&guard.head, &short_layer, &new_layer};
static const dk_interface *const listener_list[] = {&listener.head};
static const char *const listener_events[] = {"pre-reset", "post-reset"};
static const dk_plugin servers = {DK_PLUGIN_HEAD, .name = "servers", .version = "1",
                                  .interfaces = server_list, .interface_count = 2};
static const dk_plugin others = {DK_PLUGIN_HEAD,
                                 .name = "others",
                                 .version = "1",
                                 .commands = commands,
                                 .command_count = DK_COUNT(commands),
                                 .interfaces = other_list,
                                 .interface_count = 3};
static const dk_plugin listening = {
    DK_PLUGIN_HEAD,       .name = "listener",        .version = "1",  .interfaces = listener_list,
    .interface_count = 1, .events = listener_events, .event_count = 2};
static const dk_plugin *const all[] = {&servers, &others, &listening};

static dk_context *start(const char *config) {
    handled = handler_runs = 0;
    handler_fails = guard_refuses = false;
    last_event = NULL;
    return fake_context(all, DK_COUNT(all), config);
}

/* ── interfaces ───────────────────────────────────────────────────────────────────────────────────────── */

static void finds_by_kind_and_name(void **state) {
    (void)state;
    dk_context *context = start("");
    assert_ptr_equal(dk_interface_find(context, "server", "docker", DK_SERVER_VERSION, NULL), &second);
    DK_AUTO_STRV dk_strv names = DK_STRV_INIT;
    dk_interface_names(context, "server", &names);
    assert_int_equal(names.count, 2);
    assert_string_equal(names.items[0], "local");
    fake_free(context);
}

static void refuses_what_does_not_fit(void **state) {
    (void)state;
    dk_context *context = start("");
    static const struct {
        const char *kind, *name, *code, *word;
    } wrong[] = {
        {"server", "lokal", "no-such-server", "did you mean local"},
        {"cloud", "x", "no-such-cloud", "plugin list"},
        {"layer", "new", "interface-version", "update"},
        {"layer", "short", "interface-version", "rebuild"},
    };
    for (size_t i = 0; i < DK_COUNT(wrong); i++) {
        DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
        assert_null(dk_interface_find(context, wrong[i].kind, wrong[i].name, 1, &error));
        assert_string_equal(error.code, wrong[i].code);
        assert_non_null(strstr(error.hint, wrong[i].word));
    }
    fake_free(context);
}

/* ── server ───────────────────────────────────────────────────────────────────────────────────────────── */

static void picks_the_best_server(void **state) {
    (void)state;
    dk_context *context = start("");
    const char *why = NULL;
    detect_scores[0] = 30, detect_scores[1] = 80;
    assert_ptr_equal(dk_server(context, &why, NULL), &second);
    assert_string_equal(why, "because of the second");
    detect_scores[0] = 100;
    assert_ptr_equal(dk_server(context, NULL, NULL), &second);
    fake_free(context);
}

static void takes_the_configured_server(void **state) {
    (void)state;
    dk_context *context = start("[database]\nserver = \"local\"\n");
    const char *why = NULL;
    detect_scores[0] = 0, detect_scores[1] = 80;
    assert_ptr_equal(dk_server(context, &why, NULL), &first);
    assert_non_null(strstr(why, ".devkit.toml:2"));
    fake_free(context);
}

/* A developer's `server = "docker"` says nothing about staging. */
static void an_environment_elsewhere_has_its_own(void **state) {
    (void)state;
    static const char config[] =
        "[database]\nserver = \"local\"\n[env.staging]\nurl_env = \"TEST_STAGING_URL\"\n";
    static const struct {
        const char *url;
        const dk_server_interface *server;
    } rows[] = {{"postgresql://a:b@staging.example.org/x", &second},
                {"postgresql://a:b@localhost/x", &first}};
    detect_scores[0] = 0, detect_scores[1] = 80;
    for (size_t i = 0; i < DK_COUNT(rows); i++) {
        setenv("TEST_STAGING_URL", rows[i].url, 1);
        dk_context *context = start(config);
        context->globals.environment = "staging";
        assert_ptr_equal(dk_server(context, NULL, NULL), rows[i].server);
        fake_free(context);
    }
    unsetenv("TEST_STAGING_URL");
}

static void takes_a_server_that_runs_at_once(void **state) {
    (void)state;
    dk_context *context = start("");
    detect_scores[0] = 100, detect_scores[1] = 20;
    second_runs = true;
    assert_ptr_equal(dk_server(context, NULL, NULL), &second);
    fake_free(context);
    context = start("");
    detect_scores[1] = 0;
    assert_ptr_equal(dk_server(context, NULL, NULL), &first);
    second_runs = false;
    fake_free(context);
}

static void passes_on_what_a_provider_says(void **state) {
    (void)state;
    dk_context *context = start("");
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    detect_fails = true;
    assert_null(dk_server(context, NULL, &error));
    assert_string_equal(error.code, "broken");
    detect_fails = false;
    fake_free(context);
}

static void an_interface_that_only_the_index_has_is_stale(void **state) {
    (void)state;
    dk_context *context = start("");
    static const dk_plugin emptied = {DK_PLUGIN_HEAD, .name = "servers", .version = "1"};
    context->plugins.items[0].opened = &emptied;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    assert_null(dk_interface_find(context, "server", "local", DK_SERVER_VERSION, &error));
    assert_string_equal(error.code, "index-stale");
    context->plugins.items[0].opened = NULL;
    assert_null(dk_interface_find(context, "server", "local", DK_SERVER_VERSION, &error));
    assert_string_equal(error.code, "plugin-unusable");
    assert_false(dk_guard(context, "reset", NULL, NULL) && dk_server(context, NULL, NULL));
    fake_free(context);
}

static void says_when_no_server_fits(void **state) {
    (void)state;
    dk_context *context = start("");
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    detect_scores[0] = detect_scores[1] = 0;
    assert_null(dk_server(context, NULL, &error));
    assert_string_equal(error.code, "no-such-server");
    fake_free(context);
}

static void expect_reached(const char *url, const char *expected, int asked) {
    dk_context *context = start("");
    DK_AUTO_URL dk_url given = DK_URL_INIT;
    DK_AUTO_URL dk_url reached = DK_URL_INIT;
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    assert_true(dk_url_parse(url, &given, NULL));
    dk_database_set(context, &given);
    reaches = 0;
    assert_true(dk_database_reach(context, &reached, NULL));
    dk_url_format(&reached, &text);
    assert_string_equal(dk_buf_text(&text), expected);
    assert_int_equal(reaches, asked);
    fake_free(context);
}

static void reaches_a_container_by_its_providers_word(void **state) {
    (void)state;
    unsetenv("DATABASE_URL");
    detect_scores[0] = 10, detect_scores[1] = 80;
    expect_reached("postgresql+asyncpg://a:b@db:5432/x", "postgresql+asyncpg://a:b@127.0.0.1:5433/x", 1);
    expect_reached("postgresql://a:b@127.0.0.1:5432/x", "postgresql://a:b@127.0.0.1:5432/x", 0);
    detect_scores[0] = 90; /* a provider that knows no such names */
    expect_reached("postgresql://a:b@db:5432/x", "postgresql://a:b@db:5432/x", 0);
    dk_context *context = start("");
    DK_AUTO_URL dk_url reached = DK_URL_INIT;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    assert_false(dk_database_reach(context, &reached, &error));
    assert_string_equal(error.code, "env-missing");
    fake_free(context);
}

/* ── guards ───────────────────────────────────────────────────────────────────────────────────────────── */

static void asks_every_guard(void **state) {
    (void)state;
    dk_context *context = start("");
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    assert_true(dk_guard(context, "reset", NULL, &error));
    guard_refuses = true;
    assert_false(dk_guard(context, "reset", NULL, &error));
    assert_string_equal(error.code, "protected");
    assert_int_equal(error.error_class, DK_ERROR_REFUSED);
    fake_free(context);
}

static void refuses_without_any_guard(void **state) {
    (void)state;
    dk_context *context = fake_context(all, 1, "");
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    assert_false(dk_guard(context, "reset", NULL, &error));
    assert_int_equal(error.error_class, DK_ERROR_REFUSED);
    fake_free(context);
}

/* ── events ───────────────────────────────────────────────────────────────────────────────────────────── */

static void calls_plugins_and_configured_commands(void **state) {
    (void)state;
    dk_context *context = start("[events]\npost-reset = [\"note\", \"note -q\"]\n");
    dk_json_set_int(dk_result(context), "outer", 1);
    assert_true(dk_event(context, "post-reset", NULL, NULL));
    assert_int_equal(handled, 1);
    assert_string_equal(last_event, "post-reset");
    assert_int_equal(handler_runs, 2);
    assert_true(dk_event(context, "post-up", NULL, NULL));
    assert_int_equal(handled, 1);
    /* The inner result stays out of the outer one, and so do its options. */
    assert_null(json_object_get(dk_result(context), "inner"));
    assert_non_null(json_object_get(dk_result(context), "outer"));
    assert_false(dk_is_quiet(context));
    fake_free(context);
}

static void a_failing_handler_stops_only_before(void **state) {
    (void)state;
    dk_context *context = start("[events]\npre-up = [\"note\"]\npost-up = [\"note\", \"nonsense\"]\n");
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    handler_fails = true;
    assert_false(dk_event(context, "pre-reset", NULL, &error));
    assert_string_equal(error.message, "pre-reset handler listener: the handler broke");
    assert_true(dk_event(context, "post-reset", NULL, &error));
    assert_false(dk_event(context, "pre-up", NULL, &error));
    assert_string_equal(error.message, "pre-up handler \"note\": the command broke");
    assert_true(dk_event(context, "post-up", NULL, &error));
    fake_free(context);
}

static bool run_words(dk_context *context, const char *line, dk_error *error) {
    DK_AUTO_STRV dk_strv words = DK_STRV_INIT;
    dk_strv_split(&words, line, ' ');
    return dk_run_command(context, &words, error);
}

static void findings_and_statuses_become_errors(void **state) {
    (void)state;
    dk_context *context = start("");
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    assert_true(run_words(context, "note", &error));
    assert_false(run_words(context, "find", &error));
    assert_int_equal(error.error_class, DK_ERROR_FINDINGS);
    assert_false(run_words(context, "seven", &error));
    assert_string_equal(error.code, "command-failed");
    assert_int_equal(error.child_status, 7);
    assert_int_equal(ui_exit_status(), 0);
    assert_false(ui_findings());
    assert_false(run_words(context, "notte", &error));
    assert_string_equal(error.code, "unknown-command");
    fake_free(context);
}

static void a_command_within_stays_in_its_project(void **state) {
    (void)state;
    dk_context *context = start("");
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    assert_false(run_words(context, "note -C /", &error));
    assert_string_equal(error.code, "command-invalid");
    assert_false(run_words(context, "--env staging note", &error));
    assert_int_equal(handler_runs, 0);
    assert_null(context->globals.directory);
    assert_null(context->globals.environment);
    fake_free(context);
}

static void ends_a_loop_of_handlers(void **state) {
    (void)state;
    dk_context *context = start("[events]\npre-loop = [\"loop\"]\n");
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    assert_false(run_words(context, "loop", &error));
    assert_string_equal(error.code, "command-loop");
    assert_int_equal(context->depth, 0);
    fake_free(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_by_kind_and_name),
        cmocka_unit_test(refuses_what_does_not_fit),
        cmocka_unit_test(picks_the_best_server),
        cmocka_unit_test(reaches_a_container_by_its_providers_word),
        cmocka_unit_test(takes_the_configured_server),
        cmocka_unit_test(an_environment_elsewhere_has_its_own),
        cmocka_unit_test(takes_a_server_that_runs_at_once),
        cmocka_unit_test(passes_on_what_a_provider_says),
        cmocka_unit_test(an_interface_that_only_the_index_has_is_stale),
        cmocka_unit_test(says_when_no_server_fits),
        cmocka_unit_test(asks_every_guard),
        cmocka_unit_test(refuses_without_any_guard),
        cmocka_unit_test(calls_plugins_and_configured_commands),
        cmocka_unit_test(a_failing_handler_stops_only_before),
        cmocka_unit_test(findings_and_statuses_become_errors),
        cmocka_unit_test(a_command_within_stays_in_its_project),
        cmocka_unit_test(ends_a_loop_of_handlers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* cli/core/database.c */
#include "fake_context.h"

static const char *remembered;
static bool fails, runs;
static int asked;

static bool detect(dk_context *context, int *score, dk_buf *why, dk_error *error) {
    (void)context, (void)why, (void)error;
    *score = 50;
    return true;
}

static void tell(dk_context *context) {
    DK_AUTO_URL dk_url url = DK_URL_INIT;
    if (!remembered)
        return;
    assert_true(dk_url_parse(remembered, &url, NULL));
    dk_database_set(context, &url);
}

static bool status(dk_context *context, dk_server_status *status, dk_error *error) {
    (void)status;
    asked++;
    if (fails)
        return dk_fail(error, DK_ERROR_FAILED, "broken", "it can't be told");
    tell(context);
    return true;
}

static bool running(dk_context *context) {
    if (runs)
        tell(context);
    return runs;
}

static const dk_server_interface server = {
    .head = DK_INTERFACE("server", "local", DK_SERVER_VERSION, dk_server_interface),
    .detect = detect,
    .status = status,
    .running = running};
static const dk_interface *const interfaces[] = {&server.head};
static const dk_plugin plugin = {DK_PLUGIN_HEAD, .name = "servers", .version = "1", .interfaces = interfaces,
                                 .interface_count = 1};
static const dk_plugin *const all[] = {&plugin};

static dk_context *start(const char *config, const char *env) {
    unsetenv("DATABASE_URL");
    remembered = NULL;
    fails = runs = false;
    asked = 0;
    dk_context *context = fake_context(all, DK_COUNT(all), config);
    DK_AUTOFREE char *path = dk_path_join(context->root, ".env");
    assert_true(dk_file_write(path, env, strlen(env), 0644, NULL));
    return context;
}

static void a_configured_url_asks_nobody(void **state) {
    (void)state;
    dk_context *context = start("", "DATABASE_URL=postgresql://me:secret@127.0.0.1:1/app\n");
    assert_string_equal(dk_database_require(context, NULL)->url->database, "app");
    assert_int_equal(asked, 0);
    fake_free(context);
}

static void the_server_tells_the_one_it_made_up(void **state) {
    (void)state;
    for (int is_running = 0; is_running < 2; is_running++) {
        dk_context *context = start("", "");
        remembered = "postgresql://a:bbbb@127.0.0.1:20001/c";
        runs = is_running;
        assert_string_equal(dk_database_require(context, NULL)->url->database, "c");
        assert_int_equal(asked, !is_running);
        fake_free(context);
    }
}

static void expect_missing(const char *config, const char *variable, const char *hint) {
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    dk_context *context = start(config, "");
    assert_null(dk_database_require(context, &error));
    assert_string_equal(error.code, "env-missing");
    assert_int_equal(error.error_class, DK_ERROR_USAGE);
    assert_true(dk_starts_with(error.message, variable));
    assert_non_null(strstr(error.hint, hint));
    fake_free(context);
}

static void one_error_for_all(void **state) {
    (void)state;
    expect_missing("", "DATABASE_URL is not set", "devkit up");
    expect_missing("[database]\nurl_env = \"APP_DB\"\nenv_files = [\"dev.env\"]\n", "APP_DB is not set",
                   "set it in dev.env");
    expect_missing("[database]\nserver = \"external\"\n", "DATABASE_URL is not set",
                   ".env: DATABASE_URL=postgresql://");
}

static void a_server_that_can_not_tell_says_why(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    dk_context *context = start("", "");
    fails = true;
    assert_null(dk_database_require(context, &error));
    assert_string_equal(error.code, "broken");
    fake_free(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_configured_url_asks_nobody),
        cmocka_unit_test(the_server_tells_the_one_it_made_up),
        cmocka_unit_test(one_error_for_all),
        cmocka_unit_test(a_server_that_can_not_tell_says_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

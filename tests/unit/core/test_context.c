/* The project, its folders, configuration and database, found on demand. */
#include "sample_plugin.h"

#include <sys/stat.h>

static void note(void *data, const char *name, const char *value, const char *origin DK_UNUSED) {
    dk_strv_addf(data, "%s=%s", name, value);
}

static void write_file(const dk_context *context, const char *name, const char *text) {
    DK_AUTOFREE char *path = dk_path_join(context->root, name);
    assert_true(dk_file_write(path, text, strlen(text), 0644, NULL));
}

static void makes_the_state_folder(void **state) {
    (void)state;
    dk_context *context = sample_context();
    const char *path = dk_state_dir(context, NULL);
    DK_AUTOFREE char *ignore = dk_path_join(path, ".gitignore");
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    assert_true(dk_file_read(ignore, 0, &text, NULL));
    assert_string_equal(dk_buf_text(&text), "*\n");
    assert_ptr_equal(dk_state_dir(context, NULL), path);
    fake_free(context);
}

static void makes_private_user_folders(void **state) {
    (void)state;
    dk_context *context = sample_context();
    setenv("XDG_CACHE_HOME", context->root, 1);
    setenv("XDG_STATE_HOME", "not/absolute", 1);
    setenv("HOME", context->root, 1);
    struct stat status;
    const char *cache = dk_cache_dir(context, NULL), *kept = dk_user_state_dir(context, NULL);
    assert_true(dk_starts_with(cache, context->root) && dk_ends_with(cache, "/devkit"));
    assert_true(dk_ends_with(kept, "/.local/state/devkit"));
    assert_int_equal(stat(cache, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0700);
    unsetenv("XDG_CACHE_HOME");
    unsetenv("XDG_STATE_HOME");
    fake_free(context);
}

static void says_when_a_folder_can_not_be_made(void **state) {
    (void)state;
    dk_context *context = sample_context();
    write_file(context, ".devkit", "in the way");
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    assert_null(dk_state_dir(context, &error));
    assert_non_null(error.message);
    fake_free(context);
}

static void reads_configuration_and_overrides(void **state) {
    (void)state;
    dk_context *context = sample_context();
    write_file(context, ".devkit.toml", "[reset]\nundo = 3\n");
    assert_int_equal(dk_config_get(context, NULL)->reset.undo, 3);
    const parse_override override = {(char *)"reset.undo", (char *)"5", (char *)"--undo"};
    assert_true(context_override(context, &override, 1, NULL));
    assert_int_equal(dk_config_get(context, NULL)->reset.undo, 5);
    const parse_override wrong = {(char *)"reset.undo", (char *)"many", (char *)"--undo"};
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    assert_false(context_override(context, &wrong, 1, &error));
    assert_int_equal(error.error_class, DK_ERROR_USAGE);
    fake_free(context);
}

static void a_wrong_configuration_stops_what_needs_it(void **state) {
    (void)state;
    dk_context *context = sample_context();
    write_file(context, ".devkit.toml", "[rest]\n");
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    assert_null(dk_config_get(context, &error));
    assert_int_equal(error.error_class, DK_ERROR_USAGE);
    assert_null(dk_database_get(context, NULL));
    assert_null(dk_project_variable(context, "X", NULL));
    assert_false(dk_event(context, "post-reset", NULL, NULL));
    assert_null(dk_server(context, NULL, NULL));
    fake_free(context);
}

static void resolves_the_database_once(void **state) {
    (void)state;
    unsetenv("DATABASE_URL");
    dk_context *context = sample_context();
    write_file(context, ".env", "DATABASE_URL=postgres://ann@localhost:5433/app\nCOLOR=blue\n");
    const dk_database *database = dk_database_get(context, NULL);
    assert_string_equal(database->url->database, "app");
    assert_string_equal(database->origin, ".env:1");
    assert_ptr_equal(dk_database_get(context, NULL), database);
    assert_string_equal(dk_project_variable(context, "COLOR", NULL), "blue");
    assert_null(dk_project_variable(context, "COLOUR", NULL));
    DK_AUTO_STRV dk_strv seen = DK_STRV_INIT;
    assert_true(dk_project_variables(context, note, &seen, NULL));
    assert_true(dk_strv_contains(&seen, "COLOR=blue"));
    fake_free(context);
}

static void a_run_can_be_given_a_database(void **state) {
    (void)state;
    unsetenv("DATABASE_URL");
    dk_context *context = sample_context();
    assert_null(dk_database_get(context, NULL)->url);
    DK_AUTO_URL dk_url url = DK_URL_INIT;
    assert_true(dk_url_parse("postgresql://bob@127.0.0.1:6000/other", &url, NULL));
    dk_database_set(context, &url);
    const dk_database *database = dk_database_get(context, NULL);
    assert_string_equal(database->url->database, "other");
    assert_ptr_not_equal(database->url, &url);
    fake_free(context);
}

static void an_unknown_environment_is_wrong_usage(void **state) {
    (void)state;
    dk_context *context = sample_context();
    context->globals.environment = "staging";
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    assert_null(dk_database_get(context, &error));
    assert_int_equal(error.error_class, DK_ERROR_USAGE);
    assert_string_equal(dk_environment_name(context), "staging");
    fake_free(context);
}

static void a_missing_directory_is_an_error(void **state) {
    (void)state;
    dk_context *context = context_new();
    context->globals.directory = "/nowhere/at/all";
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    assert_null(dk_project_root(context, &error));
    assert_non_null(error.message);
    assert_null(dk_state_dir(context, NULL));
    context_free(context);
    context_free(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(makes_the_state_folder),
        cmocka_unit_test(makes_private_user_folders),
        cmocka_unit_test(says_when_a_folder_can_not_be_made),
        cmocka_unit_test(reads_configuration_and_overrides),
        cmocka_unit_test(a_wrong_configuration_stops_what_needs_it),
        cmocka_unit_test(resolves_the_database_once),
        cmocka_unit_test(a_run_can_be_given_a_database),
        cmocka_unit_test(an_unknown_environment_is_wrong_usage),
        cmocka_unit_test(a_missing_directory_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

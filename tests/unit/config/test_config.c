/* Layers: who wins, and who is said to have. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include "config/config.h"
#include "folder.h"
#include <cmocka.h>

static config_store *load(void) {
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    config_store *store = config_load(test_folder, &error);
    if (!store)
        fail_msg("%s", error.message);
    return store;
}

static void test_defaults(void **state) {
    config_store *store = load();
    const dk_config *values = config_values(store);
    (void)state;
    assert_int_equal(values->size, sizeof *values);
    assert_string_equal(values->project.name, strrchr(test_folder, '/') + 1);
    assert_string_equal(values->database.url_env, "DATABASE_URL");
    assert_string_equal(values->database.env_files.items[0], ".env");
    assert_int_equal(values->database.env_files.count, 1);
    assert_string_equal(values->database.maintenance_db, "postgres");
    assert_string_equal(values->server_local.data_dir, ".devkit/postgres");
    assert_int_equal(values->server_local.version, 0);
    assert_int_equal(values->reset.layers.count, 2);
    assert_string_equal(values->reset.mode, "aside");
    assert_int_equal(values->reset.templates, 6);
    assert_int_equal(values->reset.max_size, (int64_t)20 << 30);
    assert_int_equal(values->reset.max_age_ms, 0);
    assert_int_equal(values->reset.undo, 1);
    assert_true(values->reset.spare);
    assert_string_equal(values->migrate.command, "");
    assert_true(values->snapshot.before_migrate);
    assert_string_equal(values->neon.api_url, "https://console.neon.tech/api/v2");
    assert_int_equal(values->ports.count + values->hook_count + values->event_count, 0);
    assert_int_equal(values->environment_count, 0);
    assert_string_equal(config_origin(store, "reset.undo"), "default");
    assert_null(config_origin(store, "reset.und"));
    config_free(store);
}

static void test_files(void **state) {
    (void)state;
    folder_write(".devkit.toml", "[project]\nname = \"shop\"\n[reset]\nundo = 2\nlayers = [\"models\"]\n"
                                 "max_age = \"7d\"\n[ports]\nweb = 80\nbackend = 8000\n"
                                 "[hooks]\npost-merge = [\"cache clear\", \"migrate --check\"]\n"
                                 "[events]\npost-reset = [\"seed\"]\n"
                                 "[env.staging]\nallow = [\"reset\"]\n"
                                 "[env.production]\nurl_env = \"PROD\"\nprotected = true\n");
    folder_write(".devkit.local.toml",
                 "[reset]\nundo = 5\n[ports]\nbackend = 9000\n[env.staging]\nurl_env = \"S\"\n");
    config_store *store = load();
    const dk_config *values = config_values(store);
    assert_string_equal(values->project.name, "shop");
    assert_int_equal(values->reset.undo, 5);
    assert_int_equal(values->reset.max_age_ms, 7LL * 24 * 3600 * 1000);
    assert_int_equal(values->reset.layers.count, 1);
    assert_string_equal(values->ports.entries[0].key, "web");
    assert_string_equal(values->ports.entries[1].value, "9000");
    assert_int_equal(values->ports.count, 2);
    assert_int_equal(values->hook_count, 1);
    assert_string_equal(values->hooks[0].event, "post-merge");
    assert_string_equal(values->hooks[0].commands.items[1], "migrate --check");
    assert_string_equal(values->events[0].event, "post-reset");
    assert_int_equal(values->environment_count, 2);
    assert_string_equal(values->environments[0].name, "staging");
    assert_string_equal(values->environments[0].url_env, "S");
    assert_string_equal(values->environments[0].allow.items[0], "reset");
    assert_false(values->environments[0].protected_);
    assert_string_equal(values->environments[1].url_env, "PROD");
    assert_true(values->environments[1].protected_);
    assert_string_equal(config_origin(store, "reset.undo"), ".devkit.local.toml:2");
    assert_string_equal(config_origin(store, "reset.layers"), ".devkit.toml:5");
    assert_string_equal(config_origin(store, "env.production.allow"), "default");
    config_free(store);
}

static void test_environment_with_only_a_name(void **state) {
    (void)state;
    folder_write(".devkit.toml", "[env.my-staging]\n");
    config_store *store = load();
    assert_string_equal(config_values(store)->environments[0].url_env, "MY_STAGING_DATABASE_URL");
    config_free(store);
}

static void test_precedence(void **state) {
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    (void)state;
    folder_write(".devkit.toml", "[reset]\nundo = 2\ntemplates = 2\n");
    setenv("DEVKIT_RESET_UNDO", "3", 1);
    config_store *store = load();
    assert_int_equal(config_values(store)->reset.undo, 3);
    assert_true(config_add_preset(store, "alembic",
                                  "[reset]\nundo = 9\ntemplates = 9\nspare = false\n[migrate]\ntool = 'x'\n",
                                  &error));
    assert_int_equal(config_values(store)->reset.undo, 3);
    assert_int_equal(config_values(store)->reset.templates, 2);
    assert_false(config_values(store)->reset.spare);
    assert_string_equal(config_origin(store, "reset.spare"), "preset alembic");
    assert_true(config_set(store, "reset.undo", "4", "--undo", &error));
    assert_true(config_set(store, "ports.web", "81", "--web", &error));
    assert_true(config_set(store, "env.x.allow", "reset,seed", "--allow", &error));
    assert_int_equal(config_values(store)->reset.undo, 4);
    assert_string_equal(config_origin(store, "reset.undo"), "--undo");
    assert_string_equal(config_values(store)->environments[0].allow.items[1], "seed");
    assert_string_equal(config_values(store)->environments[0].url_env, "X_DATABASE_URL");
    config_free(store);
    unsetenv("DEVKIT_RESET_UNDO");
}

static void assert_error(dk_error *error, const char *code, const char *message, const char *hint) {
    assert_true(dk_error_is(error, code));
    assert_int_equal(error->error_class, DK_ERROR_USAGE);
    assert_string_equal(error->message, message);
    if (hint)
        assert_string_equal(error->hint, hint);
    dk_error_release(error);
}

static void test_errors(void **state) {
    dk_error error = DK_ERROR_INIT;
    (void)state;
    folder_write(".devkit.local.toml", "[reset]\nlayrs = []\n");
    assert_null(config_load(test_folder, &error));
    assert_error(&error, "config-invalid", ".devkit.local.toml:2:1: unknown key \"layrs\" in [reset]",
                 "did you mean \"layers\"?");
    folder_write(".devkit.local.toml", "");
    setenv("DEVKIT_RESET_SPARE", "maybe", 1);
    assert_null(config_load(test_folder, &error));
    assert_error(&error, "config-invalid",
                 "DEVKIT_RESET_SPARE (reset.spare) must be true or false, not \"maybe\"", NULL);
    unsetenv("DEVKIT_RESET_SPARE");
    config_store *store = load();
    assert_false(config_set(store, "reset.und", "1", "--x", &error));
    assert_error(&error, "config-key-unknown", "there is no configuration key \"reset.und\"",
                 "did you mean \"reset.undo\"?");
    assert_false(config_set(store, "reset.undo", "many", "--undo", &error));
    assert_error(&error, "config-invalid", "--undo: reset.undo must be a whole number, not \"many\"", NULL);
    assert_false(config_add_preset(store, "bad", "[reset]\nx = 1\n", &error));
    assert_true(dk_starts_with(error.message, "preset bad:2:1: unknown key \"x\" in [reset]"));
    dk_error_release(&error);
    config_free(store);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_defaults, folder_make, folder_remove),
        cmocka_unit_test_setup_teardown(test_files, folder_make, folder_remove),
        cmocka_unit_test_setup_teardown(test_environment_with_only_a_name, folder_make, folder_remove),
        cmocka_unit_test_setup_teardown(test_precedence, folder_make, folder_remove),
        cmocka_unit_test_setup_teardown(test_errors, folder_make, folder_remove),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

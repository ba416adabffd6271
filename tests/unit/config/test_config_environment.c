/* DEVKIT_… variables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include "config/config_internal.h"
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

static config_store *store_of(const char *toml) {
    config_store *store = dk_alloc(sizeof *store);
    assert_true(config_read_toml(store, toml, strlen(toml), "f.toml", CONFIG_FILE, NULL));
    return store;
}

static void test_values(void **state) {
    static const char *const environment[] = {"PATH=/bin",
                                              "DEVKIT_RESET_UNDO=3",
                                              "DEVKIT_SERVER_LOCAL_VERSION=17",
                                              "DEVKIT_RESET_LAYERS=models, seed",
                                              "DEVKIT_RESET_SPARE=no",
                                              "DEVKIT_RESET_MAX_SIZE=1GB",
                                              "DEVKIT_MIGRATE_COMMAND=",
                                              "DEVKIT_PORTS_BACKEND=8001",
                                              "DEVKIT_PORTS_WEB_UI=99",
                                              "DEVKIT_SERVER_LOCAL_SETTINGS_MAX_CONNECTIONS=50",
                                              "DEVKIT_ENV_STAGING_URL_ENV=OTHER",
                                              "DEVKIT_ENV_NOWHERE_URL_ENV=IGNORED",
                                              "DEVKIT_PLUGIN_DIR=/not/ours",
                                              "DEVKIT_",
                                              "DEVKIT_=",
                                              NULL};
    config_store *store = store_of("[ports]\nBackend = 8000\n[env.staging]\n");
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    (void)state;
    assert_true(config_read_environment(store, environment, &error));
    config_build(store);
    const dk_config *values = &store->values;
    assert_int_equal(values->reset.undo, 3);
    assert_int_equal(values->server_local.version, 17);
    assert_int_equal(values->reset.layers.count, 2);
    assert_string_equal(values->reset.layers.items[1], "seed");
    assert_false(values->reset.spare);
    assert_int_equal(values->reset.max_size, (int64_t)1 << 30);
    assert_string_equal(values->migrate.command, "");
    assert_int_equal(values->ports.count, 2);
    assert_string_equal(values->ports.entries[0].key, "Backend"); /* as the file spells it */
    assert_string_equal(values->ports.entries[0].value, "8001");
    assert_string_equal(values->ports.entries[1].key, "web_ui");
    assert_string_equal(values->server_local.settings.entries[0].key, "max_connections");
    assert_int_equal(values->environment_count, 1);
    assert_string_equal(values->environments[0].url_env, "OTHER");
    assert_string_equal(config_origin(store, "reset.undo"), "environment DEVKIT_RESET_UNDO");
    config_free(store);
}

static void test_errors(void **state) {
    static const char *const rows[][2] = {
        {"DEVKIT_RESET_UNDO=x", "DEVKIT_RESET_UNDO (reset.undo) must be a whole number, not \"x\""},
        {"DEVKIT_RESET_UNDO=", "DEVKIT_RESET_UNDO (reset.undo) must be a whole number, not \"\""},
        {"DEVKIT_RESET_MODE=asde", "DEVKIT_RESET_MODE (reset.mode) can't be \"asde\""},
        {"DEVKIT_PORTS_X=0", "DEVKIT_PORTS_X (ports.x) must be between 1 and 65535, not 0"},
    };
    (void)state;
    for (size_t i = 0; i < DK_COUNT(rows); i++) {
        const char *const environment[] = {rows[i][0], NULL};
        DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
        config_store *store = store_of("");
        assert_false(config_read_environment(store, environment, &error));
        assert_true(dk_error_is(&error, "config-invalid"));
        assert_string_equal(error.message, rows[i][1]);
        config_free(store);
    }
}

static void test_what_is_spelled_like_a_key(void **state) {
    static const char *const rows[][2] = {
        {"DEVKIT_RESET_UNDOO", "did you mean DEVKIT_RESET_UNDO?"},
        {"DEVKIT_REST_UNDO", "did you mean DEVKIT_RESET_UNDO?"},
        {"DEVKIT_MIGRATE_COMAND", "did you mean DEVKIT_MIGRATE_COMMAND?"},
        {"DEVKIT_RESET_FROBNICATE", "`devkit config` lists all keys; reset.undo is DEVKIT_RESET_UNDO"},
        {"DEVKIT_PORTS_", "`devkit config` lists all keys; reset.undo is DEVKIT_RESET_UNDO"},
        {"DEVKIT_ENV_STAGING_URLENV", "`devkit config` lists all keys; reset.undo is DEVKIT_RESET_UNDO"},
    };
    (void)state;
    for (size_t i = 0; i < DK_COUNT(rows); i++) {
        DK_AUTOFREE char *line = dk_format("%s=1", rows[i][0]);
        const char *const environment[] = {line, NULL};
        DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
        config_store *store = store_of("");
        assert_false(config_read_environment(store, environment, &error));
        assert_string_equal(error.code, "config-key-unknown");
        assert_int_equal(error.error_class, DK_ERROR_USAGE);
        assert_non_null(strstr(error.message, rows[i][0]));
        assert_string_equal(error.hint, rows[i][1]);
        config_free(store);
    }
}

static void test_what_is_not_a_key(void **state) {
    static const char *const environment[] = {"DEVKIT_ENV=staging",
                                              "DEVKIT_EXECUTABLE=/bin/devkit",
                                              "DEVKIT_FAULT_AT=3",
                                              "DEVKIT_FAULT_LOG=/f",
                                              "DEVKIT_JSON=1",
                                              "DEVKIT_NO_INPUT=1",
                                              "DEVKIT_PROJECT_ROOT=/p",
                                              "DEVKIT_QUIET=0",
                                              "DEVKIT_TEMPLATES=/t",
                                              "DEVKIT_TEST_CACHE=/c",
                                              "DEVKIT_VERBOSE=0",
                                              "DEVKIT_VERSION=1",
                                              "DEVKIT_YES=0",
                                              "DEVKIT_HOME=/of/somebody/else",
                                              "DEVKIT_ENV_NOWHERE_PROTECTED=true",
                                              "DEVKITPRO=/opt",
                                              NULL};
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    config_store *store = store_of("");
    (void)state;
    if (!config_read_environment(store, environment, &error))
        fail_msg("%s", error.message);
    config_free(store);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_errors),
        cmocka_unit_test(test_what_is_spelled_like_a_key),
        cmocka_unit_test(test_what_is_not_a_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

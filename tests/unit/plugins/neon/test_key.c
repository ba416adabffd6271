/* plugins/neon/key.c */
#include "neon_project.h"

#include <sys/stat.h>

static dk_context *start(const char *config) {
    unsetenv("NEON_API_KEY");
    unsetenv("XDG_CONFIG_HOME");
    return fake_context(NULL, 0, config);
}

static void expect(dk_context *context, const char *key, const char *code) {
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    DK_AUTOFREE char *found = neon_key_find(context, &error);
    if (key)
        assert_string_equal(found, key);
    else
        assert_null(found);
    if (code) {
        assert_string_equal(error.code, code);
        assert_non_null(error.hint);
    }
}

static void test_environment(void **state) {
    (void)state;
    dk_context *context = start("[neon]\napi_key_env = \"OUR_KEY\"\n");
    setenv("HOME", context->root, 1);
    setenv("NEON_API_KEY", "napi_other", 1);
    expect(context, NULL, "neon-key-missing");
    setenv("OUR_KEY", "napi_ours_1234", 1);
    expect(context, "napi_ours_1234", NULL);
    DK_AUTOFREE char *masked = dk_secret_mask("x napi_ours_1234 y");
    assert_null(strstr(masked, "ours"));
    setenv("OUR_KEY", "napi\r\nX-Evil: 1", 1);
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    assert_null(neon_key_find(context, &error));
    assert_true(dk_error_is(&error, "neon-key-invalid"));
    assert_null(strstr(error.message, "Evil"));
    unsetenv("OUR_KEY");
    fake_free(context);
}

static void test_a_file_of_the_user(void **state) {
    (void)state;
    dk_context *context = start("");
    DK_AUTOFREE char *folder = dk_path_join(context->root, "settings/devkit");
    DK_AUTOFREE char *path = dk_path_join(folder, "neon-api-key");
    DK_AUTOFREE char *settings = dk_path_join(context->root, "settings");
    setenv("XDG_CONFIG_HOME", settings, 1);
    expect(context, NULL, "neon-key-missing");
    assert_true(dk_mkdirs(folder, 0700, NULL));
    assert_true(dk_file_write(path, "napi_file_1234\n", 15, 0644, NULL));
    expect(context, NULL, "neon-key-exposed");
    chmod(path, 0600);
    expect(context, "napi_file_1234", NULL);
    setenv("NEON_API_KEY", "napi_first", 1); /* the environment goes first */
    expect(context, "napi_first", NULL);
    fake_free(context);
}

/* .env and .devkit.toml are the project's. */
static void test_never_the_project(void **state) {
    (void)state;
    dk_context *context = start("");
    setenv("HOME", context->root, 1);
    DK_AUTOFREE char *path = dk_path_join(context->root, ".env");
    assert_true(dk_file_write(path, "NEON_API_KEY=napi_env\n", 22, 0600, NULL));
    expect(context, NULL, "neon-key-missing");
    fake_free(context);
}

MAIN(cmocka_unit_test(test_environment), cmocka_unit_test(test_a_file_of_the_user),
     cmocka_unit_test(test_never_the_project))

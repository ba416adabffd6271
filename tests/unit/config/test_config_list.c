/* The configuration shown: every value, masked, with its origin; one section; a key that is none. */
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

static bool collect(void *data, const config_item *item) {
    dk_strv *lines = data;
    char *json = json_dumps(item->json, JSON_ENCODE_ANY | JSON_COMPACT);
    dk_strv_addf(lines, "%s = %s %s (%s)", item->path, item->toml, json, item->origin);
    free(json);
    assert_true(item->help && *item->help);
    assert_int_equal(item->is_default, strcmp(item->origin, "default") == 0);
    return true;
}

static bool stop(void *data, const config_item *item) {
    (void)item;
    return ++*(int *)data < 3;
}

static void test_listing(void **state) {
    DK_AUTO_STRV dk_strv all = DK_STRV_INIT;
    DK_AUTO_STRV dk_strv some = DK_STRV_INIT;
    dk_error error = DK_ERROR_INIT;
    int seen = 0;
    (void)state;
    folder_write(".devkit.toml",
                 "[ports]\nweb = 80\n[reset]\nmax_size = \"1GB\"\nlayers = [\"a\", \"b\\\"\"]\n"
                 "[seed]\ncommand = \"psql postgres://ann:hunter22@h/d\"\n");
    config_store *store = load();
    assert_true(config_each(store, collect, &all));
    assert_true(dk_strv_contains(&all, "ports.web = 80 80 (.devkit.toml:2)"));
    assert_true(dk_strv_contains(&all, "reset.undo = 1 1 (default)"));
    assert_true(dk_strv_contains(&all, "reset.max_size = \"1GB\" 1073741824 (.devkit.toml:4)"));
    assert_true(
        dk_strv_contains(&all, "reset.layers = [\"a\", \"b\\\"\"] [\"a\",\"b\\\"\"] (.devkit.toml:5)"));
    char *joined = dk_strv_join(&all, "\n");
    assert_null(strstr(joined, "hunter22"));
    assert_non_null(strstr(joined, "postgres://ann:***@h/d"));
    free(joined);
    assert_false(config_each(store, stop, &seen));
    assert_int_equal(seen, 3);

    assert_true(config_explain(store, "reset.undo", collect, &some, &error));
    assert_int_equal(some.count, 1);
    assert_true(config_explain(store, "server", collect, &some, &error));
    assert_true(some.count > 5);
    size_t before = some.count;
    assert_true(config_explain(store, "hooks", collect, &some, &error)); /* empty, but it exists */
    assert_int_equal(some.count, before);
    assert_false(config_explain(store, "ports.other", collect, &some, &error));
    assert_true(dk_error_is(&error, "config-key-unset"));
    dk_error_release(&error);
    assert_false(config_explain(store, "reste.undo", collect, &some, &error));
    assert_true(dk_error_is(&error, "config-key-unknown"));
    assert_int_equal(error.error_class, DK_ERROR_USAGE);
    assert_string_equal(error.message, "there is no configuration key \"reste.undo\"");
    assert_string_equal(error.hint, "did you mean \"reset.undo\"?");
    dk_error_release(&error);
    config_free(store);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_listing, folder_make, folder_remove),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

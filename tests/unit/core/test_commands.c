/* devkit's own commands, run through the dispatcher as a command within a command: result and errors. */
#include "core/commands.h"
#include "core/dispatch.h"
#include "sample_plugin.h"

#include <stdio.h>

/* Runs the line with --json and returns what it printed as an object; the caller owns it. */
static json_t *answer(dk_context *context, const char *line, int expected) {
    DK_AUTO_STRV dk_strv words = DK_STRV_INIT;
    dk_strv_split(&words, line, ' ');
    dk_strv_add(&words, "--json");
    FILE *caught = tmpfile();
    fflush(stdout);
    int kept = dup(STDOUT_FILENO);
    dup2(fileno(caught), STDOUT_FILENO);
    int status = dispatch(context, words.count, (const char *const *)words.items);
    dup2(kept, STDOUT_FILENO);
    close(kept);
    rewind(caught);
    json_t *object = json_loadf(caught, 0, NULL);
    fclose(caught);
    assert_int_equal(status, expected);
    assert_non_null(object);
    return object;
}

static const json_t *result_of(const json_t *object) {
    return json_object_get(object, "result");
}

static void config_shows_values_and_origins(void **state) {
    (void)state;
    dk_context *context = fake_context(NULL, 0, "[reset]\nundo = 2\n");
    DK_AUTO_JSON json_t *object = answer(context, "config", 0);
    size_t index, seen = 0;
    json_t *item;
    json_array_foreach(json_object_get(result_of(object), "values"), index, item) {
        if (!dk_streq(dk_json_string(item, "key", ""), "reset.undo"))
            continue;
        seen++;
        assert_int_equal(dk_json_int(item, "value", 0), 2);
        assert_string_equal(dk_json_string(item, "origin", ""), ".devkit.toml:2");
        assert_false(dk_json_bool(item, "is_default", true));
    }
    assert_int_equal(seen, 1);
    fake_free(context);
}

static void config_get_takes_keys_and_sections(void **state) {
    (void)state;
    dk_context *context = fake_context(NULL, 0, "");
    DK_AUTO_JSON json_t *one = answer(context, "config get reset.undo", 0);
    assert_int_equal(json_array_size(json_object_get(result_of(one), "values")), 1);
    DK_AUTO_JSON json_t *many = answer(context, "config get reset", 0);
    assert_true(json_array_size(json_object_get(result_of(many), "values")) > 1);
    DK_AUTO_JSON json_t *none = answer(context, "config get reset.und", 2);
    must_have(dk_json_string(json_object_get(none, "error"), "hint", ""), "reset.undo");
    fake_free(context);
}

static void plugin_list_describes_plugins(void **state) {
    (void)state;
    dk_context *context = sample_context();
    DK_AUTO_JSON json_t *object = answer(context, "plugin list", 0);
    const json_t *plugin = json_array_get(json_object_get(result_of(object), "plugins"), 0);
    assert_string_equal(dk_json_string(plugin, "name", ""), "weather");
    assert_int_equal(json_array_size(json_object_get(plugin, "commands")), 4);
    fake_free(context);
}

static void plugin_index_writes_where_it_is_told(void **state) {
    (void)state;
    dk_context *context = sample_context();
    DK_AUTOFREE char *line = dk_format("plugin index --write %s", context->root);
    DK_AUTO_JSON json_t *object = answer(context, line, 0);
    assert_int_equal(dk_json_int(result_of(object), "count", -1), 0);
    DK_AUTOFREE char *path = dk_path_join(context->root, INDEX_FILE);
    assert_true(dk_file_exists(path));
    fake_free(context);
}

static void completion_prints_each_shells_script(void **state) {
    (void)state;
    static const char *const shells[] = {"bash", "zsh", "fish"};
    for (size_t i = 0; i < DK_COUNT(shells); i++) {
        dk_context *context = sample_context();
        DK_AUTOFREE char *line = dk_format("completion %s", shells[i]);
        DK_AUTO_JSON json_t *object = answer(context, line, 0);
        must_have(dk_json_string(result_of(object), "script", ""), shells[i]);
        fake_free(context);
    }
    dk_context *context = sample_context();
    DK_AUTO_JSON json_t *object = answer(context, "completion basch", 2);
    must_have(dk_json_string(json_object_get(object, "error"), "hint", ""), "bash");
    fake_free(context);
}

static void every_built_in_is_complete(void **state) {
    (void)state;
    for (size_t i = 0; i < catalog_builtin_count; i++) {
        const dk_command *command = catalog_builtins[i];
        assert_true(command->run && command->group && command->summary);
        assert_false(dk_ends_with(command->summary, "."));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(config_shows_values_and_origins),
        cmocka_unit_test(config_get_takes_keys_and_sections),
        cmocka_unit_test(plugin_list_describes_plugins),
        cmocka_unit_test(plugin_index_writes_where_it_is_told),
        cmocka_unit_test(completion_prints_each_shells_script),
        cmocka_unit_test(every_built_in_is_complete),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

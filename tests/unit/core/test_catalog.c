/* One list of commands; built-ins win, hidden ones are found but not shown. */
#include "sample_plugin.h"

static void finds_built_in_and_plugin_commands(void **state) {
    (void)state;
    dk_context *context = sample_context();
    const catalog_entry *help = catalog_find(&context->catalog, "help");
    const catalog_entry *stop = catalog_find(&context->catalog, "rain stop");
    assert_null(help->plugin);
    assert_string_equal(stop->plugin->name, "weather");
    assert_non_null(catalog_find(&context->catalog, "cloud secret"));
    assert_null(catalog_find(&context->catalog, "cloud"));
    assert_true(catalog_is_group(&context->catalog, "cloud") && catalog_is_group(&context->catalog, "rain"));
    assert_false(catalog_is_group(&context->catalog, "clo"));
    fake_free(context);
}

static void keeps_the_first_of_a_name(void **state) {
    (void)state;
    static const dk_command commands[] = {{.name = "help", .summary = "Another"}};
    static const dk_plugin rival = {DK_PLUGIN_HEAD, .name = "rival", .version = "1", .commands = commands,
                                    .command_count = 1};
    static const dk_plugin *const plugins[] = {&rival};
    dk_context *context = fake_context(plugins, 1, "");
    assert_null(catalog_find(&context->catalog, "help")->plugin);
    fake_free(context);
}

static void lists_visible_names_below_a_word(void **state) {
    (void)state;
    dk_context *context = sample_context();
    DK_AUTO_STRV dk_strv names = DK_STRV_INIT;
    catalog_names(&context->catalog, "cloud", &names);
    assert_int_equal(names.count, 1);
    assert_string_equal(names.items[0], "cloud load");
    fake_free(context);
}

static void names_the_nearest_command_or_group(void **state) {
    (void)state;
    static const struct {
        const char *typed, *hint;
    } tries[] = {{"ran", "`devkit rain`"},
                 {"clod", "`devkit cloud`"},
                 {"cloud lod", "`devkit cloud load`"},
                 {"plugin lst", "`devkit plugin list`"},
                 {"qqqqqqqq", "lists the commands"}};
    dk_context *context = sample_context();
    for (size_t i = 0; i < DK_COUNT(tries); i++) {
        DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
        assert_false(catalog_fail_unknown(&context->catalog, tries[i].typed, &error));
        assert_int_equal(error.error_class, DK_ERROR_USAGE);
        must_have(error.hint, tries[i].hint);
    }
    fake_free(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_built_in_and_plugin_commands),
        cmocka_unit_test(keeps_the_first_of_a_name),
        cmocka_unit_test(lists_visible_names_below_a_word),
        cmocka_unit_test(names_the_nearest_command_or_group),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

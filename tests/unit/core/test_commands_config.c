/* devkit config, devkit config get: a table for people, a bare value for scripts, everything for programs. */
#include "core/commands.h"
#include "run_command.h"

static const char settings[] = "[reset]\nundo = 2\n[database]\nserver = \"local\"\n";

static void config_prints_values_and_where_from(void **state) {
    (void)state;
    dk_context *context = fake_context(NULL, 0, settings);
    assert_true(run_values(context, &commands_config, NULL, false, NULL));
    assert_true(dk_starts_with(caught_out.text, "key "));
    DK_AUTO_STRV dk_strv lines = DK_STRV_INIT;
    dk_strv_split(&lines, caught_out.text, '\n');
    size_t seen = 0;
    for (size_t i = 0; i < lines.count; i++)
        if (dk_starts_with(lines.items[i], "reset.undo ")) {
            must_have(lines.items[i], " 2 ");
            assert_true(dk_ends_with(lines.items[i], " .devkit.toml:2"));
            seen++;
        }
    assert_int_equal(seen, 1);
    assert_int_equal(json_object_size(dk_result(context)), 0);
    fake_free(context);
}

static void config_gives_programs_types_and_the_root(void **state) {
    (void)state;
    dk_context *context = fake_context(NULL, 0, settings);
    assert_true(run_values(context, &commands_config, NULL, true, NULL));
    assert_string_equal(caught_out.text, "");
    const json_t *result = dk_result(context);
    assert_string_equal(dk_json_string(result, "root", ""), context->root);
    size_t index, set = 0;
    json_t *item;
    json_array_foreach(json_object_get(result, "values"), index, item) {
        if (dk_json_bool(item, "is_default", true))
            continue;
        set++;
        bool undo = dk_streq(dk_json_string(item, "key", ""), "reset.undo");
        assert_string_equal(dk_json_string(item, "key", ""), undo ? "reset.undo" : "database.server");
        const json_t *value = json_object_get(item, "value");
        assert_true(undo ? json_integer_value(value) == 2 : dk_streq(json_string_value(value), "local"));
        assert_string_equal(dk_json_string(item, "origin", ""), undo ? ".devkit.toml:2" : ".devkit.toml:4");
    }
    assert_int_equal(set, 2);
    assert_true(index > set);
    fake_free(context);
}

static void get_prints_a_value_without_quotes(void **state) {
    (void)state;
    dk_context *context = fake_context(NULL, 0, settings);
    assert_true(run_text(context, &commands_config_get, "database.server", false, NULL));
    assert_string_equal(caught_out.text, "local\n");
    assert_true(run_text(context, &commands_config_get, "reset.undo", false, NULL));
    assert_string_equal(caught_out.text, "2\n");
    fake_free(context);
}

static void get_wants_a_key(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    dk_context *context = fake_context(NULL, 0, settings);
    assert_false(run_text(context, &commands_config_get, "", false, &error));
    assert_int_equal(error.error_class, DK_ERROR_USAGE);
    assert_string_equal(caught_out.text, "");
    fake_free(context);
}

static void get_prints_a_section_as_a_table(void **state) {
    (void)state;
    dk_context *context = fake_context(NULL, 0, settings);
    assert_true(run_text(context, &commands_config_get, "reset", false, NULL));
    assert_true(dk_starts_with(caught_out.text, "key "));
    must_have(caught_out.text, "\nreset.undo ");
    must_lack(caught_out.text, "database.server");
    /* A table of the user's with a single key is a section still. */
    fake_free(context);
    context = fake_context(NULL, 0, "[ports]\nweb = 4000\n");
    assert_true(run_text(context, &commands_config_get, "ports", false, NULL));
    must_have(caught_out.text, "\nports.web ");
    fake_free(context);
}

static void get_fails_without_output(void **state) {
    (void)state;
    static const struct {
        const char *key, *code;
        dk_error_class error_class;
    } cases[] = {{"reset.und", "config-key-unknown", DK_ERROR_USAGE},
                 {"nonsense", "config-key-unknown", DK_ERROR_USAGE},
                 {"ports.web", "config-key-unset", DK_ERROR_FAILED}};
    dk_context *context = fake_context(NULL, 0, settings);
    for (size_t i = 0; i < DK_COUNT(cases); i++) {
        DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
        assert_false(run_text(context, &commands_config_get, cases[i].key, i % 2 == 0, &error));
        assert_string_equal(error.code, cases[i].code);
        assert_int_equal(error.error_class, cases[i].error_class);
        assert_string_equal(caught_out.text, "");
        assert_null(json_object_get(dk_result(context), "values"));
    }
    fake_free(context);
}

static void a_broken_file_fails_both(void **state) {
    (void)state;
    dk_context *context = fake_context(NULL, 0, "[reset]\nundo = \"many\"\n");
    DK_AUTO_ERROR dk_error listing = DK_ERROR_INIT;
    DK_AUTO_ERROR dk_error getting = DK_ERROR_INIT;
    assert_false(run_values(context, &commands_config, NULL, false, &listing));
    assert_string_equal(listing.code, "config-invalid");
    assert_string_equal(caught_out.text, "");
    assert_false(run_text(context, &commands_config_get, "database.server", false, &getting));
    assert_string_equal(getting.code, "config-invalid");
    fake_free(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(config_prints_values_and_where_from),
        cmocka_unit_test(config_gives_programs_types_and_the_root),
        cmocka_unit_test(get_prints_a_value_without_quotes),
        cmocka_unit_test(get_wants_a_key),
        cmocka_unit_test(get_prints_a_section_as_a_table),
        cmocka_unit_test(get_fails_without_output),
        cmocka_unit_test(a_broken_file_fails_both),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The global options: each one sets its own field, under both of its names, and no two share one. */
#include "core/globals.h"
#include "sample_plugin.h"

static bool read_words(const char *const *words, size_t count, core_globals *globals) {
    size_t next = 0;
    *globals = (core_globals){0};
    return parse_globals(words, count, &next, globals, NULL) && next == count;
}

static void flags_set_their_own_field(void **state) {
    (void)state;
    static const struct {
        const char *long_name, *short_name;
        core_globals expected;
    } cases[] = {
        {"--json", NULL, {.json = true}},       {"--quiet", "-q", {.quiet = true}},
        {"--verbose", "-v", {.verbose = true}}, {"--no-color", NULL, {.no_color = true}},
        {"--yes", "-y", {.yes = true}},         {"--no-input", NULL, {.no_input = true}},
        {"--help", "-h", {.help = true}},       {"--version", NULL, {.version = true}},
    };
    /* Together with --directory and --env these are all: a new one needs a line above. */
    assert_int_equal(core_global_option_count, DK_COUNT(cases) + 2);
    for (size_t i = 0; i < DK_COUNT(cases); i++) {
        core_globals globals;
        assert_true(read_words(&cases[i].long_name, 1, &globals));
        assert_memory_equal(&globals, &cases[i].expected, sizeof(globals));
        if (!cases[i].short_name)
            continue;
        assert_true(read_words(&cases[i].short_name, 1, &globals));
        assert_memory_equal(&globals, &cases[i].expected, sizeof(globals));
    }
}

static void the_others_take_a_value(void **state) {
    (void)state;
    core_globals globals;
    assert_true(read_words((const char *const[]){"-C", "/a", "--env", "staging"}, 4, &globals));
    assert_string_equal(globals.directory, "/a");
    assert_string_equal(globals.environment, "staging");
    assert_true(read_words((const char *const[]){"--directory=/b"}, 1, &globals));
    assert_string_equal(globals.directory, "/b");
    assert_null(globals.environment);
    assert_false(read_words((const char *const[]){"--env"}, 1, &globals));
}

static void only_the_environment_comes_from_a_variable(void **state) {
    (void)state;
    for (size_t i = 0; i < core_global_option_count; i++) {
        const char *variable = core_global_options[i].environment;
        if (dk_streq(core_global_options[i].long_name, "env"))
            assert_string_equal(variable, "DEVKIT_ENV");
        else
            assert_null(variable);
    }
}

static void names_and_places_are_unique(void **state) {
    (void)state;
    for (size_t i = 0; i < core_global_option_count; i++) {
        const dk_option *one = &core_global_options[i];
        size_t size = one->type == DK_VALUE_FLAG ? sizeof(bool) : sizeof(char *);
        assert_true(one->offset + size <= sizeof(core_globals));
        assert_true(one->help && !dk_ends_with(one->help, "."));
        assert_true(one->type == DK_VALUE_FLAG || one->metavar);
        for (size_t j = 0; j < i; j++) {
            const dk_option *other = &core_global_options[j];
            assert_string_not_equal(one->long_name, other->long_name);
            assert_true(one->offset != other->offset);
            assert_true(!one->short_name || one->short_name != other->short_name);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flags_set_their_own_field),
        cmocka_unit_test(the_others_take_a_value),
        cmocka_unit_test(only_the_environment_comes_from_a_variable),
        cmocka_unit_test(names_and_places_are_unique),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

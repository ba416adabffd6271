/* plugins/seed/layer.c */
#include "../layer_project.h"

#include "seed/seed.h"

static void take(layer_project *project, const char *toml, char *fixed, unsigned *flags) {
    dk_layer_inputs inputs;
    hash_cache *cache = hash_cache_open(NULL);
    layer_inputs_init(&inputs, cache);
    assert_true(seed_layer.fingerprint(project_context(project, toml), &inputs, flags, NULL));
    assert_int_equal(inputs.items.count, 0);
    layer_inputs_fixed_hex(&inputs, fixed);
    layer_inputs_release(&inputs);
    hash_cache_close(cache);
}

static void test_flags(void **state) {
    (void)state;
    layer_project project;
    char fixed[HASH_HEX];
    unsigned flags;
    project_open(&project);
    take(&project, "[seed]\nfiles = []\n", fixed, &flags);
    assert_int_equal(flags, DK_LAYER_SKIP);
    take(&project, "[seed]\nfiles = [\"s/*.sql\"]\n", fixed, &flags);
    assert_int_equal(flags, DK_LAYER_SKIP);
    project_write(&project, "s/1.sql", "");
    take(&project, "[seed]\nfiles = [\"s/*.sql\"]\n", fixed, &flags);
    assert_int_equal(flags, 0);
    take(&project, "[seed]\nfiles = []\ncommand = \"true\"\n", fixed, &flags);
    assert_int_equal(flags, DK_LAYER_COMMAND);
    project_close(&project);
}

static void test_what_counts(void **state) {
    (void)state;
    static const char toml[] = "[seed]\nfiles = [\"s/*\"]\ncommand = \"python3 seed.py\"\n";
    static const char with_inputs[] =
        "[seed]\nfiles = [\"s/*\"]\ncommand = \"python3 seed.py\"\ninputs = [\"data.json\"]\n";
    layer_project project;
    char first[HASH_HEX], again[HASH_HEX], changed[HASH_HEX];
    unsigned flags;
    project_open(&project);
    project_write(&project, "s/1.csv", "a\n");
    project_write(&project, "seed.py", "1");
    project_write(&project, "data.json", "1");
    take(&project, toml, first, &flags);
    take(&project, toml, again, &flags);
    assert_string_equal(first, again);
    project_write(&project, "data.json", "22");
    take(&project, toml, again, &flags);
    assert_string_equal(first, again);
    project_write(&project, "seed.py", "22");
    take(&project, toml, changed, &flags);
    assert_string_not_equal(first, changed);
    project_write(&project, "s/1.csv", "bb\n");
    take(&project, toml, again, &flags);
    assert_string_not_equal(again, changed);
    take(&project, with_inputs, first, &flags);
    project_write(&project, "data.json", "333");
    take(&project, with_inputs, changed, &flags);
    assert_string_not_equal(first, changed);
    project_close(&project);
}

static void test_nothing_to_apply(void **state) {
    (void)state;
    layer_project project;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    project_open(&project);
    dk_layer_target target = project_target(NULL, "app", NULL);
    assert_false(seed_layer.apply(project_context(&project, "[seed]\nfiles = []\n"), &target, &error));
    assert_string_equal(error.code, "seed-missing");
    project_close(&project);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_flags), cmocka_unit_test(test_what_counts),
                                       cmocka_unit_test(test_nothing_to_apply)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "../test_support.h"

#include <kit/hash/inputs.h>
#include <sys/stat.h>

static char *folder;
static hash_cache *cache;

static int setup(void **state) {
    (void)state;
    folder = make_scratch();
    cache = hash_cache_open(NULL);
    write_text(folder, "1_a.sql", "select 1");
    write_text(folder, "2_b.sql", "select 2");
    return 0;
}

static int teardown(void **state) {
    (void)state;
    hash_cache_close(cache);
    dk_remove_tree(folder, NULL);
    free(folder);
    return 0;
}

static void fixed_digest(const char *label, const char *text, const char *pattern, char *hex) {
    dk_layer_inputs inputs;
    DK_AUTO_STRV dk_strv patterns = DK_STRV_INIT;
    dk_strv_add(&patterns, pattern);
    layer_inputs_init(&inputs, cache);
    layer_input_text(&inputs, label, text);
    assert_true(layer_input_files(&inputs, folder, &patterns, NULL));
    layer_inputs_fixed_hex(&inputs, hex);
    layer_inputs_release(&inputs);
}

static void test_fixed_part(void **state) {
    (void)state;
    char first[HASH_HEX], second[HASH_HEX];
    fixed_digest("tool", "sql", "*.sql", first);
    fixed_digest("tool", "sql", "*.sql", second);
    assert_string_equal(first, second);
    fixed_digest("tool", "command", "*.sql", second);
    assert_string_not_equal(first, second);
    fixed_digest("tool", "sql", "1*.sql", second);
    assert_string_not_equal(first, second);
}

static void test_fixed_part_sees_files(void **state) {
    (void)state;
    char first[HASH_HEX], second[HASH_HEX];
    DK_AUTOFREE char *path = dk_path_join(folder, "2_b.sql");
    fixed_digest("tool", "sql", "*.sql", first);
    write_text(folder, "2_b.sql", "select 3");
    fixed_digest("tool", "sql", "*.sql", second);
    assert_string_not_equal(first, second);
    assert_int_equal(chmod(path, 0755), 0);
    fixed_digest("tool", "sql", "*.sql", first);
    assert_string_not_equal(first, second);
}

static void test_items(void **state) {
    (void)state;
    dk_layer_inputs inputs;
    DK_AUTO_STRV dk_strv paths = DK_STRV_INIT;
    DK_AUTOFREE char *before = NULL;
    dk_strv_add(&paths, "1_a.sql");
    dk_strv_add(&paths, "2_b.sql");
    layer_inputs_init(&inputs, cache);
    assert_true(layer_item_files(&inputs, folder, &paths, NULL));
    assert_int_equal(inputs.items.count, 2);
    assert_int_equal(strlen(inputs.items.items[0]), LAYER_ITEM_DIGEST);
    assert_string_not_equal(inputs.items.items[0], inputs.items.items[1]);
    assert_string_equal(inputs.item_names.items[1], "2_b.sql");
    before = dk_strdup(inputs.items.items[1]);
    layer_inputs_release(&inputs);
    write_text(folder, "2_b.sql", "select 3");
    layer_inputs_init(&inputs, cache);
    assert_true(layer_item_files(&inputs, folder, &paths, NULL));
    assert_string_not_equal(inputs.items.items[1], before);
    layer_inputs_release(&inputs);
}

static void test_missing_item(void **state) {
    (void)state;
    dk_layer_inputs inputs;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    DK_AUTO_STRV dk_strv paths = DK_STRV_INIT;
    dk_strv_add(&paths, "missing.sql");
    layer_inputs_init(&inputs, cache);
    assert_false(layer_item_files(&inputs, folder, &paths, &error));
    assert_string_equal(error.code, "file-unreadable");
    layer_inputs_release(&inputs);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_fixed_part, setup, teardown),
        cmocka_unit_test_setup_teardown(test_fixed_part_sees_files, setup, teardown),
        cmocka_unit_test_setup_teardown(test_items, setup, teardown),
        cmocka_unit_test_setup_teardown(test_missing_item, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

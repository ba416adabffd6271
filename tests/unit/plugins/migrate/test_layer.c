/* plugins/migrate/layer.c: the fingerprint; applying is in tests/integration/test_migrate_sql.py */
#include "../layer_project.h"

#include "migrate/migrate.h"

typedef struct fingerprint {
    char fixed[HASH_HEX];
    dk_strv items;
    unsigned flags;
} fingerprint;

static fingerprint take(layer_project *project, const char *toml) {
    fingerprint result = {0};
    dk_layer_inputs inputs;
    hash_cache *cache = hash_cache_open(NULL);
    layer_inputs_init(&inputs, cache);
    assert_true(migrate_layer.fingerprint(project_context(project, toml), &inputs, &result.flags, NULL));
    dk_strv_add_all(&result.items, &inputs.items);
    layer_inputs_fixed_hex(&inputs, result.fixed);
    layer_inputs_release(&inputs);
    hash_cache_close(cache);
    return result;
}

static void release(fingerprint *print) {
    dk_strv_release(&print->items);
}

static void test_skip(void **state) {
    (void)state;
    layer_project project;
    project_open(&project);
    fingerprint empty = take(&project, "");
    assert_int_equal(empty.flags, DK_LAYER_SKIP);
    release(&empty);
    project_close(&project);
}

static void test_sql_is_incremental(void **state) {
    (void)state;
    layer_project project;
    project_open(&project);
    project_write(&project, "migrations/1_a.up.sql", "a");
    project_write(&project, "migrations/1_a.down.sql", "down");
    project_write(&project, "migrations/2_b.sql", "b");
    fingerprint before = take(&project, "");
    assert_int_equal(before.flags, DK_LAYER_INCREMENTAL | DK_LAYER_ORDERED);
    assert_int_equal(before.items.count, 2);
    project_write(&project, "migrations/1_a.down.sql", "another way down");
    project_write(&project, "migrations/10_c.sql", "c");
    fingerprint after = take(&project, "");
    assert_string_equal(before.fixed, after.fixed);
    assert_int_equal(after.items.count, 3);
    assert_string_equal(before.items.items[0], after.items.items[0]);
    assert_string_equal(before.items.items[1], after.items.items[1]);
    project_write(&project, "migrations/2_b.sql", "edited");
    fingerprint edited = take(&project, "[migrate]\nverify = [\"select true\"]\n");
    assert_string_not_equal(edited.items.items[1], after.items.items[1]);
    assert_string_not_equal(edited.fixed, after.fixed);
    release(&before);
    release(&after);
    release(&edited);
    project_close(&project);
}

static void test_command(void **state) {
    (void)state;
    layer_project project;
    project_open(&project);
    project_write(&project, "alembic.ini", "[alembic]\nscript_location = db\n");
    project_write(&project, "db/env.py", "1");
    project_write(&project, "db/versions/a.py", "a");
    fingerprint before = take(&project, "");
    assert_int_equal(before.flags, DK_LAYER_INCREMENTAL | DK_LAYER_COMMAND);
    assert_int_equal(before.items.count, 1);
    project_write(&project, "db/versions/b.py", "b");
    fingerprint more = take(&project, "");
    assert_string_equal(before.fixed, more.fixed);
    assert_int_equal(more.items.count, 2);
    project_write(&project, "db/env.py", "22");
    fingerprint changed = take(&project, "");
    assert_string_not_equal(before.fixed, changed.fixed);
    release(&before);
    release(&more);
    release(&changed);
    project_close(&project);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_skip), cmocka_unit_test(test_sql_is_incremental),
                                       cmocka_unit_test(test_command)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

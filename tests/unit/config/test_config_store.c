/* Entries: the higher rank stays, an equal one replaces; what an environment's URL variable is called. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include "config/config_internal.h"
#include <cmocka.h>

#include <devkit/system.h>

static void put(config_store *store, const char *path, int64_t number, config_rank rank, const char *origin) {
    config_match match;
    config_value value = {.type = CONFIG_INTEGER, .integer = number};
    assert_true(config_find(path, &match));
    config_store_put(store, path, &match, &value, rank, origin);
    config_match_release(&match);
}

static void expect(const config_store *store, const char *path, int64_t number, const char *origin) {
    const config_entry *entry = config_store_find(store, path);
    assert_non_null(entry);
    assert_int_equal(entry->value.integer, number);
    assert_string_equal(entry->origin, origin);
}

static void the_higher_rank_stays(void **state) {
    config_store store = {0};
    (void)state;
    put(&store, "reset.undo", 2, CONFIG_FILE, ".devkit.toml:1");
    put(&store, "reset.undo", 3, CONFIG_PRESET, "preset x");
    expect(&store, "reset.undo", 2, ".devkit.toml:1");
    put(&store, "reset.undo", 4, CONFIG_FILE, ".devkit.toml:9");
    expect(&store, "reset.undo", 4, ".devkit.toml:9");
    put(&store, "reset.undo", 5, CONFIG_OPTION, "--undo");
    expect(&store, "reset.undo", 5, "--undo");
    assert_int_equal(store.count, 1);
    config_store_release(&store);
}

static void holds_more_than_its_first_room(void **state) {
    config_store store = {0};
    (void)state;
    for (int i = 0; i < 300; i++) {
        DK_AUTOFREE char *path = dk_format("ports.p%d", i);
        put(&store, path, i, CONFIG_FILE, "here");
    }
    assert_int_equal(store.count, 300);
    expect(&store, "ports.p0", 0, "here");
    expect(&store, "ports.p299", 299, "here");
    assert_null(config_store_find(&store, "ports.p300"));
    config_store_release(&store);
}

static void an_environment_has_defaults(void **state) {
    config_store store = {0};
    (void)state;
    config_store_add_environment(&store, "eu-west.2");
    const config_entry *entry = config_store_find(&store, "env.eu-west.2.url_env");
    assert_non_null(entry);
    assert_string_equal(entry->value.text, "EU_WEST_2_DATABASE_URL");
    assert_int_equal(entry->rank, CONFIG_DEFAULT);
    size_t count = store.count;
    config_store_add_environment(&store, "eu-west.2"); /* again: nothing changes */
    assert_int_equal(store.count, count);
    config_store_release(&store);
}

static void passwords_of_urls_are_hidden(void **state) {
    (void)state;
    config_hide_passwords("see postgres://ann:storesecret1@h/d and http://x:8000/ or ftp://u@h");
    DK_AUTOFREE char *masked = dk_secret_mask("storesecret1 ann 8000");
    assert_string_equal(masked, "*** ann 8000");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_higher_rank_stays),
        cmocka_unit_test(holds_more_than_its_first_room),
        cmocka_unit_test(an_environment_has_defaults),
        cmocka_unit_test(passwords_of_urls_are_hidden),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

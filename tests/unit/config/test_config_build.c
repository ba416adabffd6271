/* The struct can be rebuilt again and again, and nothing of it is NULL. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include "config/config_internal.h"
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

static void test_no_text_is_null(void **state) {
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    config_store *store = config_load("/nonexistent", &error);
    (void)state;
    assert_non_null(store);
    for (size_t i = 0; i < config_key_count; i++)
        if (config_keys[i].type == CONFIG_TEXT)
            assert_non_null(*(char **)((char *)&store->values + config_keys[i].offset));
    config_free(store);
}

static void test_rebuild(void **state) {
    static const char text[] =
        "[ports]\nweb = 1\n[env.a]\n[hooks]\npre-push = ['x']\n[events]\nany = ['y', 'z']\n";
    config_store *store = config_load("/nonexistent", NULL);
    (void)state;
    assert_true(config_read_toml(store, text, strlen(text), "f", CONFIG_FILE, NULL));
    for (int i = 0; i < 3; i++)
        config_build(store);
    assert_int_equal(store->values.ports.count, 1);
    assert_int_equal(store->values.environment_count, 1);
    assert_int_equal(store->values.hook_count, 1);
    assert_int_equal(store->values.event_count, 1);
    assert_int_equal(store->values.events[0].commands.count, 2);
    assert_int_equal(store->values.reset.layers.count, 2);
    config_release_values(&store->values);
    config_release_values(&store->values);
    config_free(store);
    config_free(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_text_is_null),
        cmocka_unit_test(test_rebuild),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

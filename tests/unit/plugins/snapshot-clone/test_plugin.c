/* plugin.c: one store, and nothing it needs is missing. */
#include "../../core/fake_context.h"

const dk_plugin *devkit_plugin_snapshot_clone(void);

static void the_store(void **state) {
    (void)state;
    const dk_plugin *plugin = devkit_plugin_snapshot_clone();
    assert_int_equal(plugin->interface_count, 1);
    const dk_snapshot_interface *store = (const void *)plugin->interfaces[0];
    assert_string_equal(store->head.kind, "snapshot");
    assert_string_equal(store->head.name, "clone");
    assert_int_equal(store->head.size, sizeof(dk_snapshot_interface));
    assert_true(store->fits && store->save && store->list && store->restore && store->remove);
    assert_int_equal((store->flags & DK_SNAPSHOT_DURABLE) != 0, 0);
    assert_int_equal(store->verify != NULL, 0);
}

int main(void) {
    static const struct CMUnitTest tests[] = {cmocka_unit_test(the_store)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

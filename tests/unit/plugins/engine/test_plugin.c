/* plugin.c: what the engine offers, and what it does when a server comes up. */
#include "lab.h"

static void descriptor(void **state) {
    (void)state;
    const dk_plugin *plugin = devkit_plugin_engine();
    assert_int_equal(plugin->magic, DK_PLUGIN_MAGIC);
    assert_string_equal(plugin->name, "engine");
    assert_int_equal(plugin->command_count, 0);
    const dk_engine_interface *engine =
        dk_interface_find(lab.context, "engine", "template", DK_ENGINE_VERSION, &lab.error);
    lab_must(engine);
    assert_int_equal(engine->head.size, sizeof *engine);
    assert_ptr_equal(engine->reset, engine_reset);
    assert_ptr_equal(engine->undo, engine_undo);
    assert_ptr_equal(engine->maintain, engine_maintain);
    assert_true(engine->has_undo && engine->list && engine->collect && engine->apply_live &&
                engine->protect && engine->is_protected && engine->protected_names && engine->exclusively);
}

static void a_server_that_comes_up_is_recovered(void **state) {
    (void)state;
    DK_AUTOFREE char *replaced = lab_name(ENGINE_REPLACED, "20260101000000000_abcd");
    DK_AUTOFREE char *sql = dk_format("ALTER DATABASE \"%s\" RENAME TO %s", lab.live, replaced);
    run_sql(lab.admin, sql);
    lab_must(dk_event(lab.context, "post-up", NULL, &lab.error));
    assert_true(lab_exists(lab.live));
    assert_false(lab_exists(replaced));
}

static void while_another_works_it_does_not_wait(void **state) {
    (void)state;
    lab_open();
    int64_t begun = dk_now_ms();
    lab_must(dk_event(lab.context, "post-up", NULL, &lab.error));
    assert_true(dk_now_ms() - begun < 10000);
}

static const struct CMUnitTest tests[] = {
    LAB_TEST(descriptor),
    LAB_TEST(a_server_that_comes_up_is_recovered),
    LAB_TEST(while_another_works_it_does_not_wait),
};
LAB_MAIN(tests)

/* gc.c: what is kept on the server, and away with leftovers. */
#include "lab.h"

static void collect(void **state) {
    (void)state;
    DK_AUTO_STRV dk_strv removed = DK_STRV_INIT;
    lab_make(ENGINE_UNDO, "1", "{\"devkit\":1}");
    lab_make(ENGINE_FILLING, "1", NULL);
    lab_make(ENGINE_BUILDING, "1", NULL);
    lab_make(ENGINE_DOOMED, "1", NULL);
    lab_must(engine_collect(lab.context, false, true, &removed, &lab.error));
    assert_int_equal(removed.count, 3);
    assert_int_equal(lab_count("filling"), 1);
    dk_strv_release(&removed);
    lab_must(engine_collect(lab.context, false, false, &removed, &lab.error));
    assert_int_equal(removed.count, 3);
    assert_int_equal(lab_count("%"), 1);
    dk_strv_release(&removed);
    lab_must(engine_collect(lab.context, true, false, &removed, &lab.error));
    assert_int_equal(lab_count("%"), 0);
    assert_true(lab_exists(lab.live));
}

static void list(void **state) {
    (void)state;
    lab_make(ENGINE_TEMPLATE, "k", "{\"devkit\":1,\"key\":\"KEY\",\"layer\":\"seed\",\"created_at\":\"T\"}");
    lab_make(ENGINE_DOOMED, "x", NULL);
    DK_AUTO_JSON json_t *entries = engine_list(lab.context, &lab.error);
    assert_int_equal(json_array_size(entries), 2);
    for (size_t i = 0; i < 2; i++) {
        const json_t *entry = json_array_get(entries, i);
        bool is_template = strcmp(dk_json_string(entry, "kind", ""), "template") == 0;
        assert_true(dk_json_int(entry, "size_bytes", 0) > 1000000);
        assert_string_equal(dk_json_string(entry, "key", "none"), is_template ? "KEY" : "none");
        assert_string_equal(dk_json_string(entry, "layer", "none"), is_template ? "seed" : "none");
        assert_string_equal(dk_json_string(entry, "created_at", "none"), is_template ? "T" : "none");
    }
}

static const struct CMUnitTest tests[] = {
    LAB_TEST(collect),
    LAB_TEST(list),
};
LAB_MAIN(tests)

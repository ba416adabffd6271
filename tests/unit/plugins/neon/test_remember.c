/* plugins/neon/remember.c */
#include "neon_project.h"

static void expect(dk_context *context, const char *host, const char *project) {
    DK_AUTOFREE char *found = neon_recall(context, host);
    assert_true(dk_streq(found, project));
}

static void test_one_host(void **state) {
    (void)state;
    dk_context *context = fake_context(NULL, 0, "");
    expect(context, "a.neon.tech", NULL);
    neon_remember(context, "a.neon.tech", "p-1");
    expect(context, "a.neon.tech", "p-1");
    expect(context, "b.neon.tech", NULL);
    neon_remember(context, "b.neon.tech", "p-2");
    expect(context, "a.neon.tech", NULL); /* one is enough */
    expect(context, "b.neon.tech", "p-2");
    DK_AUTOFREE char *path = dk_path_join(context->root, ".devkit/neon.json");
    assert_true(dk_file_write(path, "{broken", 7, 0600, NULL));
    expect(context, "b.neon.tech", NULL);
    fake_free(context);
}

static void test_what_restores_kept(void **state) {
    (void)state;
    dk_context *context = fake_context(NULL, 0, "");
    neon_remember(context, "a.neon.tech", "p-1");
    neon_remember_kept(context, "before-1", "br-main");
    neon_remember_kept(context, "before-2", "br-main");
    DK_AUTO_JSON json_t *both = neon_recall_kept(context);
    assert_int_equal(json_array_size(both), 2);
    assert_string_equal(dk_json_string(json_array_get(both, 0), "name", ""), "before-1");
    assert_string_equal(dk_json_string(json_array_get(both, 0), "branch", ""), "br-main");
    neon_forget_kept(context, "before-1");
    neon_forget_kept(context, "unknown");
    DK_AUTO_JSON json_t *one = neon_recall_kept(context);
    assert_int_equal(json_array_size(one), 1);
    assert_string_equal(dk_json_string(json_array_get(one, 0), "name", ""), "before-2");
    expect(context, "a.neon.tech", "p-1"); /* one file, and each leaves the other's part alone */
    fake_free(context);
}

MAIN(cmocka_unit_test(test_one_host), cmocka_unit_test(test_what_restores_kept))

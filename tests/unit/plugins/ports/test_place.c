/* plugins/ports/place.c */
#include "lab.h"

static void make(const char *base, const char *name) {
    DK_AUTOFREE char *path = dk_path_join(base, name);
    assert_true(dk_mkdirs(path, 0755, NULL));
}

static ports_place place(const char *base, const char *root, const char *folder) {
    DK_AUTOFREE char *top = dk_path_join(base, root);
    DK_AUTOFREE char *at = dk_path_join(base, folder);
    return ports_place_of(top, at);
}

static void test_whose_it_is(void **state) {
    (void)state;
    char base[] = "/tmp/devkit-place-XXXXXX";
    assert_non_null(mkdtemp(base));
    setenv("HOME", base, 1);
    static const char *const folders[] = {".git",         "repo/.git", "repo/backend/src", "repo/frontend",
                                          "other/.git/x", "other/app", "plain/data",       "alone/deep"};
    for (size_t i = 0; i < DK_COUNT(folders); i++)
        make(base, folders[i]);
    assert_int_equal(place(base, "repo/backend", "repo/backend"), PORTS_OURS);
    assert_int_equal(place(base, "repo/backend", "repo/backend/src"), PORTS_OURS);
    assert_int_equal(place(base, "repo/backend", "repo/frontend"), PORTS_OURS); /* one work tree */
    assert_int_equal(place(base, "repo/backend", "other/app"), PORTS_ANOTHER);
    assert_int_equal(place(base, "repo/backend", "plain/data"),
                     PORTS_SYSTEM); /* a home in git is no project */
    assert_int_equal(place(base, "alone", "alone/deep"), PORTS_OURS);
    assert_int_equal(place(base, "alone", "alonely"), PORTS_SYSTEM);
    assert_int_equal(ports_place_of(base, NULL), PORTS_UNSEEN);
    assert_int_equal(ports_place_of("/tmp", "/"), PORTS_SYSTEM);
    DK_AUTOFREE char *inside = dk_path_join(base, "repo/backend/src");
    DK_AUTOFREE char *tree = ports_work_tree(inside);
    DK_AUTOFREE char *expected = dk_path_join(base, "repo");
    assert_string_equal(tree, expected);
    DK_AUTOFREE char *lone = dk_path_join(base, "plain/data");
    DK_AUTOFREE char *itself = ports_work_tree(lone);
    assert_string_equal(itself, lone);
    dk_remove_tree(base, NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_whose_it_is)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* cli/base/remove.c */
#include "scratch.h"
#ifdef __linux__
#include "../skip.h"
#include <sys/mount.h>
#endif

static void test_missing_is_fine(void **state) {
    (void)state;
    assert_true(dk_remove_tree(scratch("none"), NULL));
    assert_true(dk_remove_tree(scratch("none/below"), NULL));
    scratch_write("file", "");
    assert_true(dk_remove_tree(scratch("file/below"), NULL));
    assert_true(dk_remove_tree(scratch("file"), NULL));
    assert_false(dk_file_exists(scratch("file")));
}

static void test_links_are_not_followed(void **state) {
    (void)state;
    scratch_write("outside/precious", "keep");
    scratch_write("tree/a/b", "");
    assert_int_equal(symlink("../outside", scratch("tree/link")), 0);
    assert_int_equal(symlink("../../outside/precious", scratch("tree/a/link")), 0);
    assert_int_equal(symlink("outside", scratch("toplink")), 0);
    assert_true(dk_remove_tree(scratch("tree"), NULL));
    assert_false(dk_file_exists(scratch("tree")));
    assert_true(dk_remove_tree(scratch("toplink"), NULL));
    scratch_expect("outside/precious", "keep");
    struct stat status;
    assert_int_not_equal(lstat(scratch("toplink"), &status), 0);
}

static void test_read_only_folders_go(void **state) {
    (void)state;
    scratch_write("locked/in/file", "");
    assert_int_equal(chmod(scratch("locked/in"), 0500), 0);
    assert_int_equal(chmod(scratch("locked"), 0100), 0);
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    assert_true(dk_remove_tree(scratch("locked"), &error));
    assert_false(dk_file_exists(scratch("locked")));
}

static void test_many_entries(void **state) {
    (void)state;
    for (int i = 0; i < 3000; i++) {
        DK_AUTOFREE char *name = dk_format("many/%d", i);
        scratch_write(name, "");
    }
    assert_true(dk_remove_tree(scratch("many"), NULL));
    assert_false(dk_file_exists(scratch("many")));
}

static void test_other_file_systems_stay(void **state) {
    (void)state;
#ifdef __linux__
    assert_true(dk_mkdirs(scratch("mounted/there"), 0755, NULL));
    if (mount("none", scratch("mounted/there"), "tmpfs", 0, "size=1m") != 0)
        skip_because("needs root");
    scratch_write("mounted/there/precious", "keep");
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    bool removed = dk_remove_tree(scratch("mounted"), &error);
    bool kept = dk_file_exists(scratch("mounted/there/precious"));
    umount(scratch("mounted/there"));
    assert_false(removed);
    assert_true(kept);
    assert_string_equal(error.code, "remove-failed");
#else
    skip_because("needs Linux");
#endif
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_missing_is_fine),         cmocka_unit_test(test_links_are_not_followed),
        cmocka_unit_test(test_read_only_folders_go),    cmocka_unit_test(test_many_entries),
        cmocka_unit_test(test_other_file_systems_stay),
    };
    return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}

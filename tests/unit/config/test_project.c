/* Where the project begins. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include "config/project.h"
#include "folder.h"
#include <cmocka.h>

#include <unistd.h>

static void assert_root(const char *below, const char *expected) {
    char *from = dk_path_join(test_folder, below);
    char *want = *expected ? dk_path_join(test_folder, expected) : dk_strdup(test_folder);
    char *root = project_find_root(from, NULL);
    assert_string_equal(root, want);
    free(root);
    free(want);
    free(from);
}

static void test_find_root(void **state) {
    (void)state;
    folder_write("a/b/c/x", "");
    assert_root("a/b/c", "a/b/c"); /* nothing upwards */
    folder_write("a/.git/HEAD", "");
    assert_root("a/b/c", "a");
    assert_root("a/b/../b", "a");
    folder_write(".devkit.toml", "");
    assert_root("a/b/c", ""); /* before git's top, wherever it is */
    folder_write("a/b/.devkit.toml", "");
    assert_root("a/b/c", "a/b");
    assert_root("a", "");
}

/* A linked work tree has a file there. */
static void test_worktree(void **state) {
    (void)state;
    folder_write("w/.git", "gitdir: elsewhere\n");
    folder_write("w/sub dir/x", "");
    assert_root("w/sub dir", "w");
}

static void test_relative(void **state) {
    char before[4096];
    (void)state;
    folder_write("r/.devkit.toml", "");
    folder_write("r/s/x", "");
    assert_non_null(getcwd(before, sizeof before));
    char *inside = dk_path_join(test_folder, "r/s");
    assert_int_equal(chdir(inside), 0);
    char *expected = dk_path_join(test_folder, "r");
    static const char *const ways[] = {NULL, ".", "..", "../s"};
    for (size_t i = 0; i < DK_COUNT(ways); i++) {
        char *root = project_find_root(ways[i], NULL);
        assert_string_equal(root, expected);
        free(root);
    }
    assert_int_equal(chdir(before), 0);
    free(expected);
    free(inside);
}

static void test_missing(void **state) {
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    (void)state;
    char *path = dk_path_join(test_folder, "nowhere");
    assert_null(project_find_root(path, &error));
    assert_true(dk_error_is(&error, "directory-missing"));
    assert_non_null(strstr(error.message, path));
    free(path);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_find_root, folder_make, folder_remove),
        cmocka_unit_test_setup_teardown(test_worktree, folder_make, folder_remove),
        cmocka_unit_test_setup_teardown(test_relative, folder_make, folder_remove),
        cmocka_unit_test_setup_teardown(test_missing, folder_make, folder_remove),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

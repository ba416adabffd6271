/* cli/base/tree.c and what it uses of tree_linux.c or tree_other.c */
#include "../skip.h"
#include "base/fd.h"
#include "base/tree.h"
#include "scratch.h"
#include <errno.h>

static mode_t mode_of(const char *path) {
    struct stat status;
    assert_int_equal(lstat(path, &status), 0);
    return status.st_mode;
}

static void make_source(void) {
    scratch_write("source/a", "alpha");
    scratch_write("source/deep/er/b", "beta");
    scratch_write("source/empty", "");
    assert_true(dk_mkdirs(scratch("source/hollow"), 0755, NULL));
    assert_int_equal(symlink("../nowhere", scratch("source/deep/link")), 0);
    assert_int_equal(chmod(scratch("source/a"), 0754), 0);
    assert_int_equal(chmod(scratch("source/deep/er"), 0500), 0);
    assert_int_equal(chmod(scratch("source/hollow"), 02750), 0);
}

static void test_content_links_and_modes(void **state) {
    (void)state;
    make_source();
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    assert_true(dk_copy_tree(scratch("source"), scratch("copy"), (uid_t)-1, (gid_t)-1, &error));
    scratch_expect("copy/a", "alpha");
    scratch_expect("copy/deep/er/b", "beta");
    scratch_expect("copy/empty", "");
    assert_int_equal(mode_of(scratch("copy/a")) & 07777, 0754);
    assert_int_equal(mode_of(scratch("copy/deep/er")) & 07777, 0500);
    assert_int_equal(mode_of(scratch("copy/hollow")) & 07777, 02750);
    char target[100] = "";
    assert_true(readlink(scratch("copy/deep/link"), target, sizeof target - 1) > 0);
    assert_string_equal(target, "../nowhere");
}

static void test_existing_target_is_refused(void **state) {
    (void)state;
    scratch_write("one", "1");
    scratch_write("two", "2");
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    assert_false(dk_copy_tree(scratch("one"), scratch("two"), (uid_t)-1, (gid_t)-1, &error));
    assert_string_equal(error.code, "copy-failed");
    scratch_expect("two", "2");
}

static void test_single_file_and_big_content(void **state) {
    (void)state;
    size_t length = 3 * 1024 * 1024 + 17;
    DK_AUTOFREE char *data = dk_alloc(length);
    for (size_t i = 0; i < length; i++)
        data[i] = (char)(i * 2654435761u >> 13);
    assert_true(dk_file_write(scratch("big"), data, length, 0600, NULL));
    assert_true(dk_copy_tree(scratch("big"), scratch("big2"), (uid_t)-1, (gid_t)-1, NULL));
    DK_AUTO_BUF dk_buf copy = DK_BUF_INIT;
    assert_true(dk_file_read(scratch("big2"), 0, &copy, NULL));
    assert_int_equal(copy.length, length);
    assert_memory_equal(copy.data, data, length);
}

static void test_fifo_is_an_error_and_leaves_nothing(void **state) {
    (void)state;
    scratch_write("odd/a", "a");
    assert_int_equal(mkfifo(scratch("odd/fifo"), 0600), 0);
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    assert_false(dk_copy_tree(scratch("odd"), scratch("odd2"), (uid_t)-1, (gid_t)-1, &error));
    assert_string_equal(error.code, "copy-failed");
    assert_true(dk_ends_with(error.message, "odd/fifo"));
    assert_false(dk_file_exists(scratch("odd2")));
}

static void test_missing_source(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    assert_false(dk_copy_tree(scratch("none"), scratch("none2"), (uid_t)-1, (gid_t)-1, &error));
    assert_string_equal(error.detail, strerror(ENOENT));
}

static void test_owner(void **state) {
    (void)state;
    if (geteuid() != 0)
        skip_because("needs root");
    scratch_write("mine/a", "a");
    assert_int_equal(symlink("a", scratch("mine/l")), 0);
    assert_int_equal(chmod(scratch("mine/a"), 04755), 0);
    assert_true(dk_copy_tree(scratch("mine"), scratch("theirs"), 12345, 12346, NULL));
    static const char *const names[] = {"theirs", "theirs/a", "theirs/l"};
    for (size_t i = 0; i < DK_COUNT(names); i++) {
        struct stat status;
        assert_int_equal(lstat(scratch(names[i]), &status), 0);
        assert_int_equal(status.st_uid, 12345);
        assert_int_equal(status.st_gid, 12346);
    }
    assert_int_equal(mode_of(scratch("theirs/a")) & 07777, 04755);
}

static void test_kernel_copy_of_what_it_cannot_copy(void **state) {
    (void)state;
    FD_AUTO_CLOSE int source = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
    if (source < 0)
        skip_because("needs /proc");
    assert_true(dk_copy_tree("/proc/self/status", scratch("status"), (uid_t)-1, (gid_t)-1, NULL));
    DK_AUTOFREE char *content = scratch_read("status");
    assert_non_null(strstr(content, "VmSize")); /* size 0 says stat, but there is content */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_content_links_and_modes),
        cmocka_unit_test(test_existing_target_is_refused),
        cmocka_unit_test(test_single_file_and_big_content),
        cmocka_unit_test(test_fifo_is_an_error_and_leaves_nothing),
        cmocka_unit_test(test_missing_source),
        cmocka_unit_test(test_owner),
        cmocka_unit_test(test_kernel_copy_of_what_it_cannot_copy),
    };
    return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}

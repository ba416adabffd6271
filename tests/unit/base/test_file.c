/* cli/base/file.c */
#include "../skip.h"
#include "scratch.h"
#include <devkit/system.h>
#include <dirent.h>
#include <errno.h>

static bool write_text(const char *name, const char *text, mode_t mode, dk_error *error) {
    return dk_file_write(scratch(name), text, strlen(text), mode, error);
}

static void test_write_and_read(void **state) {
    (void)state;
    assert_true(write_text("a", "one", 0640, NULL));
    scratch_expect("a", "one");
    struct stat status;
    assert_int_equal(stat(scratch("a"), &status), 0);
    assert_int_equal(status.st_mode & 07777, 0640);
    assert_true(write_text("a", "", 0600, NULL));
    scratch_expect("a", "");
    assert_int_equal(stat(scratch("a"), &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
}

static size_t count_entries(const char *path) {
    DIR *folder = opendir(path);
    assert_non_null(folder);
    size_t count = 0;
    while (readdir(folder) != NULL)
        count++;
    closedir(folder);
    return count - 2;
}

static void age(const char *name, int64_t seconds) {
    struct timespec times[2] = {{.tv_sec = (time_t)(dk_unix_time() - seconds)}};
    times[1] = times[0];
    assert_int_equal(utimensat(AT_FDCWD, scratch(name), times, AT_SYMLINK_NOFOLLOW), 0);
}

static void test_sweep(void **state) {
    (void)state;
    static const char *const go[] = {"s/.hashes.Ab12Cd", "s/..gitignore.xyzXYZ"};
    static const char *const stay[] = {"s/.young.Ab12Cd", "s/hashes",    "s/.gitignore", "s/.x.Ab12C",
                                       "s/..Ab12Cd",      "s/.a.b-12Cd", "s/a.b.Ab12Cd"};
    DK_AUTO_STRV dk_strv removed = DK_STRV_INIT;
    assert_true(dk_mkdirs(scratch("s/.folder.Ab12Cd"), 0755, NULL));
    for (size_t i = 0; i < DK_COUNT(go); i++) {
        scratch_write(go[i], "");
        age(go[i], 100);
    }
    for (size_t i = 0; i < DK_COUNT(stay); i++) {
        scratch_write(stay[i], "");
        age(stay[i], i == 0 ? 10 : 100);
    }
    assert_int_equal(symlink("hashes", scratch("s/.link.Ab12Cd")), 0);
    age("s/.link.Ab12Cd", 100);
    age("s/.folder.Ab12Cd", 100);
    dk_file_sweep(scratch("s"), 60, &removed);
    assert_int_equal(removed.count, DK_COUNT(go));
    for (size_t i = 0; i < DK_COUNT(go); i++)
        assert_false(dk_file_exists(scratch(go[i])));
    for (size_t i = 0; i < DK_COUNT(stay); i++)
        assert_true(dk_file_exists(scratch(stay[i])));
    assert_true(dk_file_exists(scratch("s/.folder.Ab12Cd")) && dk_file_exists(scratch("s/.link.Ab12Cd")));
    dk_file_sweep(scratch("s/nowhere"), 60, NULL);
}

static void test_failed_write_leaves_nothing(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    assert_true(dk_mkdirs(scratch("w/taken"), 0755, NULL));
    scratch_write("w/taken/x", "");
    assert_false(write_text("w/taken", "text", 0600, &error)); /* a folder is in the way */
    assert_string_equal(error.code, "file-unwritable");
    assert_non_null(error.detail);
    assert_int_equal(count_entries(scratch("w")), 1);
    assert_false(write_text("nowhere/x", "text", 0600, &error));
    assert_string_equal(error.code, "file-unwritable");
}

static void test_write_through_a_link(void **state) {
    (void)state;
    scratch_write("real/env", "old");
    assert_int_equal(symlink("real/env", scratch("link")), 0);
    assert_true(write_text("link", "new", 0600, NULL));
    scratch_expect("real/env", "new");
    struct stat status;
    assert_int_equal(lstat(scratch("link"), &status), 0);
    assert_true(S_ISLNK(status.st_mode));
}

static void test_owner_is_kept(void **state) {
    (void)state;
    if (geteuid() != 0)
        skip_because("needs root");
    scratch_write("theirs", "old");
    assert_int_equal(chown(scratch("theirs"), 12345, 12346), 0);
    assert_true(write_text("theirs", "new", 0600, NULL));
    struct stat status;
    assert_int_equal(stat(scratch("theirs"), &status), 0);
    assert_int_equal(status.st_uid, 12345);
    assert_int_equal(status.st_gid, 12346);
}

static void test_read_errors(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    DK_AUTO_BUF dk_buf content = DK_BUF_INIT;
    assert_false(dk_file_read(scratch("missing"), 0, &content, &error));
    assert_string_equal(error.code, "file-missing");
    assert_false(dk_file_read(scratch_folder, 0, &content, &error));
    assert_string_equal(error.code, "file-unreadable");
    assert_string_equal(error.detail, strerror(EISDIR));
    scratch_write("big", "0123456789");
    assert_false(dk_file_read(scratch("big"), 9, &content, &error));
    assert_string_equal(error.code, "file-too-large");
    dk_buf_truncate(&content, 0);
    assert_true(dk_file_read(scratch("big"), 10, &content, NULL));
    assert_int_equal(content.length, 10);
    DK_AUTO_BUF dk_buf small = {.limit = 4};
    assert_false(dk_file_read(scratch("big"), 0, &small, &error));
    assert_string_equal(error.code, "file-too-large");
}

static void test_mkdirs(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    assert_true(dk_mkdirs(scratch("p/q/r"), 0700, &error));
    assert_true(dk_is_directory(scratch("p/q/r")));
    assert_true(dk_mkdirs(scratch("p/q/r"), 0700, &error));
    assert_true(dk_mkdirs(scratch("p//s/"), 0700, &error));
    assert_true(dk_is_directory(scratch("p/s")));
    scratch_write("p/file", "");
    assert_false(dk_mkdirs(scratch("p/file"), 0700, &error));
    assert_string_equal(error.code, "folder-unwritable");
    assert_false(dk_mkdirs(scratch("p/file/below"), 0700, &error));
    assert_string_equal(error.detail, strerror(ENOTDIR));
}

static void test_exists(void **state) {
    (void)state;
    scratch_write("e", "");
    assert_true(dk_file_exists(scratch("e")));
    assert_false(dk_is_directory(scratch("e")));
    assert_true(dk_is_directory(scratch_folder));
    assert_false(dk_file_exists(scratch("none")));
}

static void test_disk_free(void **state) {
    (void)state;
    assert_true(dk_disk_free(scratch_folder) > 0);
    assert_int_equal(dk_disk_free(scratch("none")), -1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_write_and_read),
        cmocka_unit_test(test_sweep),
        cmocka_unit_test(test_failed_write_leaves_nothing),
        cmocka_unit_test(test_write_through_a_link),
        cmocka_unit_test(test_owner_is_kept),
        cmocka_unit_test(test_read_errors),
        cmocka_unit_test(test_mkdirs),
        cmocka_unit_test(test_exists),
        cmocka_unit_test(test_disk_free),
    };
    return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}

/* temporary.c: what is in use stays, what nobody uses any more goes. */
#include "archives.h"

static void in_use_or_not(void **state) {
    (void)state;
    DK_AUTO_STRV dk_strv removed = DK_STRV_INIT;
    DK_AUTOFREE char *file = NULL;
    DK_AUTOFREE char *folder = NULL;
    int lock = -1;
    int fd = tar_temporary_open(lab.folder, &file, &lab.error);
    lab_must(fd >= 0);
    lab_must(tar_temporary_folder(lab.folder, &folder, &lock, &lab.error));
    write_text(folder, "inside", "x");
    write_text(lab.folder, "kept", "whole");
    tar_sweep(lab.folder, &removed);
    assert_int_equal(removed.count, 0);
    close(fd);
    close(lock);
    tar_sweep(lab.folder, &removed);
    assert_int_equal(removed.count, 2);
    assert_false(dk_file_exists(file));
    assert_false(dk_file_exists(folder));
    assert_int_equal(count_files(), 1);
    tar_sweep("/nowhere", NULL);
}

static void nowhere(void **state) {
    (void)state;
    char *path = NULL;
    int lock = -1;
    assert_int_equal(tar_temporary_open("/nowhere/at/all", &path, &lab.error), -1);
    assert_string_equal(lab.error.code, "write-failed");
    lab_must_fail(tar_temporary_folder("/nowhere/at/all", &path, &lock, &lab.error), "write-failed");
    assert_null(path);
}

int main(void) {
    static const struct CMUnitTest tests[] = {LAB_TEST(in_use_or_not), LAB_TEST(nowhere)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

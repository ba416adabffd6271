/* file.c: the file below an archive. */
#include "archives.h"

#include <errno.h>

static void reading(void **state) {
    (void)state;
    tar_input *input = dk_alloc(sizeof *input);
    const void *block;
    write_text(lab.folder, "one.tar.zst", "content");
    lab_must(tar_input_open(input, lab.path, &lab.error));
    assert_int_equal(tar_input_read(NULL, input, &block), 7);
    assert_memory_equal(block, "content", 7);
    assert_int_equal(input->position, 7);
    assert_int_equal(tar_input_read(NULL, input, &block), 0);
    close(input->fd);
    lab_must_fail(tar_input_open(input, "/nowhere/at/all", &lab.error), "file-missing");
    free(input);
}

static void unreadable(void **state) {
    (void)state;
    tar_input *input = dk_alloc(sizeof *input);
    struct archive *archive = archive_read_new();
    const void *block;
    lab_must(tar_input_open(input, lab.folder, &lab.error));
    assert_int_equal(tar_input_read(archive, input, &block), -1);
    assert_int_equal(archive_errno(archive), EISDIR);
    lab_must_fail(tar_fail_damaged(archive, "one", &lab.error), "archive-damaged");
    assert_string_equal(lab.error.detail, "the file can't be read");
    archive_read_free(archive);
    close(input->fd);
    free(input);
}

static void writing(void **state) {
    (void)state;
    int fd = open(lab.path, O_RDWR | O_CREAT, 0600);
    assert_true(tar_write_all(fd, "abc", 3));
    assert_true(tar_write_all(fd, "", 0));
    close(fd);
    assert_int_equal(size_of(lab.path), 3);
    assert_false(tar_write_all(fd, "abc", 3));
    assert_int_equal(errno, EBADF);
}

static void what_failed(void **state) {
    (void)state;
    lab_must_fail(tar_fail_write("one", EIO, &lab.error), "write-failed");
    assert_null(lab.error.hint);
    lab_must_fail(tar_fail_write("one", ENOSPC, &lab.error), "disk-full");
    assert_contains(lab.error.hint, "[snapshot] dir");
}

static void a_sum(void **state) {
    (void)state;
    DK_AUTO_BUF dk_buf sums = DK_BUF_INIT;
    tar_add_sum(&sums, "00ff", "a b");
    assert_string_equal(dk_buf_text(&sums), "00ff  a b\n");
}

int main(void) {
    static const struct CMUnitTest tests[] = {LAB_TEST(reading), LAB_TEST(unreadable), LAB_TEST(writing),
                                              LAB_TEST(what_failed), LAB_TEST(a_sum)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

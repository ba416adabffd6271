/* seal.c: damage is noticed wherever it is, without unpacking anything. */
#include "archives.h"

static bool check(void) {
    return tar_seal_check(lab.path, &sha256, NULL, &lab.error);
}

static void an_intact_one(void **state) {
    (void)state;
    make_archive();
    lab_must(check());
}

static void set_byte(int64_t offset, unsigned char mask) {
    int fd = open(lab.path, O_RDWR);
    unsigned char byte;
    assert_true(fd >= 0);
    assert_int_equal(pread(fd, &byte, 1, offset), 1);
    byte ^= mask;
    assert_int_equal(pwrite(fd, &byte, 1, offset), 1);
    close(fd);
}

/* The seal itself byte by byte, and places all over the rest. */
static void every_flipped_byte(void **state) {
    (void)state;
    make_archive();
    int64_t size = size_of(lab.path);
    for (int64_t offset = 0; offset < size; offset += offset < size - TAR_SEAL_BYTES - 997 ? 997 : 1) {
        unsigned char mask = (unsigned char)(1 << (offset % 8));
        set_byte(offset, mask);
        assert_false(check());
        assert_true(dk_error_is(&lab.error, "archive-damaged") ||
                    dk_error_is(&lab.error, "archive-unsealed"));
        set_byte(offset, mask);
    }
    lab_must(check());
}

static void every_cut(void **state) {
    (void)state;
    make_archive();
    int64_t size = size_of(lab.path);
    for (int64_t left = size - 1; left >= 0; left -= left > size - 200 ? 1 : left > 1500 ? 1499 : 1) {
        assert_int_equal(truncate(lab.path, left), 0);
        lab_must_fail(check(), "archive-unsealed");
    }
}

static void something_behind_it(void **state) {
    (void)state;
    make_archive();
    run("echo >>one.tar.zst");
    lab_must_fail(check(), "archive-unsealed");
}

static void no_archive_at_all(void **state) {
    (void)state;
    lab_must_fail(check(), "file-missing");
    lab_must_fail(tar_seal_check(lab.folder, &sha256, NULL, &lab.error), "archive-unsealed");
}

/* Other programs find nothing strange about it. */
static void others_can_read_it(void **state) {
    (void)state;
    make_archive();
    run("zstd -q -d -c one.tar.zst | tar -xf - && sha256sum -c --strict SHA256SUMS && test -s data/000000");
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        LAB_TEST(an_intact_one),       LAB_TEST(every_flipped_byte), LAB_TEST(every_cut),
        LAB_TEST(something_behind_it), LAB_TEST(no_archive_at_all),  LAB_TEST(others_can_read_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

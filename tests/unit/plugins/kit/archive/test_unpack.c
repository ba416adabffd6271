/* unpack.c: whatever compressed a file, its bytes. */
#include "archives.h"

static char *unpack(const char *file) {
    DK_AUTOFREE char *path = dk_path_join(lab.folder, file);
    tar_unpacker *unpacker = tar_unpacker_open(path, &lab.error);
    dk_buf all = DK_BUF_INIT;
    char block[1000];
    size_t length = 1;
    while (unpacker && length > 0) {
        if (!tar_unpacker_read(unpacker, block, sizeof block, &length, &lab.error)) {
            tar_unpacker_close(unpacker);
            dk_buf_release(&all);
            return NULL;
        }
        dk_buf_append(&all, block, length);
    }
    if (!unpacker)
        return NULL;
    if (all.length > 0)
        assert_int_equal(tar_unpacker_position(unpacker), size_of(path));
    tar_unpacker_close(unpacker);
    return dk_buf_detach(&all);
}

static void whatever_compressed_it(void **state) {
    (void)state;
    run("seq 1 5000 >plain && gzip -k plain && zstd -q plain && gzip -c plain >misnamed.sql");
    static const char *const files[] = {"plain", "plain.gz", "plain.zst", "misnamed.sql"};
    for (size_t i = 0; i < DK_COUNT(files); i++) {
        DK_AUTOFREE char *text = unpack(files[i]);
        assert_non_null(text);
        assert_int_equal(strlen(text), 23893);
        assert_true(dk_starts_with(text, "1\n2\n3\n"));
        assert_true(dk_ends_with(text, "4999\n5000\n"));
    }
}

static void nothing_in_it(void **state) {
    (void)state;
    run(": >empty && gzip -k empty");
    DK_AUTOFREE char *one = unpack("empty");
    DK_AUTOFREE char *two = unpack("empty.gz");
    assert_string_equal(one, "");
    assert_string_equal(two, "");
}

static void cut_short(void **state) {
    (void)state;
    run("seq 1 5000 >plain && gzip -k plain && zstd -q plain && truncate -s 2000 plain.gz plain.zst");
    static const char *const files[] = {"plain.gz", "plain.zst"};
    for (size_t i = 0; i < DK_COUNT(files); i++) {
        assert_null(unpack(files[i]));
        assert_string_equal(lab.error.code, "archive-damaged");
    }
    assert_null(unpack("missing"));
    assert_string_equal(lab.error.code, "file-missing");
    tar_unpacker_close(NULL);
}

int main(void) {
    static const struct CMUnitTest tests[] = {LAB_TEST(whatever_compressed_it), LAB_TEST(nothing_in_it),
                                              LAB_TEST(cut_short)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

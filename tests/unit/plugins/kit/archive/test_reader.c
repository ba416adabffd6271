/* reader.c: what is read is what was written, and nothing in an archive leads outside. */
#include "archives.h"

static const char *name;
static int64_t size;

static tar_reader *open_it(void) {
    tar_reader *reader = tar_reader_open(lab.path, &sha256, &lab.error);
    lab_must(reader);
    return reader;
}

static void member_by_member(void **state) {
    (void)state;
    make_archive();
    TAR_AUTO_READER tar_reader *reader = open_it();
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    assert_int_equal(tar_reader_next(reader, &name, &size, &lab.error), TAR_MEMBER);
    assert_string_equal(name, "manifest.json");
    lab_must(tar_reader_text(reader, 100, &text, &lab.error));
    assert_string_equal(dk_buf_text(&text), "{}");
    assert_int_equal(tar_reader_next(reader, &name, &size, &lab.error), TAR_MEMBER);
    assert_int_equal(size, 100000);
    assert_true(tar_reader_position(reader) > 0);
    /* Passed over, and checked all the same. */
    assert_int_equal(tar_reader_next(reader, &name, &size, &lab.error), TAR_END);
}

static void into_a_file(void **state) {
    (void)state;
    make_archive();
    TAR_AUTO_READER tar_reader *reader = open_it();
    DK_AUTOFREE char *bytes = noise(100000);
    DK_AUTO_BUF dk_buf found = DK_BUF_INIT;
    DK_AUTOFREE char *path = dk_path_join(lab.folder, "out");
    int fd = open(path, O_RDWR | O_CREAT, 0600);
    tar_reader_next(reader, &name, &size, &lab.error);
    tar_reader_next(reader, &name, &size, &lab.error);
    lab_must(tar_reader_save(reader, fd, &lab.error));
    close(fd);
    lab_must(dk_file_read(path, 0, &found, &lab.error));
    assert_int_equal(found.length, 100000);
    assert_memory_equal(found.data, bytes, 100000);
}

static void too_much_text(void **state) {
    (void)state;
    make_archive();
    TAR_AUTO_READER tar_reader *reader = open_it();
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    tar_reader_next(reader, &name, &size, &lab.error);
    lab_must_fail(tar_reader_text(reader, 1, &text, &lab.error), "archive-unsafe");
}

/* Made by tar, without sums or seal, and with what must never be unpacked. */
static tar_found read_all(void) {
    TAR_AUTO_READER tar_reader *reader = tar_reader_open(lab.path, &sha256, &lab.error);
    tar_found found = TAR_FAILED;
    while (reader && (found = tar_reader_next(reader, &name, &size, &lab.error)) == TAR_MEMBER)
        continue;
    return found;
}

static void unsafe_members(void **state) {
    (void)state;
    static const char *const commands[] = {
        "ln -s /etc/passwd link && tar -cf one.tar link",
        "echo a >a && ln a b && tar -cf one.tar a b",
        "mkdir dir && tar -cf one.tar dir",
        "mkfifo pipe && tar -cf one.tar pipe",
        "echo a >a && tar -P -cf one.tar \"$PWD/a\"",
        "mkdir -p d && echo a >a && tar -P -cf one.tar d/../a",
        "echo a >'a\\b' && tar --no-unquote -cf one.tar 'a\\b'",
    };
    for (size_t i = 0; i < DK_COUNT(commands); i++) {
        run(commands[i]);
        run("zstd -q one.tar -o one.tar.zst");
        assert_int_equal(read_all(), TAR_FAILED);
        assert_string_equal(lab.error.code, "archive-unsafe");
        run("rm -rf ./*");
    }
}

static void wrong_sums(void **state) {
    (void)state;
    static const struct {
        const char *command, *why;
    } rows[] = {
        {"echo a >a && tar -cf one.tar a", "ends before its SHA256SUMS"},
        {"echo a >a && echo b >SHA256SUMS && tar -cf one.tar a SHA256SUMS", "are not those of its members"},
        {"echo a >a && sha256sum a >SHA256SUMS && echo b >a && tar -cf one.tar a SHA256SUMS",
         "are not those of its members"},
        {"echo a >a && sha256sum a >SHA256SUMS && tar -cf one.tar a SHA256SUMS a", "something follows"},
    };
    for (size_t i = 0; i < DK_COUNT(rows); i++) {
        run(rows[i].command);
        run("zstd -q one.tar -o one.tar.zst");
        assert_int_equal(read_all(), TAR_FAILED);
        assert_string_equal(lab.error.code, "archive-damaged");
        assert_contains(lab.error.detail, rows[i].why);
        run("rm -rf ./*");
    }
    run("echo a >a && sha256sum a >SHA256SUMS && tar -cf one.tar a SHA256SUMS && zstd -q one.tar -o "
        "one.tar.zst");
    assert_int_equal(read_all(), TAR_END);
}

static void no_archive(void **state) {
    (void)state;
    assert_null(tar_reader_open(lab.path, &sha256, &lab.error));
    assert_string_equal(lab.error.code, "file-missing");
    write_text(lab.folder, "one.tar.zst", "this is not an archive, though its name says so");
    tar_reader *reader = tar_reader_open(lab.path, &sha256, &lab.error);
    if (reader)
        assert_int_equal(tar_reader_next(reader, &name, &size, &lab.error), TAR_FAILED);
    assert_string_equal(lab.error.code, "archive-damaged");
    tar_reader_close(reader);
}

static void a_cut_one(void **state) {
    (void)state;
    make_archive();
    assert_int_equal(truncate(lab.path, size_of(lab.path) / 2), 0);
    assert_int_equal(read_all(), TAR_FAILED);
    assert_string_equal(lab.error.code, "archive-damaged");
}

static void names(void **state) {
    (void)state;
    static const char *const safe[] = {"a", "a/b", "..a", "a..", ".hidden", "a b", "ünï"};
    static const char *const unsafe[] = {"",     "/",   "/a",   "..",   ".",      "./a",  "a/",
                                         "a//b", "a/.", "../a", "a/..", "a/../b", "a\\b", "a\nb"};
    for (size_t i = 0; i < DK_COUNT(safe); i++)
        assert_true(tar_name_is_safe(safe[i]));
    for (size_t i = 0; i < DK_COUNT(unsafe); i++)
        assert_false(tar_name_is_safe(unsafe[i]));
    DK_AUTOFREE char *longest = dk_alloc(300);
    memset(longest, 'a', 299);
    assert_false(tar_name_is_safe(longest));
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        LAB_TEST(member_by_member), LAB_TEST(into_a_file), LAB_TEST(too_much_text), LAB_TEST(unsafe_members),
        LAB_TEST(wrong_sums),       LAB_TEST(no_archive),  LAB_TEST(a_cut_one),     LAB_TEST(names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

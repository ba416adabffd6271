/* writer.c: complete, or not there. */
#include "archives.h"

#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>

static void nothing_before_the_end(void **state) {
    (void)state;
    tar_writer *writer = tar_writer_open(lab.path, &plain, &lab.error);
    lab_must(writer);
    lab_must(tar_writer_member(writer, "a", "x", 1, &lab.error));
    assert_false(dk_file_exists(lab.path));
    int64_t size = 0;
    lab_must(tar_writer_finish(writer, &size, &lab.error));
    assert_int_equal(size, size_of(lab.path));
    assert_int_equal(count_files(), 1);
    struct stat status;
    assert_int_equal(stat(lab.path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
}

static void given_up(void **state) {
    (void)state;
    tar_writer *writer = tar_writer_open(lab.path, &plain, &lab.error);
    lab_must(writer);
    lab_must(tar_writer_begin(writer, "a", 1000, &lab.error));
    lab_must(tar_writer_add(writer, "x", 1, &lab.error));
    tar_writer_abort(writer);
    tar_writer_abort(NULL);
    assert_int_equal(count_files(), 0);
}

static void never_replaces(void **state) {
    (void)state;
    tar_writer *writer = tar_writer_open(lab.path, &plain, &lab.error);
    lab_must(writer);
    write_text(lab.folder, "one.tar.zst", "somebody was quicker");
    lab_must_fail(tar_writer_finish(writer, NULL, &lab.error), "file-exists");
    assert_int_equal(count_files(), 1);
    assert_int_equal(size_of(lab.path), 20);
}

static void sizes_must_be_kept(void **state) {
    (void)state;
    tar_writer *writer = tar_writer_open(lab.path, &plain, &lab.error);
    lab_must(tar_writer_begin(writer, "a", 2, &lab.error));
    lab_must_fail(tar_writer_add(writer, "abc", 3, &lab.error), "write-failed");
    lab_must(tar_writer_add(writer, "a", 1, &lab.error));
    lab_must_fail(tar_writer_end(writer, &lab.error), "write-failed");
    assert_contains(lab.error.message, "a shrank");
    tar_writer_abort(writer);
}

static void no_such_folder(void **state) {
    (void)state;
    DK_AUTOFREE char *path = dk_path_join(lab.folder, "missing/one");
    assert_null(tar_writer_open(path, &plain, &lab.error));
    assert_string_equal(lab.error.code, "write-failed");
}

/* A limit on the file's size fails as a full disk would. */
static void no_room(void **state) {
    (void)state;
    struct rlimit before, small = {200000, RLIM_INFINITY};
    DK_AUTOFREE char *bytes = noise(1000000);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small.rlim_max = before.rlim_max;
    signal(SIGXFSZ, SIG_IGN);
    tar_writer *writer = tar_writer_open(lab.path, &plain, &lab.error);
    lab_must(writer);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    bool written = tar_writer_member(writer, "a", bytes, 1000000, &lab.error);
    bool finished = tar_writer_finish(writer, NULL, &lab.error);
    setrlimit(RLIMIT_FSIZE, &before);
    assert_false(written && finished);
    assert_false(finished);
    assert_string_equal(lab.error.code, "write-failed");
    assert_int_equal(count_files(), 0);
}

/* Threads make another file of it, with the same content. */
static void compressed_by_threads(void **state) {
    (void)state;
    tar_writer_options options = {.digest = &sha256, .level = 1, .threads = 2};
    DK_AUTOFREE char *bytes = noise(3000000);
    tar_writer *writer = tar_writer_open(lab.path, &options, &lab.error);
    lab_must(writer);
    lab_must(tar_writer_member(writer, "a", bytes, 3000000, &lab.error));
    lab_must(tar_writer_finish(writer, NULL, &lab.error));
    lab_must(tar_seal_check(lab.path, &sha256, NULL, &lab.error));
    run("zstd -q -t one.tar.zst && zstd -q -d -c one.tar.zst | tar -xf - && sha256sum -c --strict "
        "SHA256SUMS");
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        LAB_TEST(nothing_before_the_end), LAB_TEST(given_up),       LAB_TEST(never_replaces),
        LAB_TEST(sizes_must_be_kept),     LAB_TEST(no_such_folder), LAB_TEST(no_room),
        LAB_TEST(compressed_by_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

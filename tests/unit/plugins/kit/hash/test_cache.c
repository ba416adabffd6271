#include "../test_support.h"

#include <fcntl.h>
#include <kit/hash/hash.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>

static char *folder, *cache_path;

static int setup(void **state) {
    (void)state;
    folder = make_scratch();
    cache_path = dk_path_join(folder, "cache");
    return 0;
}

static int teardown(void **state) {
    (void)state;
    dk_remove_tree(folder, NULL);
    free(folder);
    free(cache_path);
    return 0;
}

static void hash_one(const char *name, char *hex) {
    DK_AUTOFREE char *path = dk_path_join(folder, name);
    hash_cache *cache = hash_cache_open(cache_path);
    assert_true(hash_cache_file(cache, path, hex, NULL));
    hash_cache_close(cache);
}

static void expect_hash(const char *name, const char *content) {
    char expected[HASH_HEX], hex[HASH_HEX];
    hash_memory_hex(content, strlen(content), expected);
    hash_one(name, hex);
    assert_string_equal(hex, expected);
}

/* ctime can't be set back, so what counts as settled is waited for. */
static void let_settle(void) {
    usleep(2200 * 1000);
}

static struct stat status_of(const char *path) {
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    return status;
}

static void test_hashes_and_notices_changes(void **state) {
    (void)state;
    write_text(folder, "a", "one");
    expect_hash("a", "one");
    assert_false(dk_file_exists(cache_path)); /* just changed: not yet trusted */
    write_text(folder, "a", "two");
    expect_hash("a", "two");
    let_settle();
    expect_hash("a", "two");
    assert_true(dk_file_exists(cache_path));
    write_text(folder, "a", "six");
    expect_hash("a", "six");
}

static void test_unchanged_cache_is_not_written(void **state) {
    (void)state;
    write_text(folder, "a", "one");
    let_settle();
    expect_hash("a", "one");
    struct stat before = status_of(cache_path);
    expect_hash("a", "one");
    struct stat after = status_of(cache_path);
    assert_int_equal(before.st_ino, after.st_ino);
}

/* Rewrites a file so that size and mtime stay, as `touch -r` or a fast editor would: ctime tells. */
static void test_same_size_and_mtime(void **state) {
    (void)state;
    DK_AUTOFREE char *path = dk_path_join(folder, "a");
    write_text(folder, "a", "one");
    let_settle();
    expect_hash("a", "one");
    struct stat before = status_of(path);
    int fd = open(path, O_WRONLY);
    assert_int_equal(write(fd, "two", 3), 3);
    struct timespec times[2] = {before.st_atim, before.st_mtim};
    assert_int_equal(futimens(fd, times), 0);
    close(fd);
    expect_hash("a", "two");
}

static void test_torn_and_foreign_files(void **state) {
    (void)state;
    DK_AUTO_BUF dk_buf content = DK_BUF_INIT;
    write_text(folder, "a", "one");
    let_settle();
    expect_hash("a", "one");
    assert_true(dk_file_read(cache_path, 0, &content, NULL));
    for (size_t length = 0; length < content.length; length += 19) {
        write_bytes(folder, "cache", content.data, length);
        expect_hash("a", "one");
    }
    for (size_t i = 0; i < content.length; i += 11) {
        content.data[i] ^= 0x55;
        write_bytes(folder, "cache", content.data, content.length);
        content.data[i] ^= 0x55;
        expect_hash("a", "one");
    }
}

static void test_failures(void **state) {
    (void)state;
    DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
    DK_AUTOFREE char *missing = dk_path_join(folder, "missing");
    DK_AUTOFREE char *fifo = dk_path_join(folder, "fifo");
    char hex[HASH_HEX];
    assert_int_equal(mkfifo(fifo, 0600), 0);
    hash_cache *cache = hash_cache_open(NULL);
    assert_false(hash_cache_file(cache, missing, hex, &error));
    assert_string_equal(error.code, "file-unreadable");
    assert_contains(error.message, missing);
    assert_false(hash_cache_file(cache, folder, hex, &error));
    assert_false(hash_cache_file(cache, fifo, hex, &error)); /* and must not hang */
    hash_cache_close(cache);
    hash_cache_close(NULL);
}

static void test_many_files(void **state) {
    (void)state;
    enum { FILES = 5000 };
    char name[32], hex[HASH_HEX], expected[HASH_HEX];
    for (int i = 0; i < FILES; i++) {
        snprintf(name, sizeof name, "f%d", i);
        DK_AUTOFREE char *path = dk_path_join(folder, name);
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        fputs(name, file);
        fclose(file);
    }
    let_settle();
    for (int round = 0; round < 3; round++) {
        int64_t before = dk_now_ms();
        hash_cache *cache = hash_cache_open(cache_path);
        for (int i = 0; i < FILES; i++) {
            snprintf(name, sizeof name, "f%d", i);
            DK_AUTOFREE char *path = dk_path_join(folder, name);
            assert_true(hash_cache_file(cache, path, hex, NULL));
            if (i % 1000 == 0) {
                hash_memory_hex(name, strlen(name), expected);
                assert_string_equal(hex, expected);
            }
        }
        hash_cache_close(cache);
        print_message("%d files, round %d: %d ms\n", FILES, round, (int)(dk_now_ms() - before));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_hashes_and_notices_changes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_unchanged_cache_is_not_written, setup, teardown),
        cmocka_unit_test_setup_teardown(test_same_size_and_mtime, setup, teardown),
        cmocka_unit_test_setup_teardown(test_torn_and_foreign_files, setup, teardown),
        cmocka_unit_test_setup_teardown(test_failures, setup, teardown),
        cmocka_unit_test_setup_teardown(test_many_files, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

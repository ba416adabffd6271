/* What the tests of kit/archive share: a scratch folder, real digests, an archive to look at, and a foreign
 * tar. */
#ifndef TESTS_KIT_ARCHIVES_H
#define TESTS_KIT_ARCHIVES_H

#include "../test_support.h"

#include <fcntl.h>
#include <kit/archive/archive_internal.h>
#include <kit/hash/hash.h>
#include <stdio.h>
#include <sys/stat.h>

#define ARCHIVES_UNUSED __attribute__((unused))

static struct {
    char *folder;
    char *path; /* FOLDER/one.tar.zst */
    dk_error error;
} lab;

static void *digest_begin(void) {
    return hash_new();
}

static void digest_add(void *state, const void *data, size_t length) {
    hash_update(state, data, length);
}

static void digest_end(void *state, char *hex) {
    if (hex)
        hash_hex(state, hex);
    else
        hash_free(state);
}

static const tar_digest sha256 = {digest_begin, digest_add, digest_end};
static const tar_writer_options ARCHIVES_UNUSED plain = {.digest = &sha256};

static int lab_setup(void **state) {
    (void)state;
    memset(&lab, 0, sizeof lab);
    lab.folder = make_scratch();
    lab.path = dk_path_join(lab.folder, "one.tar.zst");
    return 0;
}

static int lab_teardown(void **state) {
    (void)state;
    dk_remove_tree(lab.folder, NULL);
    free(lab.folder);
    free(lab.path);
    dk_error_release(&lab.error);
    return 0;
}

#define LAB_TEST(function) cmocka_unit_test_setup_teardown(function, lab_setup, lab_teardown)
#define lab_must(condition)                                                                                  \
    do {                                                                                                     \
        if (!(condition))                                                                                    \
            fail_msg("%s: %s (%s)", #condition, lab.error.message,                                           \
                     lab.error.detail ? lab.error.detail : "");                                              \
    } while (0)
#define lab_must_fail(condition, expected)                                                                   \
    do {                                                                                                     \
        assert_false(condition);                                                                             \
        assert_string_equal(lab.error.code, expected);                                                       \
    } while (0)

/* Bytes that do not compress to nothing. */
static ARCHIVES_UNUSED char *noise(size_t length) {
    char *bytes = dk_alloc(length + 1);
    uint32_t state = 12345;
    for (size_t i = 0; i < length; i++) {
        state = state * 1664525u + 1013904223u;
        bytes[i] = (char)(state >> 24);
    }
    return bytes;
}

/* Two members: "manifest.json" and 100,000 bytes of noise as "data/000000". */
static ARCHIVES_UNUSED void make_archive(void) {
    DK_AUTOFREE char *bytes = noise(100000);
    tar_writer *writer = tar_writer_open(lab.path, &plain, &lab.error);
    lab_must(writer);
    lab_must(tar_writer_member(writer, "manifest.json", "{}", 2, &lab.error));
    lab_must(tar_writer_member(writer, "data/000000", bytes, 100000, &lab.error));
    lab_must(tar_writer_finish(writer, NULL, &lab.error));
}

static ARCHIVES_UNUSED int64_t size_of(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 ? (int64_t)status.st_size : -1;
}

/* Files in the scratch folder. */
static ARCHIVES_UNUSED size_t count_files(void) {
    DK_AUTO_STRV dk_strv patterns = DK_STRV_INIT;
    DK_AUTO_STRV dk_strv paths = DK_STRV_INIT;
    dk_strv_add(&patterns, "*");
    dk_strv_add(&patterns, ".*");
    lab_must(dk_glob(lab.folder, &patterns, &paths, &lab.error));
    return paths.count;
}

static ARCHIVES_UNUSED void run(const char *command) {
    DK_AUTOFREE char *text = dk_format("cd %s && %s", lab.folder, command);
    DK_AUTO_PROCESS dk_process process = DK_PROCESS_INIT;
    dk_process_add(&process, "/bin/sh");
    dk_process_add(&process, "-c");
    dk_process_add(&process, text);
    lab_must(dk_process_run(&process, &lab.error));
}

#endif

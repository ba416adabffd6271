/* A temporary folder for one test program, and small files in it. */
#ifndef TESTS_UNIT_BASE_SCRATCH_H
#define TESTS_UNIT_BASE_SCRATCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <devkit/file.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char scratch_folder[4096];

/* For cmocka's setup and teardown, of a group or of each test. */
static inline int scratch_make(void **state) {
    (void)state;
    const char *parent = getenv("TMPDIR");
    snprintf(scratch_folder, sizeof scratch_folder, "%s/devkit-unit-XXXXXX",
             parent == NULL ? "/tmp" : parent);
    return mkdtemp(scratch_folder) == NULL ? -1 : 0;
}

static inline int scratch_remove(void **state) {
    (void)state;
    return dk_remove_tree(scratch_folder, NULL) ? 0 : -1;
}

/* Path below the folder; one of eight buffers, in turn. */
static inline const char *scratch(const char *name) {
    static char paths[8][8192];
    static unsigned next;
    char *path = paths[next++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", scratch_folder, name);
    return path;
}

static inline void scratch_write(const char *name, const char *content) {
    DK_AUTOFREE char *folder = dk_path_dirname(scratch(name));
    assert_true(dk_mkdirs(folder, 0755, NULL));
    FILE *file = fopen(scratch(name), "w");
    assert_non_null(file);
    assert_true(fputs(content, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

/* Content of a file below the folder. Caller frees. */
static inline char *scratch_read(const char *name) {
    dk_buf content = DK_BUF_INIT;
    assert_true(dk_file_read(scratch(name), 0, &content, NULL));
    return dk_buf_detach(&content);
}

static inline void scratch_expect(const char *name, const char *content) {
    DK_AUTOFREE char *found = scratch_read(name);
    assert_string_equal(found, content);
}

#endif

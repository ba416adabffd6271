/* What the unit tests of the kit libraries share: cmocka's headers, scratch folders and files. */
#ifndef TESTS_KIT_SUPPORT_H
#define TESTS_KIT_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <devkit/devkit.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Caller frees; remove it with dk_remove_tree. */
static inline char *make_scratch(void) {
    char *folder = dk_strdup("/tmp/devkit-kit-XXXXXX");
    assert_non_null(mkdtemp(folder));
    return folder;
}

static inline void write_bytes(const char *folder, const char *name, const void *data, size_t length) {
    DK_AUTOFREE char *path = dk_path_join(folder, name);
    assert_true(dk_file_write(path, data, length, 0644, NULL));
}

static inline void write_text(const char *folder, const char *name, const char *text) {
    write_bytes(folder, name, text, strlen(text));
}

static inline void assert_contains(const char *text, const char *part) {
    if (!text || !strstr(text, part))
        fail_msg("\"%s\" is not in \"%s\"", part, text ? text : "(null)");
}

#endif

/* A temporary folder for one test, and files in it. */
#ifndef DEVKIT_TESTS_UNIT_CONFIG_FOLDER_H
#define DEVKIT_TESTS_UNIT_CONFIG_FOLDER_H

#include <devkit/file.h>
#include <stdlib.h>
#include <string.h>

static char test_folder[64];

static int folder_make(void **state) {
    (void)state;
    strcpy(test_folder, "/tmp/devkit-config-XXXXXX");
    return mkdtemp(test_folder) ? 0 : -1;
}

static int folder_remove(void **state) {
    (void)state;
    return dk_remove_tree(test_folder, NULL) ? 0 : -1;
}

static inline void folder_write(const char *name, const char *text) {
    char *path = dk_path_join(test_folder, name);
    char *parent = dk_path_dirname(path);
    dk_mkdirs(parent, 0700, NULL);
    dk_file_write(path, text, strlen(text), 0600, NULL);
    free(parent);
    free(path);
}

#endif

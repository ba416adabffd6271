#include "config/project.h"

#include <devkit/file.h>

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The nearest folder upwards from `directory` that holds `name`, or NULL. */
static char *find_upwards(const char *directory, const char *name) {
    DK_AUTOFREE char *folder = dk_strdup(directory);
    for (;;) {
        DK_AUTOFREE char *candidate = dk_path_join(folder, name);
        if (dk_file_exists(candidate))
            return dk_strdup(folder);
        char *parent = dk_path_dirname(folder);
        bool top = strcmp(parent, folder) == 0;
        free(folder);
        folder = parent;
        if (top)
            return NULL;
    }
}

char *project_find_root(const char *directory, dk_error *error) {
    char working[PATH_MAX] = "/";
    if (!(directory && directory[0] == '/') && !getcwd(working, sizeof working)) {
        dk_fail_errno(error, errno, "directory-missing", "can't find the working directory");
        return NULL;
    }
    DK_AUTOFREE char *start = dk_path_absolute(working, directory ? directory : ".");
    if (!dk_is_directory(start)) {
        dk_fail(error, DK_ERROR_USAGE, "directory-missing", "there is no folder %s", start);
        return NULL;
    }
    char *root = find_upwards(start, PROJECT_FILE);
    if (!root)
        root = find_upwards(start, ".git");
    return root ? root : dk_strdup(start);
}

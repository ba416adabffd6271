/* Finding programs, and devkit itself. */
#include "base/program.h"
#include <devkit/file.h>
#include <devkit/process.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What a shell searches when nobody says. */
static const char default_search[] = "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin";

bool program_is_executable(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 && S_ISREG(status.st_mode) && access(path, X_OK) == 0;
}

char *program_find_in(const char *name, const char *search) {
    if (search == NULL)
        search = default_search;
    for (;;) {
        size_t length = strcspn(search, ":");
        DK_AUTOFREE char *folder = length == 0 ? dk_strdup(".") : dk_strndup(search, length);
        char *path = dk_path_join(folder, name);
        if (program_is_executable(path))
            return path;
        free(path);
        if (search[length] == '\0')
            return NULL;
        search += length + 1;
    }
}

char *dk_find_program(const char *name, const dk_strv *folders) {
    if (name == NULL || name[0] == '\0')
        return NULL;
    if (strchr(name, '/') != NULL)
        return program_is_executable(name) ? dk_path_absolute(NULL, name) : NULL;
    for (size_t i = 0; folders != NULL && i < folders->count; i++) {
        DK_AUTOFREE char *path = dk_path_join(folders->items[i], name);
        if (program_is_executable(path))
            return dk_path_absolute(NULL, path);
    }
    DK_AUTOFREE char *found = program_find_in(name, getenv("PATH"));
    return found == NULL ? NULL : dk_path_absolute(NULL, found);
}

const char *dk_executable_path(void) {
    static char *path;
    if (path == NULL)
        path = program_own_path();
    if (path == NULL)
        path = dk_find_program("devkit", NULL);
    return path == NULL ? "devkit" : path;
}

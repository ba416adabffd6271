/* Whose a process is, by the folder it works in. */
#include "ports.h"

#include <stdlib.h>
#include <string.h>

/* What a project's top folder holds. */
static const char *const markers[] = {".devkit.toml",  ".git",    "package.json", "pyproject.toml",
                                      "manage.py",     "go.mod",  "pom.xml",      "Cargo.toml",
                                      "composer.json", "Gemfile", "mix.exs"};

static bool has_marker(const char *folder) {
    for (size_t i = 0; i < DK_COUNT(markers); i++) {
        DK_AUTOFREE char *path = dk_path_join(folder, markers[i]);
        if (dk_file_exists(path))
            return true;
    }
    return false;
}

static bool lies_in(const char *folder, const char *top) {
    size_t length = strlen(top);
    return strncmp(folder, top, length) == 0 && (folder[length] == 0 || folder[length] == '/');
}

/* `folder` itself, then upwards. "/" and a home folder under version control are nobody's project. Caller
 * frees; NULL: none. */
static char *climb(const char *folder, bool (*is_top)(const char *)) {
    char *at = dk_strdup(folder);
    const char *home = getenv("HOME");
    while (*at && strcmp(at, "/") != 0) {
        if (!dk_streq(at, home) && is_top(at))
            return at;
        char *above = dk_path_dirname(at);
        free(at);
        at = above;
        if (strcmp(at, ".") == 0)
            break;
    }
    free(at);
    return NULL;
}

static bool has_git(const char *folder) {
    DK_AUTOFREE char *path = dk_path_join(folder, ".git");
    return dk_file_exists(path);
}

char *ports_work_tree(const char *folder) {
    char *top = climb(folder, has_git);
    return top ? top : dk_strdup(folder);
}

ports_place ports_place_of(const char *root, const char *folder) {
    if (!folder)
        return PORTS_UNSEEN;
    char *resolved = realpath(root, NULL); /* the system tells folders without links */
    DK_AUTOFREE char *real = resolved ? resolved : dk_strdup(root);
    DK_AUTOFREE char *top = ports_work_tree(real);
    if (lies_in(folder, real) || lies_in(folder, top))
        return PORTS_OURS;
    DK_AUTOFREE char *other = climb(folder, has_marker);
    return other ? PORTS_ANOTHER : PORTS_SYSTEM;
}

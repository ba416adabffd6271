/* See places.h. Each answer is worked out once and kept: the environment does not change under us. */
#include "host/places.h"

#include <devkit/file.h>
#include <devkit/process.h>
#include <limits.h>
#include <stdlib.h>

static char *beside_executable(const char *relative) {
    DK_AUTOFREE char *folder = dk_path_dirname(dk_executable_path());
    return dk_path_absolute(folder, relative);
}

static const char *find_place(char **kept, const char *variable, const char *near, const char *installed) {
    if (*kept != NULL)
        return *kept;
    const char *given = getenv(variable);
    if (given && *given) {
        char here[PATH_MAX];
        return *kept = dk_path_absolute(realpath(".", here) ? here : "/", given);
    }
    char *path = beside_executable(near);
    if (!dk_is_directory(path)) {
        free(path);
        path = beside_executable(installed);
    }
    return *kept = path;
}

const char *places_plugin_dir(void) {
    static char *kept;
    return find_place(&kept, "DEVKIT_PLUGIN_DIR", "plugins", "../lib/devkit/plugins");
}

const char *places_templates_dir(void) {
    static char *kept;
    return find_place(&kept, "DEVKIT_TEMPLATES", "../templates", "../share/devkit/templates");
}

const char *places_user_plugin_dir(void) {
    static char *kept;
    if (kept)
        return kept;
    const char *data = getenv("XDG_DATA_HOME");
    const char *home = getenv("HOME");
    /* The XDG specification says that a relative path is invalid and to be ignored. */
    if (data && data[0] == '/')
        kept = dk_path_join(data, "devkit/plugins");
    else if (home && home[0] == '/')
        kept = dk_path_join(home, ".local/share/devkit/plugins");
    return kept;
}

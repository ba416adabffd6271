/* Finding the Python virtual environment a command belongs to. */
#include <kit/layer/layer.h>

#include <stdlib.h>

static bool is_venv(const char *path) {
    DK_AUTOFREE char *python = dk_path_join(path, "bin/python");
    if (dk_file_exists(python))
        return true;
    DK_AUTOFREE char *config = dk_path_join(path, "pyvenv.cfg");
    return dk_file_exists(config);
}

static char *venv_below(const char *folder) {
    static const char *const names[] = {".venv", "venv"};
    for (size_t i = 0; i < DK_COUNT(names); i++) {
        char *path = dk_path_join(folder, names[i]);
        if (is_venv(path))
            return path;
        free(path);
    }
    return NULL;
}

bool layer_venv_find(const char *root, const char *cwd, const char *venv, char **found, dk_error *error) {
    *found = NULL;
    if (venv && *venv) {
        DK_AUTOFREE char *path = dk_path_absolute(root, venv);
        DK_AUTOFREE char *programs = dk_path_join(path, "bin");
        if (!dk_is_directory(programs)) {
            dk_fail(error, DK_ERROR_USAGE, "venv-missing", "the virtual environment %s does not exist", path);
            return dk_error_hint(error, "make it (python3 -m venv %s), or correct [migrate] venv", venv);
        }
        *found = dk_strdup(path);
        return true;
    }
    DK_AUTOFREE char *folder = dk_path_absolute(root, cwd && *cwd ? cwd : ".");
    *found = venv_below(folder);
    if (!*found && !dk_streq(folder, root))
        *found = venv_below(root);
    return true;
}

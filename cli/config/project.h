/* Where the project begins. */
#ifndef DEVKIT_CONFIG_PROJECT_H
#define DEVKIT_CONFIG_PROJECT_H

#include <devkit/error.h>

#define PROJECT_FILE ".devkit.toml"
#define PROJECT_LOCAL_FILE ".devkit.local.toml"

/* The project's root as seen from `directory`: the nearest folder upwards with a .devkit.toml, else the top
 * of the git work tree, else the directory itself. Absolute; caller frees. A relative directory starts at the
 * working directory; NULL is the working directory. Fails with "directory-missing". */
char *project_find_root(const char *directory, dk_error *error);

#endif

/* macOS: dyld knows which file we are. Elsewhere the search path has to do. */
#ifndef __linux__
#include "base/program.h"
#include <stdlib.h>
#ifdef __APPLE__
#include <limits.h>
#include <mach-o/dyld.h>
#endif

char *program_own_path(void) {
#ifdef __APPLE__
    char path[PATH_MAX];
    uint32_t size = sizeof path;
    if (_NSGetExecutablePath(path, &size) == 0)
        return realpath(path, NULL);
#endif
    return NULL;
}
#else
typedef int program_other_is_empty_here;
#endif

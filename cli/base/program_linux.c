/* Linux: /proc knows which file we are. */
#ifdef __linux__
#include "base/program.h"
#include <limits.h>
#include <unistd.h>

char *program_own_path(void) {
    char path[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
    return length <= 0 ? NULL : dk_strndup(path, (size_t)length);
}
#else
typedef int program_linux_is_empty_here;
#endif

/* Fault points, in the fault build only: the process can be told to die at its N-th one, as if somebody had
 * pulled the plug there. */
#include <devkit/system.h>

#ifdef DEVKIT_FAULTS
#include "base/fd.h"
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void write_log(const char *path, int64_t number, const char *name) {
    FD_AUTO_CLOSE int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0)
        return;
    DK_AUTOFREE char *line = dk_format("%lld %s\n", (long long)number, name);
    fd_write_all(fd, line, strlen(line));
}

void dk_fault_point(const char *name) {
    static int64_t passed;
    const char *log = getenv("DEVKIT_FAULT_LOG");
    const char *wanted = getenv("DEVKIT_FAULT_AT");
    int64_t at = 0;
    passed++;
    if (log != NULL)
        write_log(log, passed, name);
    if (wanted != NULL && dk_parse_int64(wanted, &at) && at == passed)
        kill(getpid(), SIGKILL);
}
#endif

/* Linux has descriptors for processes since 5.3; they are close-on-exec by themselves. */
#ifdef __linux__
#include "base/watch.h"
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int watch_process(pid_t pid) {
#ifdef SYS_pidfd_open
    return (int)syscall(SYS_pidfd_open, pid, 0);
#else
    (void)pid;
    return -1;
#endif
}

void watch_adopt_orphans(bool on) {
    prctl(PR_SET_CHILD_SUBREAPER, on ? 1UL : 0UL, 0UL, 0UL, 0UL);
}
#else
typedef int watch_linux_is_empty_here;
#endif

/* Linux: reflink where the file system has it, else copy_file_range. */
#ifdef __linux__
#include "base/tree.h"
#include <errno.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/types.h>
#include <unistd.h>

/* Errors that say "not here": other file system, not supported, a file of /proc. */
static bool not_possible(int failure) {
    return failure == EXDEV || failure == EINVAL || failure == EOPNOTSUPP || failure == ENOSYS ||
           failure == ENOTTY || failure == EPERM || failure == EBADF || failure == ETXTBSY;
}

bool tree_clone_content(int source, int target, bool *failed) {
    *failed = false;
    if (ioctl(target, FICLONE, source) == 0)
        return true;
    off_t copied = 0;
    for (;;) {
        ssize_t length = copy_file_range(source, NULL, target, NULL, (size_t)1 << 30, 0);
        if (length > 0) {
            copied += length;
            continue;
        }
        if (length == 0)
            return copied > 0; /* some file systems say 0 for a file that does have content */
        if (errno == EINTR)
            continue;
        if (copied > 0 || !not_possible(errno))
            *failed = true;
        return false;
    }
}
#else
typedef int tree_linux_is_empty_here;
#endif

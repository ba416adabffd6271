/* macOS: whether files can share their blocks here, found out by letting two do it. */
#ifdef __APPLE__
#include "local.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/clonefile.h>
#include <unistd.h>

local_reflink local_reflink_probe(const char *folder) {
    DK_AUTOFREE char *source = dk_format("%s/.devkit-reflink-XXXXXX", folder);
    int fd = mkstemp(source);
    if (fd < 0)
        return LOCAL_REFLINK_UNKNOWN;
    bool written = write(fd, "x", 1) == 1;
    close(fd);
    DK_AUTOFREE char *target = dk_format("%s.clone", source);
    local_reflink answer = LOCAL_REFLINK_UNKNOWN;
    if (written && clonefile(source, target, 0) == 0)
        answer = LOCAL_REFLINK_YES;
    else if (written && (errno == ENOTSUP || errno == EXDEV))
        answer = LOCAL_REFLINK_NO;
    unlink(source);
    unlink(target);
    return answer;
}

#endif

/* Bringing a folder's files to the disk. */
#include "local.h"

#include <fcntl.h>
#include <unistd.h>

static void bring_to_disk_now(const char *folder) {
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
#ifdef __linux__
    syncfs(fd);
#else
    sync();
#endif
    close(fd);
}

/* PostgreSQL itself only makes sure of what it changes; the copied files are ours to bring to the disk. It
 * goes on beside the server's start: on a busy disk it takes longer than everything else together, and
 * whatever is written to the new cluster meanwhile PostgreSQL makes sure of itself. */
void local_bring_to_disk(const char *folder) {
    DK_AUTO_PROCESS dk_process process = DK_PROCESS_INIT;
    dk_process_add(&process, "sync");
    dk_process_add(&process, "-f");
    dk_process_add(&process, folder);
    if (!dk_process_spawn_detached(&process, NULL, NULL, NULL))
        bring_to_disk_now(folder);
}

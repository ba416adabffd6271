/* The running server as its lock file tells: https://www.postgresql.org/docs/current/storage-file-layout.html
 * (pid, data folder, start time, port, socket folder, address, shared memory, state; a line each). */
#include "local.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LINE_PID, LINE_DATA, LINE_START, LINE_PORT, LINE_SOCKET, LINE_ADDRESS, LINE_MEMORY, LINE_STATE };

bool local_postmaster_parse(const char *text, local_postmaster *postmaster) {
    DK_AUTO_STRV dk_strv lines = DK_STRV_INIT;
    dk_strv_split(&lines, text, '\n');
    int64_t number = 0;
    if (!lines.count || !dk_parse_int64(lines.items[LINE_PID], &number))
        return false;
    postmaster->pid = (pid_t)(number < 0 ? -number : number); /* negative: a single-user session */
    if (lines.count > LINE_PORT && dk_parse_int64(lines.items[LINE_PORT], &number))
        postmaster->port = (int)number;
    if (lines.count > LINE_SOCKET)
        snprintf(postmaster->socket_dir, sizeof postmaster->socket_dir, "%s", lines.items[LINE_SOCKET]);
    if (lines.count > LINE_STATE)
        snprintf(postmaster->state, sizeof postmaster->state, "%.*s",
                 (int)strcspn(lines.items[LINE_STATE], " "), lines.items[LINE_STATE]);
    return true;
}

void local_postmaster_read(const char *data_dir, local_postmaster *postmaster) {
    memset(postmaster, 0, sizeof *postmaster);
    DK_AUTOFREE char *path = dk_path_join(data_dir, "postmaster.pid");
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    if (!dk_file_read(path, 8192, &text, NULL))
        return;
    postmaster->file = true;
    if (!local_postmaster_parse(dk_buf_text(&text), postmaster) || postmaster->pid <= 0)
        return;
    postmaster->alive = local_process_look(postmaster->pid, data_dir) == LOCAL_PROCESS_SERVER;
}

bool local_postmaster_has_socket(const local_postmaster *postmaster) {
    DK_AUTOFREE char *path = dk_format("%s/.s.PGSQL.%d", postmaster->socket_dir, postmaster->port);
    return dk_file_exists(path);
}

/* PostgreSQL believes in any process that has the number, be it another program or one that only waits to be
 * reaped. A number no process has makes the file stale for it too; it still looks whether the shared memory
 * named there is in use by orphans of the old server, which removing the file would skip. */
#define NO_PROCESS "999999999"

bool local_postmaster_disarm(const local_cluster *cluster, const local_postmaster *postmaster,
                             dk_error *error) {
    DK_AUTOFREE char *path = dk_path_join(cluster->data_dir, "postmaster.pid");
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    if (!dk_file_read(path, 8192, &text, error))
        return false;
    const char *rest = strchr(dk_buf_text(&text), '\n');
    if (postmaster->pid <= 0 || !rest) { /* empty or broken, as a full disk leaves it */
        if (unlink(path) != 0)
            return dk_fail_errno(error, errno, "stale-lock", "cannot remove the broken %s", path);
        return true;
    }
    DK_AUTOFREE char *content = dk_format(NO_PROCESS "%s", rest);
    if (!dk_file_write(path, content, strlen(content), 0600, error))
        return false;
    if (cluster->account.switched && lchown(path, cluster->account.uid, cluster->account.gid) != 0)
        return dk_fail_errno(error, errno, "stale-lock", "cannot give %s to the server's account", path);
    return true;
}

/* Who holds the port we want, said so that one knows what to stop. */
#include "local.h"

#include <stdlib.h>
#include <string.h>

void local_holder_release(local_holder *holder) {
    free(holder->program);
    free(holder->user);
    free(holder->folder);
    memset(holder, 0, sizeof *holder);
}

/* "postgres (pid 123, account alice)" with what is known. */
static void describe(const local_holder *holder, dk_buf *text) {
    dk_buf_add(text, holder->program ? holder->program : "another program");
    if (holder->pid)
        dk_buf_addf(text, " (pid %ld", (long)holder->pid);
    if (holder->user)
        dk_buf_addf(text, "%saccount %s", holder->pid ? ", " : " (", holder->user);
    if (holder->pid || holder->user)
        dk_buf_add_char(text, ')');
}

/* Linux says so in the name of the working directory, which is the server's data folder. */
static bool works_in_deleted(const local_holder *holder, const char *data_dir) {
    static const char suffix[] = " (deleted)";
    size_t length = strlen(data_dir);
    return holder->pid && holder->program && strstr(holder->program, "postgres") && holder->folder &&
           strncmp(holder->folder, data_dir, length) == 0 && dk_streq(holder->folder + length, suffix);
}

bool local_check_orphan(const local_cluster *cluster, dk_error *error) {
    if (!cluster->url || local_cluster_exists(cluster) || !local_port_in_use(dk_url_port(cluster->url)))
        return true;
    local_holder holder = {0};
    bool orphan =
        local_holder_find(dk_url_port(cluster->url), &holder) && works_in_deleted(&holder, cluster->data_dir);
    if (orphan) {
        dk_fail(error, DK_ERROR_FAILED, "data-deleted",
                "this project's server (pid %ld) still runs at port %d, but its data folder was deleted",
                (long)holder.pid, dk_url_port(cluster->url));
        dk_error_detail(error, "it worked in %s", cluster->data_dir);
        dk_error_hint(error, "kill -QUIT %ld (within a minute it ends by itself), then `devkit up`",
                      (long)holder.pid);
    }
    local_holder_release(&holder);
    return !orphan;
}

bool local_fail_port_taken(int port, const char *variable, dk_error *error) {
    local_holder holder = {0};
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    if (!local_holder_find(port, &holder))
        dk_buf_add(&text, "a program that can't be seen from here");
    else
        describe(&holder, &text);
    dk_fail(error, DK_ERROR_FAILED, "port-taken", "port %d is taken by %s", port, dk_buf_text(&text));
    if (holder.folder && strcmp(holder.folder, "/") != 0)
        dk_error_detail(error, "it works in %s", holder.folder);
    const char *name = variable ? variable : "the URL";
    if (holder.program && strstr(holder.program, "docker-proxy"))
        dk_error_hint(error, "a container publishes it: `docker ps` shows which; or change the port in %s",
                      name);
    else if (holder.program && strstr(holder.program, "postgres"))
        dk_error_hint(error,
                      "stop it, change the port in %s, or use it: [database] server = \"external\" in "
                      ".devkit.toml",
                      name);
    else
        dk_error_hint(error, "stop it, or change the port in %s", name);
    local_holder_release(&holder);
    return false;
}

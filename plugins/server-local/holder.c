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

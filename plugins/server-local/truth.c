/* What was made true: a digest of the URL that the last `up` found or made to work.
 *
 * A warm reset asks only whether the server runs; without this it would not notice that .env has another role
 * or password now, and leave a database behind that the application can't log in to. */
#include "local.h"

#include <fcntl.h>
#include <kit/hash/hash.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *stamp_path(const local_cluster *cluster) {
    return dk_path_join(cluster->state_dir, "local.true");
}

static void digest(const local_cluster *cluster, char *hex) {
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    dk_url_format(cluster->url, &text);
    hash_memory_hex(dk_buf_text(&text), text.length, hex);
}

bool local_truth_is_known(const local_cluster *cluster) {
    char hex[HASH_HEX];
    DK_AUTO_BUF dk_buf stamp = DK_BUF_INIT;
    DK_AUTOFREE char *path = stamp_path(cluster);
    digest(cluster, hex);
    return dk_file_read(path, HASH_HEX, &stamp, NULL) && strcmp(dk_buf_text(&stamp), hex) == 0;
}

/* Not being able to remember costs the next reset a few queries, no more; the same goes for half a digest, so
 * it is written in place and leaves nothing behind when devkit is killed. */
void local_truth_remember(const local_cluster *cluster) {
    char hex[HASH_HEX];
    if (local_truth_is_known(cluster))
        return;
    DK_AUTOFREE char *path = stamp_path(cluster);
    digest(cluster, hex);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return;
    if (write(fd, hex, strlen(hex)) < 0)
        unlink(path);
    close(fd);
}

void local_truth_forget(const local_cluster *cluster) {
    DK_AUTOFREE char *path = stamp_path(cluster);
    dk_remove_tree(path, NULL);
}

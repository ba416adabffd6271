/* What was made true: a digest of the URL and of the container that the last `up` found or made to work, so
 * that a warm reset need not ask the server. */
#include "docker.h"

#include <kit/hash/hash.h>
#include <stdlib.h>
#include <string.h>

#define STAMP_FILE "docker.true"

static void digest(const docker_project *project, const docker_container *container, char *hex) {
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    dk_url_format(project->url, &text);
    dk_buf_addf(&text, "\n%s\n%s", container->id, project->image);
    hash_memory_hex(dk_buf_text(&text), text.length, hex);
}

bool docker_truth_is_known(const docker_project *project, const docker_container *container) {
    char hex[HASH_HEX];
    DK_AUTO_BUF dk_buf stamp = DK_BUF_INIT;
    DK_AUTOFREE char *path = docker_state_file(project, STAMP_FILE);
    if (!container->exists)
        return false;
    digest(project, container, hex);
    return dk_file_read(path, HASH_HEX, &stamp, NULL) && strcmp(dk_buf_text(&stamp), hex) == 0;
}

/* Not being able to remember costs the next reset a few queries, no more. */
void docker_truth_remember(const docker_project *project, const docker_container *container) {
    char hex[HASH_HEX];
    if (docker_truth_is_known(project, container))
        return;
    DK_AUTOFREE char *path = docker_state_file(project, STAMP_FILE);
    digest(project, container, hex);
    dk_file_write(path, hex, strlen(hex), 0600, NULL);
}

void docker_truth_forget(const docker_project *project) {
    DK_AUTOFREE char *path = docker_state_file(project, STAMP_FILE);
    dk_remove_tree(path, NULL);
}

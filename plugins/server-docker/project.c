/* What this project's container is called, and where devkit keeps its notes about it. */
#include "docker.h"

#include <ctype.h>
#include <kit/hash/hash.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define NAME_LENGTH 40

/* The project's name as the engine allows it: letters, digits, '-'. */
static void add_plain(dk_buf *name, const char *project) {
    size_t start = name->length;
    for (const char *at = project; *at && name->length < start + NAME_LENGTH; at++) {
        unsigned char byte = (unsigned char)*at;
        if (byte < 0x80 && isalnum(byte))
            dk_buf_add_char(name, (char)tolower(byte));
        else if (name->length > start && name->data[name->length - 1] != '-')
            dk_buf_add_char(name, '-');
    }
    while (name->length > start && name->data[name->length - 1] == '-')
        dk_buf_truncate(name, name->length - 1);
}

static char *make_name(const docker_project *project) {
    dk_buf name = DK_BUF_INIT;
    dk_buf_add(&name, "devkit-");
    size_t prefix = name.length;
    add_plain(&name, project->config->project.name);
    dk_buf_addf(&name, "%s%.8s", name.length > prefix ? "-" : "", project->hash);
    return dk_buf_detach(&name);
}

bool docker_project_take_url(docker_project *project, dk_error *error) {
    const dk_database *database = dk_database_get(project->context, error);
    if (!database)
        return false;
    project->url = database->url;
    project->made_up = database->url && dk_streq(database->origin, "server");
    project->variable = project->made_up ? ".devkit/docker.url" : database->variable;
    return true;
}

bool docker_project_open(dk_context *context, docker_project *project, dk_error *error) {
    *project = (docker_project){.context = context, .reservation = SOCKET_RESERVATION_INIT};
    project->config = dk_config_get(context, error);
    project->folder = project->config ? dk_project_root(context, error) : NULL;
    project->state_dir = project->folder ? dk_state_dir(context, error) : NULL;
    if (!project->state_dir || !docker_project_take_url(project, error))
        return false;
    project->image = project->config->server_docker.image;
    char hex[HASH_HEX];
    DK_AUTOFREE char *real = realpath(project->folder, NULL);
    const char *path = real ? real : project->folder;
    hash_memory_hex(path, strlen(path), hex);
    memcpy(project->hash, hex, sizeof project->hash - 1);
    project->name = make_name(project);
    return true;
}

void docker_project_release(docker_project *project) {
    free(project->name);
    socket_release(&project->reservation);
    *project = (docker_project){0};
}

char *docker_state_file(const docker_project *project, const char *name) {
    return dk_path_join(project->state_dir, name);
}

static void say_waiting(void *context) {
    dk_info(context, "another devkit is starting or stopping this server; waiting for it");
}

bool docker_lock(const docker_project *project, dk_lock *lock, int64_t timeout_ms, dk_error *error) {
    DK_AUTOFREE char *path = docker_state_file(project, "up.lock");
    return dk_lock_take(lock, path, timeout_ms > INT_MAX ? INT_MAX : (int)timeout_ms, say_waiting,
                        project->context, error);
}

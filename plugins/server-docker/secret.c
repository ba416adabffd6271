/* The password of devkit's own superuser in the container. It is made up once, kept in .devkit/docker.admin
 * (0600), and given to the image as POSTGRES_PASSWORD_FILE: a file that is put into the container before it
 * starts. So it is neither in `docker inspect` nor in an argument list. */
#include "docker.h"

#include <stdlib.h>
#include <string.h>

#define SECRET_FILE "docker.admin"
#define SECRET_LENGTH 32

char *docker_secret_read(const docker_project *project) {
    DK_AUTOFREE char *path = docker_state_file(project, SECRET_FILE);
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    if (!dk_file_read(path, 256, &text, NULL))
        return NULL;
    dk_buf_trim_end(&text);
    if (!text.length)
        return NULL;
    dk_secret_add(dk_buf_text(&text));
    return dk_buf_detach(&text);
}

static bool keep(const docker_project *project, const char *secret, dk_error *error) {
    DK_AUTOFREE char *path = docker_state_file(project, SECRET_FILE);
    DK_AUTOFREE char *line = dk_format("%s\n", secret);
    return dk_file_write(path, line, strlen(line), 0600, error);
}

char *docker_secret_make(const docker_project *project, dk_error *error) {
    char *secret = docker_secret_read(project);
    if (secret)
        return secret;
    secret = dk_alloc(SECRET_LENGTH + 1);
    dk_random_hex(secret, SECRET_LENGTH);
    dk_secret_add(secret);
    if (keep(project, secret, error))
        return secret;
    free(secret);
    return NULL;
}

char *docker_secret_recover(docker_engine *engine, const docker_project *project,
                            const docker_container *container) {
    DK_AUTO_BUF dk_buf url = DK_BUF_INIT;
    HTTP_AUTO_RESPONSE http_response response = HTTP_RESPONSE_INIT;
    http_request request;
    DK_AUTOFREE char *path =
        dk_format("/containers/%s/archive?path=" DOCKER_SECRET_FOLDER "/" DOCKER_SECRET_FILE, container->id);
    docker_request(engine, path, &url, &request);
    if (!http_send(&request, &response, NULL))
        return NULL;
    char *secret = docker_tar_first(&response.body);
    if (secret)
        secret[strcspn(secret, "\r\n")] = 0;
    if (!secret || !*secret || !keep(project, secret, NULL)) {
        free(secret);
        return NULL;
    }
    dk_secret_add(secret);
    return secret;
}

/* An entry point that does not start as root must be able to read it, too; nobody else is in there. */
static unsigned file_mode(const docker_container *container) {
    const char *user = "";
    http_json_string_optional(container->raw, "Config.User", &user, NULL);
    bool root = !*user || dk_streq(user, "root") || dk_streq(user, "0") || dk_starts_with(user, "root:") ||
                dk_starts_with(user, "0:");
    return root ? 0400 : 0444;
}

bool docker_secret_put(docker_engine *engine, const docker_container *container, const char *secret,
                       dk_error *error) {
    DK_AUTO_BUF dk_buf tar = DK_BUF_INIT;
    DK_AUTOFREE char *path = dk_format("/containers/%s/archive?path=" DOCKER_SECRET_FOLDER, container->id);
    docker_tar_file(&tar, DOCKER_SECRET_FILE, file_mode(container), secret);
    docker_call call = {.method = "PUT",
                        .path = path,
                        .tar = &tar,
                        .what = "cannot put the administrator's password into the container"};
    return docker_send(engine, &call, NULL, NULL, error);
}

/* What a Docker engine sends: log frames, archives, lines of a pull, its address. Nothing of it may crash us,
 * and what is cut into pieces means the same as the whole. The first byte says which it is. */
#include <server-docker/docker.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool take(void *seen, const char *line, size_t length) {
    dk_buf_append(seen, line, length);
    dk_buf_add_char(seen, '\n');
    return true;
}

static void read_frames(const uint8_t *data, size_t size, size_t piece, dk_buf *seen) {
    docker_frames frames = {.on_line = take, .data = seen};
    for (size_t at = 0; at < size; at += piece)
        if (!docker_frames_take(&frames, data + at, size - at < piece ? size - at : piece))
            break;
    docker_frames_finish(&frames);
}

static void frames(const uint8_t *data, size_t size) {
    dk_buf whole = DK_BUF_INIT, pieces = DK_BUF_INIT;
    read_frames(data, size, size ? size : 1, &whole);
    read_frames(data, size, 3, &pieces);
    if (strcmp(dk_buf_text(&whole), dk_buf_text(&pieces)) != 0) {
        fprintf(stderr, "not the same in pieces\n");
        abort();
    }
    dk_buf_release(&whole);
    dk_buf_release(&pieces);
}

static void archive(const uint8_t *data, size_t size) {
    dk_buf tar = DK_BUF_INIT;
    dk_buf_append(&tar, data, size);
    free(docker_tar_first(&tar));
    dk_buf_release(&tar);
}

static void pull(const char *text, size_t size) {
    docker_pull_state state = {.layers = json_object()};
    docker_pull_line(&state, text, size);
    json_decref(state.layers);
    free(state.failure);
}

static void address(const char *text) {
    docker_endpoint endpoint;
    docker_endpoint_parse(text, "fuzz", NULL, &endpoint, NULL);
    docker_endpoint_release(&endpoint);
    docker_unix_time(text);
}

static void answer(const char *text, size_t size) {
    json_t *value = http_json_parse(text, size, NULL);
    docker_project project = {.hash = "0123456789abcdef"};
    docker_container container = {0};
    docker_image image = {0};
    if (!value)
        return;
    json_decref(docker_container_row(value));
    json_decref(docker_resources_parse(value));
    docker_image_parse("postgres:16", value, &image, NULL);
    docker_image_release(&image);
    docker_container_parse(&project, value, &container, NULL); /* takes the value over */
    docker_container_release(&container);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (!size)
        return 0;
    char *text = dk_strndup((const char *)data + 1, size - 1);
    switch (data[0] % 5) {
    case 0:
        frames(data + 1, size - 1);
        break;
    case 1:
        archive(data + 1, size - 1);
        break;
    case 2:
        pull(text, size - 1);
        break;
    case 3:
        address(text);
        break;
    default:
        answer(text, strlen(text));
    }
    free(text);
    return 0;
}

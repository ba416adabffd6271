/* The container's log. */
#include "docker.h"

typedef struct log_sink {
    dk_context *context;
    json_t *lines; /* NULL: printed */
    docker_frames frames;
} log_sink;

static bool take_line(void *data, const char *line, size_t length) {
    log_sink *sink = data;
    DK_AUTOFREE char *text = dk_strndup(line, length);
    if (!sink->lines) {
        dk_print(sink->context, "%s\n", text);
        return true;
    }
    json_t *entry = json_object(); /* mends what is no UTF-8 */
    dk_json_set_string(entry, "line", text);
    json_array_append(sink->lines, json_object_get(entry, "line"));
    json_decref(entry);
    return true;
}

static bool take_bytes(void *data, const void *bytes, size_t length) {
    log_sink *sink = data;
    bool more = docker_frames_take(&sink->frames, bytes, length);
    dk_flush(sink->context);
    return more;
}

static bool read_log(docker_engine *engine, const char *path, bool follow, log_sink *sink, dk_error *error) {
    DK_AUTO_BUF dk_buf url = DK_BUF_INIT;
    HTTP_AUTO_RESPONSE http_response response = HTTP_RESPONSE_INIT;
    DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
    http_request request;
    docker_request(engine, path, &url, &request);
    request.on_bytes = take_bytes;
    request.sink_data = sink;
    if (!follow) /* a long log may take as long as it comes */
        request.idle_timeout_ms = (int)request.timeout_ms;
    request.timeout_ms = -1;
    bool read = http_send(&request, &response, &why);
    docker_frames_finish(&sink->frames);
    if (!read && follow && dk_error_is(&why, "interrupted"))
        return true; /* that is how following ends */
    if (!read) {
        docker_explain("cannot read the container's log", &why);
        dk_error_move(error, &why);
        return false;
    }
    if (!sink->frames.invalid)
        return true;
    dk_fail(error, DK_ERROR_FAILED, "docker-invalid", "the container's log can't be understood");
    return dk_error_hint(error, "is DOCKER_HOST really a Docker engine? `docker logs` shows it as it is");
}

bool docker_logs_print(docker_engine *engine, const char *id, bool tty, bool follow, int64_t lines,
                       dk_error *error) {
    DK_AUTO_BUF dk_buf path = DK_BUF_INIT;
    log_sink sink = {.context = engine->context};
    sink.frames = (docker_frames){.raw = tty, .on_line = take_line, .data = &sink};
    if (dk_is_json(engine->context)) {
        sink.lines = json_array();
        json_object_set_new(dk_result(engine->context), "lines", sink.lines);
    }
    dk_buf_addf(&path, "/containers/%s/logs?stdout=1&stderr=1&follow=%d", id, follow);
    if (lines >= 0)
        dk_buf_addf(&path, "&tail=%lld", (long long)lines);
    return read_log(engine, dk_buf_text(&path), follow, &sink, error);
}

bool docker_logs(dk_context *context, bool follow, int64_t lines, dk_error *error) {
    DOCKER_AUTO_PROJECT docker_project project = {0};
    DOCKER_AUTO_ENGINE docker_engine engine = {0};
    DOCKER_AUTO_CONTAINER docker_container container = {0};
    if (!docker_project_open(context, &project, error) || !docker_engine_open(context, &engine, error) ||
        !docker_container_read(&engine, &project, &container, error))
        return false;
    if (container.exists)
        return docker_logs_print(&engine, container.id, container.tty, follow, lines, error);
    dk_fail(error, DK_ERROR_FAILED, "no-log", "there is no container of this project, so it has no log");
    return dk_error_hint(error, "start it with `devkit up`");
}

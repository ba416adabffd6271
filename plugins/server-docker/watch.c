/* The container's log while it starts: what it says last is the error's detail, and some lines tell how far a
 * first initialisation has come. Only hints: whether the server is ready, a query tells. */
#include "docker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define KEPT_LINES 12

static const struct {
    const char *text; /* the official image's entry point, initdb and the server, in English */
    size_t flag;      /* offset of what it sets */
} marks[] = {
    {"The files belonging to this database system will be owned by user",
     offsetof(docker_watch, initialises)},
    {"PostgreSQL init process complete", offsetof(docker_watch, initialised)},
    {"Skipping initialization", offsetof(docker_watch, initialised)},
    {"database system is ready to accept connections", offsetof(docker_watch, accepts)},
};

static void keep(docker_watch *watch, const char *line) {
    if (watch->last.count == KEPT_LINES) {
        free(watch->last.items[0]);
        memmove(watch->last.items, watch->last.items + 1, KEPT_LINES * sizeof *watch->last.items);
        watch->last.count--;
    }
    dk_strv_add(&watch->last, line);
}

bool docker_watch_line(void *data, const char *line, size_t length) {
    docker_watch *watch = data;
    DK_AUTOFREE char *text = dk_strndup(line, length);
    for (size_t i = 0; i < DK_COUNT(marks); i++)
        if (strstr(text, marks[i].text))
            *(bool *)((char *)watch + marks[i].flag) = true;
    if (!*text)
        return true;
    keep(watch, text);
    dk_progress_update(watch->progress, 0, 0, text);
    return true;
}

static bool take(void *data, const void *bytes, size_t length) {
    docker_watch *watch = data;
    return docker_frames_take(&watch->frames, bytes, length);
}

/* "2026-11-21T16:24:39.56Z" as the engine's API wants it; 0 when it is something else. */
int64_t docker_unix_time(const char *text) {
    struct tm time = {0};
    if (sscanf(text, "%d-%d-%dT%d:%d:%d", &time.tm_year, &time.tm_mon, &time.tm_mday, &time.tm_hour,
               &time.tm_min, &time.tm_sec) != 6)
        return 0;
    time.tm_year -= 1900;
    time.tm_mon -= 1;
    return (int64_t)timegm(&time);
}

void docker_watch_start(docker_engine *engine, const docker_container *container, docker_watch *watch) {
    *watch = (docker_watch){.frames = {.raw = container->tty, .on_line = docker_watch_line, .data = watch}};
    /* Of this start only: an earlier one may have failed for a reason that is gone. */
    const char *started = "";
    http_json_string_optional(container->raw, "State.StartedAt", &started, NULL);
    DK_AUTO_BUF dk_buf path = DK_BUF_INIT;
    dk_buf_addf(&path, "/containers/%s/logs?stdout=1&stderr=1&follow=1&since=%lld", container->id,
                (long long)docker_unix_time(started));
    docker_request(engine, dk_buf_text(&path), &watch->url, &watch->request);
    watch->request.timeout_ms = -1;
    watch->request.on_bytes = take;
    watch->request.sink_data = watch;
    watch->transfer = http_start(&watch->request, &watch->response, NULL);
    watch->ended = !watch->transfer;
}

/* A log that can't be had (another logging driver) is no reason to fail: the server is asked anyway. */
bool docker_watch_step(docker_watch *watch, int timeout_ms, dk_error *error) {
    int64_t deadline = dk_now_ms() + timeout_ms;
    while (!watch->ended && !watch->accepts && dk_now_ms() < deadline) {
        DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
        bool done = false;
        if (!http_step(watch->transfer, 5, &done, &why)) {
            if (dk_error_is(&why, "interrupted"))
                return dk_fail_interrupted(error);
            done = true;
        }
        watch->ended = done;
    }
    if (watch->ended && !watch->accepts)
        dk_sleep_ms((int)(deadline - dk_now_ms() > 0 ? deadline - dk_now_ms() : 0));
    watch->accepts = false;
    return !dk_interrupted() || dk_fail_interrupted(error);
}

char *docker_watch_last(const docker_watch *watch) {
    return dk_strv_join(&watch->last, "\n");
}

void docker_watch_end(docker_watch *watch) {
    http_end(watch->transfer);
    watch->transfer = NULL;
    docker_frames_finish(&watch->frames);
    http_response_release(&watch->response);
    dk_buf_release(&watch->url);
    dk_strv_release(&watch->last);
}

/* HTTP servers on a unix socket that answer as a test says, for kit/http and for the plugins that stand on
 * it.
 *
 *   fake_http     libmicrohttpd with a table of answers; remembers what it was asked
 *   fake_raw      sends given bytes, whatever was asked, then closes or goes silent: for what no server
 * should do
 */
#ifndef TESTS_FAKES_HTTP_SERVER_H
#define TESTS_FAKES_HTTP_SERVER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <devkit/devkit.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* ── a place to listen ────────────────────────────────────────────────────────────────────────────────────
 */
typedef struct fake_place {
    char folder[32];
    char path[64];
    int fd;
} fake_place;

static inline void fake_place_open(fake_place *place) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(place->folder, sizeof place->folder, "/tmp/devkit-fake-XXXXXX");
    assert_non_null(mkdtemp(place->folder));
    snprintf(place->path, sizeof place->path, "%s/http.sock", place->folder);
    memcpy(address.sun_path, place->path, strlen(place->path) + 1);
    place->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(place->fd >= 0);
    assert_int_equal(bind(place->fd, (const struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(place->fd, 16), 0);
}

/* The same on the loopback; its port. */
static inline int fake_place_open_tcp(fake_place *place) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t length = sizeof address;
    *place = (fake_place){.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    assert_true(place->fd >= 0);
    assert_int_equal(bind(place->fd, (const struct sockaddr *)&address, length), 0);
    assert_int_equal(listen(place->fd, 16), 0);
    assert_int_equal(getsockname(place->fd, (struct sockaddr *)&address, &length), 0);
    return ntohs(address.sin_port);
}

static inline void fake_place_close(fake_place *place) {
    if (place->fd >= 0)
        close(place->fd);
    place->fd = -1;
    if (!*place->folder)
        return;
    unlink(place->path);
    rmdir(place->folder);
}

/* ── answers of a table ───────────────────────────────────────────────────────────────────────────────────
 */
typedef struct fake_answer {
    const char *method;
    const char *path; /* the beginning of it; a '*' in it stands for anything up to the next '/' */
    unsigned status;
    const char *body;    /* NULL: empty */
    const char *headers; /* "Name: value\nName: value", or NULL */
    int times;           /* 0: always; else the row is passed over after so many answers */
    size_t length;       /* of a body with NUL bytes; 0: strlen */
} fake_answer;

#define FAKE_ROWS 64
typedef struct fake_http {
    fake_place place;
    struct MHD_Daemon *daemon;
    const fake_answer *answers;
    size_t count;
    int used[FAKE_ROWS];
    int delay_ms;        /* before each answer */
    const char *delayed; /* only where this is in the path; NULL: everywhere */
    pthread_mutex_t lock;
    dk_buf log;    /* "GET /path?query\n" a request */
    dk_buf bodies; /* of all requests, one after the other */
} fake_http;

static inline bool fake_matches(const char *pattern, const char *path) {
    while (*pattern) {
        if (*pattern == '*') {
            path += strcspn(path, "/?");
            pattern++;
        } else if (*pattern++ != *path++) {
            return false;
        }
    }
    return true;
}

static inline const fake_answer *fake_find(fake_http *fake, const char *method, const char *path) {
    for (size_t i = 0; i < fake->count && i < FAKE_ROWS; i++) {
        const fake_answer *row = &fake->answers[i];
        if (strcmp(row->method, method) != 0 || !fake_matches(row->path, path) ||
            (row->times && fake->used[i] >= row->times))
            continue;
        fake->used[i]++;
        return row;
    }
    return NULL;
}

static inline enum MHD_Result fake_add_argument(void *data, enum MHD_ValueKind kind, const char *key,
                                                const char *value) {
    dk_buf *line = data;
    (void)kind;
    dk_buf_addf(line, "%c%s%s%s", strchr(dk_buf_text(line), '?') ? '&' : '?', key, value ? "=" : "",
                value ? value : "");
    return MHD_YES;
}

static inline void fake_add_headers(struct MHD_Response *response, const char *headers) {
    DK_AUTO_STRV dk_strv lines = DK_STRV_INIT;
    if (headers)
        dk_strv_split(&lines, headers, '\n');
    for (size_t i = 0; i < lines.count; i++) {
        char *colon = strstr(lines.items[i], ": ");
        if (!colon)
            continue;
        *colon = 0;
        MHD_add_response_header(response, lines.items[i], colon + 2);
    }
}

static inline enum MHD_Result fake_answer_request(void *data, struct MHD_Connection *connection,
                                                  const char *url, const char *method, const char *version,
                                                  const char *upload, size_t *upload_size, void **state) {
    fake_http *fake = data;
    static int begun;
    (void)version;
    if (!*state) {
        *state = &begun;
        return MHD_YES;
    }
    pthread_mutex_lock(&fake->lock);
    if (*upload_size) {
        dk_buf_append(&fake->bodies, upload, *upload_size);
        *upload_size = 0;
        pthread_mutex_unlock(&fake->lock);
        return MHD_YES;
    }
    DK_AUTO_BUF dk_buf line = DK_BUF_INIT;
    dk_buf_add(&line, url);
    MHD_get_connection_values(connection, MHD_GET_ARGUMENT_KIND, fake_add_argument, &line);
    dk_buf_addf(&fake->log, "%s %s\n", method, dk_buf_text(&line));
    const fake_answer *row = fake_find(fake, method, dk_buf_text(&line));
    pthread_mutex_unlock(&fake->lock);
    if (fake->delay_ms && (!fake->delayed || strstr(dk_buf_text(&line), fake->delayed)))
        poll(NULL, 0, fake->delay_ms);
    const char *body = row ? row->body ? row->body : "" : "{\"message\":\"the test has no answer to that\"}";
    size_t length = row && row->length ? row->length : strlen(body);
    struct MHD_Response *response =
        MHD_create_response_from_buffer(length, (void *)(uintptr_t)body, MHD_RESPMEM_MUST_COPY);
    fake_add_headers(response, row ? row->headers : NULL);
    enum MHD_Result queued = MHD_queue_response(connection, row ? row->status : 501, response);
    MHD_destroy_response(response);
    return queued;
}

/* `fake->place` is open. */
static inline void fake_http_serve(fake_http *fake, const fake_answer *answers, size_t count) {
    fake->answers = answers;
    fake->count = count;
    pthread_mutex_init(&fake->lock, NULL);
    fake->daemon =
        MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL, 0, NULL, NULL, fake_answer_request,
                         fake, MHD_OPTION_LISTEN_SOCKET, fake->place.fd, MHD_OPTION_END);
    assert_non_null(fake->daemon);
}

static inline void fake_http_start(fake_http *fake, const fake_answer *answers, size_t count) {
    *fake = (fake_http){0};
    fake_place_open(&fake->place);
    fake_http_serve(fake, answers, count);
}

static inline bool fake_http_saw(fake_http *fake, const char *text) {
    pthread_mutex_lock(&fake->lock);
    bool seen = strstr(dk_buf_text(&fake->log), text) != NULL;
    pthread_mutex_unlock(&fake->lock);
    return seen;
}

static inline void fake_http_stop(fake_http *fake) {
    MHD_stop_daemon(fake->daemon);
    fake->place.fd = -1; /* libmicrohttpd closed it */
    fake_place_close(&fake->place);
    dk_buf_release(&fake->log);
    dk_buf_release(&fake->bodies);
    pthread_mutex_destroy(&fake->lock);
}

/* ── raw bytes ────────────────────────────────────────────────────────────────────────────────────────────
 */
typedef struct fake_raw {
    fake_place place;
    const char *bytes;
    size_t length;
    bool hang; /* stays silent after them, instead of closing */
    int stop[2];
    pthread_t thread;
} fake_raw;

static inline bool fake_raw_stopped(const fake_raw *fake, int fd) {
    struct pollfd watched[] = {{.fd = fake->stop[0], .events = POLLIN}, {.fd = fd, .events = POLLIN}};
    poll(watched, 2, -1);
    return watched[0].revents != 0;
}

static inline void *fake_raw_serve(void *data) {
    fake_raw *fake = data;
    char request[65536];
    while (!fake_raw_stopped(fake, fake->place.fd)) {
        int fd = accept(fake->place.fd, NULL, NULL);
        if (fd < 0)
            break;
        if (!fake_raw_stopped(fake, fd) && read(fd, request, sizeof request) > 0) {
            size_t sent = 0;
            while (sent < fake->length) {
                ssize_t count = send(fd, fake->bytes + sent, fake->length - sent, MSG_NOSIGNAL);
                if (count <= 0)
                    break;
                sent += (size_t)count;
            }
            while (fake->hang && !fake_raw_stopped(fake, fd) && read(fd, request, sizeof request) > 0)
                ;
        }
        close(fd);
    }
    return NULL;
}

static inline void fake_raw_start(fake_raw *fake, const char *bytes, bool hang) {
    *fake = (fake_raw){.bytes = bytes, .length = strlen(bytes), .hang = hang};
    fake_place_open(&fake->place);
    assert_int_equal(pipe(fake->stop), 0);
    assert_int_equal(pthread_create(&fake->thread, NULL, fake_raw_serve, fake), 0);
}

static inline void fake_raw_stop(fake_raw *fake) {
    assert_int_equal(write(fake->stop[1], "x", 1), 1);
    pthread_join(fake->thread, NULL);
    close(fake->stop[0]);
    close(fake->stop[1]);
    fake_place_close(&fake->place);
}

#endif

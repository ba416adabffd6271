/* One exchange with libcurl. It runs on a multi handle of its own, so that we poll (with the interruption's
 * descriptor beside it) and libcurl never blocks. An idle multi handle is kept for the next exchange: open
 * connections live in it. */
#include "http_internal.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#define REDIRECTS_MAX 5
#define POLL_MS 1000
#define HEADERS_LIMIT ((size_t)256 * 1024) /* of one exchange, all together */

struct http_transfer {
    const http_request *request;
    http_response *response;
    CURLM *multi;
    CURL *easy;
    struct curl_slist *headers;
    char *json; /* the serialised body */
    http_sink sink;
    size_t header_bytes;
    int64_t heard; /* when something came last */
    int64_t started;
    int64_t retry_after;
    bool idle;
    char said[CURL_ERROR_SIZE];
};

/* ── handles ──────────────────────────────────────────────────────────────────────────────────────────────
 */

static CURLM *spare;
static pid_t spare_owner;

/* A forked child must not write into its parent's connections: it leaves them alone, and makes its own. */
static CURLM *take_multi(void) {
    static bool initialised;
    if (!initialised)
        curl_global_init(CURL_GLOBAL_DEFAULT);
    initialised = true;
    CURLM *multi = spare_owner == getpid() ? spare : NULL;
    spare = NULL;
    return multi ? multi : curl_multi_init();
}

static void give_multi(CURLM *multi) {
    if (spare && spare_owner == getpid()) {
        curl_multi_cleanup(multi);
        return;
    }
    spare = multi;
    spare_owner = getpid();
}

/* ── what libcurl calls ───────────────────────────────────────────────────────────────────────────────────
 */

static size_t on_body(char *bytes, size_t size, size_t count, void *data) {
    http_transfer *transfer = data;
    transfer->heard = dk_now_ms();
    curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &transfer->response->status);
    return http_sink_take(&transfer->sink, bytes, size * count) ? size * count : 0;
}

static size_t on_header(char *bytes, size_t size, size_t count, void *data) {
    http_transfer *transfer = data;
    dk_strv *headers = &transfer->response->headers;
    size_t length = size * count;
    transfer->heard = dk_now_ms();
    transfer->header_bytes += length;
    if (transfer->header_bytes > HEADERS_LIMIT) {
        transfer->sink.too_large = true;
        return 0;
    }
    while (length && (bytes[length - 1] == '\n' || bytes[length - 1] == '\r'))
        length--;
    if (length >= 5 &&
        memcmp(bytes, "HTTP/", 5) == 0) /* a further answer, after a redirect or "100 Continue" */
        dk_strv_release(headers);
    else if (length)
        dk_strv_add_owned(headers, dk_strndup(bytes, length));
    return size * count;
}

/* A connection that is kept open must not live on in the programs we start. */
static curl_socket_t on_open(void *data DK_UNUSED, curlsocktype purpose DK_UNUSED,
                             struct curl_sockaddr *address) {
    int fd = socket(address->family, address->socktype, address->protocol);
    if (fd >= 0)
        fcntl(fd, F_SETFD, FD_CLOEXEC);
    return fd;
}

/* ── the request ──────────────────────────────────────────────────────────────────────────────────────────
 */

static void set_body(http_transfer *transfer) {
    const http_request *request = transfer->request;
    const void *body = request->body;
    size_t length = request->body_length;
    const char *type = request->content_type;
    if (request->json) {
        transfer->json = json_dumps(request->json, JSON_COMPACT | JSON_ENCODE_ANY);
        body = transfer->json;
        length = strlen(transfer->json);
        type = "application/json";
    }
    const char *method = request->method ? request->method : "GET";
    if (body || !strcmp(method, "POST") || !strcmp(method, "PUT")) {
        curl_easy_setopt(transfer->easy, CURLOPT_POST, 1L);
        curl_easy_setopt(transfer->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)length);
        curl_easy_setopt(transfer->easy, CURLOPT_POSTFIELDS, body ? body : "");
        DK_AUTOFREE char *header =
            body && type ? dk_format("Content-Type: %s", type) : dk_strdup("Content-Type:");
        transfer->headers = curl_slist_append(transfer->headers, header);
        /* No "Expect: 100-continue": some servers never answer to it. */
        transfer->headers = curl_slist_append(transfer->headers, "Expect:");
    }
    /* A method of our own is used after a redirect, too, where POST has to become GET (RFC 9110, 15.4.4). */
    bool usual = !strcmp(method, "POST") || (!strcmp(method, "GET") && !body);
    if (!strcmp(method, "HEAD"))
        curl_easy_setopt(transfer->easy, CURLOPT_NOBODY, 1L);
    else if (!usual)
        curl_easy_setopt(transfer->easy, CURLOPT_CUSTOMREQUEST, method);
}

static void set_headers(http_transfer *transfer) {
    const dk_strv *headers = transfer->request->headers;
    for (size_t i = 0; headers && i < headers->count; i++) {
        if (!strncasecmp(headers->items[i], "authorization:", 14)) {
            const char *token = strrchr(headers->items[i], ' '); /* behind "Bearer" */
            dk_secret_add(token ? token + 1 : headers->items[i] + 14);
        }
        transfer->headers = curl_slist_append(transfer->headers, headers->items[i]);
    }
    curl_easy_setopt(transfer->easy, CURLOPT_HTTPHEADER, transfer->headers);
}

static void set_protocols(CURL *easy, const char *url) {
    const char *onwards = !strncasecmp(url, "https:", 6) ? "https" : "http,https";
#if LIBCURL_VERSION_NUM >= 0x075500
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, onwards);
#else
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
    curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS,
                     (long)(strchr(onwards, ',') ? CURLPROTO_HTTP | CURLPROTO_HTTPS : CURLPROTO_HTTPS));
#endif
}

/* No proxy reaches the loopback that is meant. */
static bool is_loopback(const char *url) {
    const char *scheme = strstr(url, "://");
    const char *host = scheme ? scheme + 3 : url;
    size_t length = *host == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":/?#");
    return dk_starts_with(host, "127.") || (length == 9 && strncasecmp(host, "localhost", 9) == 0) ||
           (length == 5 && strncmp(host, "[::1]", 5) == 0);
}

static void set_connection(CURL *easy, const http_request *request) {
    int64_t timeout = request->timeout_ms ? request->timeout_ms : HTTP_TIMEOUT_MS;
    long connect = request->connect_timeout_ms ? request->connect_timeout_ms : HTTP_CONNECT_TIMEOUT_MS;
    curl_easy_setopt(easy, CURLOPT_URL, request->url);
    set_protocols(easy, request->url);
    if (request->unix_socket)
        curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, request->unix_socket);
    if (request->unix_socket || is_loopback(request->url))
        curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, connect);
    if (timeout > 0)
        curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)timeout);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, request->flags & HTTP_ONCE ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    if (request->flags & HTTP_REDIRECTS) {
        curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 1L);
        curl_easy_setopt(easy, CURLOPT_MAXREDIRS, (long)REDIRECTS_MAX);
    }
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    if (request->ca_file)
        curl_easy_setopt(easy, CURLOPT_CAINFO, request->ca_file);
    if (request->certificate_file)
        curl_easy_setopt(easy, CURLOPT_SSLCERT, request->certificate_file);
    if (request->key_file)
        curl_easy_setopt(easy, CURLOPT_SSLKEY, request->key_file);
}

static void set_callbacks(http_transfer *transfer) {
    CURL *easy = transfer->easy;
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->said);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_open);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "devkit/" DEVKIT_VERSION);
}

http_transfer *http_start(const http_request *request, http_response *response, dk_error *error) {
    http_transfer *transfer = dk_alloc(sizeof *transfer);
    *transfer = (http_transfer){.request = request, .response = response, .retry_after = -1};
    transfer->sink = (http_sink){.request = request, .response = response};
    transfer->started = transfer->heard = dk_now_ms();
    dk_buf_truncate(&response->body, 0);
    dk_strv_release(&response->headers);
    response->status = 0;
    response->stopped = false;
    transfer->multi = take_multi();
    transfer->easy = curl_easy_init();
    if (transfer->multi && transfer->easy) {
        set_connection(transfer->easy, request);
        set_callbacks(transfer);
        set_body(transfer);
        set_headers(transfer);
        if (curl_multi_add_handle(transfer->multi, transfer->easy) == CURLM_OK)
            return transfer;
    }
    dk_fail(error, DK_ERROR_FAILED, "http-failed", "libcurl can't be initialised");
    http_end(transfer);
    return NULL;
}

/* ── the exchange ─────────────────────────────────────────────────────────────────────────────────────────
 */

static void report(const http_transfer *transfer, CURLcode code) {
    const http_request *request = transfer->request;
    if (!request->context || !dk_is_verbose(request->context))
        return;
    DK_AUTO_BUF dk_buf peer = DK_BUF_INIT;
    http_describe_peer(request, &peer);
    const char *scheme = strstr(request->url, "://");
    const char *path = scheme ? strchr(scheme + 3, '/') : NULL;
    dk_debug(request->context, "%s: %s %s: %ld%s%s (%lld ms)", dk_buf_text(&peer),
             request->method ? request->method : "GET", path ? path : "/", transfer->response->status,
             code == CURLE_OK ? "" : ", ", code == CURLE_OK ? "" : curl_easy_strerror(code),
             (long long)(dk_now_ms() - transfer->started));
}

static bool finish(http_transfer *transfer, CURLcode code, dk_error *error) {
    const http_request *request = transfer->request;
    http_response *response = transfer->response;
    curl_off_t seconds = 0;
    http_outcome outcome = {.code = code, .said = transfer->said, .too_large = transfer->sink.too_large};
    curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &response->status);
    curl_easy_getinfo(transfer->easy, CURLINFO_OS_ERRNO, &outcome.os_errno);
    if (http_header(response, "Retry-After") &&
        curl_easy_getinfo(transfer->easy, CURLINFO_RETRY_AFTER, &seconds) == CURLE_OK)
        transfer->retry_after = (int64_t)seconds * 1000;
    report(transfer, code);
    if (code == CURLE_OK)
        http_sink_finish(&transfer->sink);
    if (code != CURLE_OK && !response->stopped)
        return http_fail(request, &outcome, error);
    if (response->status >= 400 && !(request->flags & HTTP_ANY_STATUS))
        return http_fail_status(request, response, error);
    return true;
}

static bool is_idle(http_transfer *transfer) {
    int limit = transfer->request->idle_timeout_ms;
    return limit > 0 && dk_now_ms() - transfer->heard > limit;
}

/* How long to poll: not beyond the step's end, nor beyond the moment at which silence is an error. */
static int poll_time(const http_transfer *transfer, int64_t deadline) {
    int64_t now = dk_now_ms(), time = POLL_MS;
    int limit = transfer->request->idle_timeout_ms;
    if (deadline >= 0 && deadline - now < time)
        time = deadline - now;
    if (limit > 0 && transfer->heard + limit + 1 - now < time)
        time = transfer->heard + limit + 1 - now;
    return time < 0 ? 0 : (int)time;
}

static bool run(http_transfer *transfer, bool *done, dk_error *error) {
    int running = 0, left = 0;
    CURLMcode problem = curl_multi_perform(transfer->multi, &running);
    if (problem != CURLM_OK) {
        dk_fail(error, DK_ERROR_FAILED, "http-failed", "the exchange failed");
        return dk_error_detail(error, "%s", curl_multi_strerror(problem));
    }
    for (CURLMsg *message; (message = curl_multi_info_read(transfer->multi, &left));)
        if (message->msg == CURLMSG_DONE && message->easy_handle == transfer->easy) {
            *done = true;
            return finish(transfer, message->data.result, error);
        }
    return true;
}

bool http_step(http_transfer *transfer, int timeout_ms, bool *done, dk_error *error) {
    int64_t deadline = timeout_ms < 0 ? -1 : dk_now_ms() + timeout_ms;
    *done = false;
    for (;;) {
        if (!run(transfer, done, error))
            return false;
        if (*done)
            return true;
        if (dk_interrupted())
            return dk_fail_interrupted(error);
        if (is_idle(transfer)) {
            http_outcome outcome = {.code = CURLE_OPERATION_TIMEDOUT, .said = ""};
            outcome.idle = transfer->heard != transfer->started;
            return http_fail(transfer->request, &outcome, error);
        }
        if (deadline >= 0 && dk_now_ms() >= deadline)
            return true;
        struct curl_waitfd beside = {.fd = dk_interrupt_fd(), .events = CURL_WAIT_POLLIN};
        curl_multi_poll(transfer->multi, &beside, 1, poll_time(transfer, deadline), NULL);
    }
}

void http_end(http_transfer *transfer) {
    if (!transfer)
        return;
    if (transfer->easy) {
        curl_multi_remove_handle(transfer->multi, transfer->easy);
        curl_easy_cleanup(transfer->easy);
    }
    if (transfer->multi)
        give_multi(transfer->multi);
    curl_slist_free_all(transfer->headers);
    free(transfer->json);
    http_sink_release(&transfer->sink);
    free(transfer);
}

void http_end_pointer(http_transfer **transfer) {
    http_end(*transfer);
    *transfer = NULL;
}

bool http_transfer_delivered(const http_transfer *transfer) {
    return transfer->sink.delivered;
}

int64_t http_transfer_retry_after(const http_transfer *transfer) {
    return transfer->retry_after;
}

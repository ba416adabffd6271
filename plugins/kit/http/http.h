/* kit/http: what plugins share of libcurl. One shared library, one instance a process. Only files of this
 * folder include libcurl's headers.
 *
 * One request type and one response type, over TCP (TLS verified always) or a unix socket. Calls wait with
 * poll, so that Ctrl-C and time-outs are honoured. To be used by one thread of a process. Redirects are not
 * followed unless asked for; an environment's proxy is used for TCP only, and never to this machine. */
#ifndef DEVKIT_KIT_HTTP_H
#define DEVKIT_KIT_HTTP_H

#include <devkit/devkit.h>

/* Called for each line of a streamed answer, without its line end; false ends the transfer, which is then a
 * success with `stopped` set. A line longer than 1 MiB comes in pieces. */
typedef bool http_line_function(void *data, const char *line, size_t length);
/* The same for the bytes as they come. */
typedef bool http_bytes_function(void *data, const void *bytes, size_t length);

enum {
    HTTP_REDIRECTS = 1 << 0,  /* follow them (at most 5; from https only to https) */
    HTTP_ANY_STATUS = 1 << 1, /* a status of 400 or more is no error */
    /* Over a connection of its own: on one that was kept and died meanwhile libcurl sends the request again
     * by itself, even where the other side may have acted on it. */
    HTTP_ONCE = 1 << 2,
};

/* Everything is borrowed for the time of the transfer. */
typedef struct http_request {
    dk_context *context; /* for -v; may be NULL */
    const char *peer;    /* what messages call the other side: "the Docker engine"; NULL: the URL's host */
    const char *method;  /* NULL: GET */
    const char *url;     /* "https://host/path?query"; over a unix socket "http://any/path" */
    const char *unix_socket; /* path, or NULL for TCP */
    const dk_strv *headers;  /* "Name: value"; the value of Authorization is a secret; may be NULL */
    const json_t *json;      /* sent as application/json; or: */
    const void *body;        /* … these bytes */
    size_t body_length;
    const char *content_type; /* of `body` */
    int connect_timeout_ms;   /* 0: 10 s */
    int64_t timeout_ms;       /* for everything, retries included; 0: 60 s; -1: none */
    int idle_timeout_ms;      /* without a byte from the other side; 0: none */
    size_t body_limit;        /* bytes of the answer that are kept; 0: 16 MiB */
    /* With a sink the answer is handed on as it comes and not kept, unless its status is 400 or more. */
    http_line_function *on_line;
    http_bytes_function *on_bytes;
    void *sink_data;
    unsigned flags;
    /* How often to try again, where doing it twice does no harm: after 429, 500, 502, 503, 504, a refused
     * connection or a broken one. Waits 0.2 s, 0.4 s, … or what Retry-After says (at most 60 s). */
    int retries;
    const char *ca_file; /* TLS, PEM files; NULL: the system's, and no certificate of our own */
    const char *certificate_file;
    const char *key_file;
    void *reserved[4];
} http_request;

typedef struct http_response {
    long status;
    dk_buf body;
    dk_strv headers; /* "Name: value", of the last answer */
    bool stopped;    /* a sink had enough */
    void *reserved[4];
} http_response;
#define HTTP_RESPONSE_INIT                                                                                   \
    { 0 }
#define HTTP_AUTO_RESPONSE DK_CLEANUP(http_response_release)
DK_API void http_response_release(http_response *response);
/* The value of a header, whatever its case; borrowed, or NULL. */
DK_API const char *http_header(const http_response *response, const char *name);
/* Milliseconds that Retry-After asks for (seconds or a date: RFC 9110, 10.2.3); -1: it is not there. */
DK_API int64_t http_retry_after(const http_response *response);

/* ── retry.c ── */
/* Sends and waits for the end. Errors: "http-unreachable", "http-timeout", "http-tls", "http-closed" (the
 * answer ended half-way), "http-invalid" (no HTTP), "http-too-large", "http-status" (error->http_status is
 * set, the body is in the response, what it says in "message" or "error" is the detail), "interrupted". */
DK_API bool http_send(const http_request *request, http_response *response, dk_error *error);

/* ── transfer.c ── the same in steps, for whoever has something else to do meanwhile; never tried again */
typedef struct http_transfer http_transfer;
/* `response` stays the caller's and must outlive the transfer. Frees with http_end. */
DK_API http_transfer *http_start(const http_request *request, http_response *response, dk_error *error);
/* Moves it on for at most timeout_ms (0: what is there already); `*done` at its end. False is its end, too.
 */
DK_API bool http_step(http_transfer *transfer, int timeout_ms, bool *done, dk_error *error);
DK_API void http_end(http_transfer *transfer); /* accepts NULL; cuts off what still runs */
#define HTTP_AUTO_TRANSFER DK_CLEANUP(http_end_pointer)
DK_API void http_end_pointer(http_transfer **transfer);

/* ── json.c ── answers as JSON. Errors are "http-invalid" with the path in the document as the detail:
 * "State.Health.Status: expected a string, got a number". */
/* The body; NULL on error. Caller owns. */
DK_API json_t *http_json(const http_response *response, dk_error *error);
DK_API json_t *http_json_parse(const char *text, size_t length, dk_error *error);
/* What is at a path of member names and indices ("State.Health", "items[0].id"); borrowed. A missing member
 * or null gives NULL without an error; something else than an object or array on the way is one. */
DK_API bool http_json_find(const json_t *document, const char *path, json_t **value, dk_error *error);
/* The same with a type. The `_optional` ones leave `*value` alone when nothing is there. */
DK_API bool http_json_string(const json_t *document, const char *path, const char **value, dk_error *error);
DK_API bool http_json_string_optional(const json_t *document, const char *path, const char **value,
                                      dk_error *error);
DK_API bool http_json_integer(const json_t *document, const char *path, int64_t *value, dk_error *error);
DK_API bool http_json_boolean(const json_t *document, const char *path, bool *value, dk_error *error);
DK_API bool http_json_array(const json_t *document, const char *path, json_t **value, dk_error *error);
DK_API bool http_json_object(const json_t *document, const char *path, json_t **value, dk_error *error);

/* ── quote.c ── appends, percent-encoded for a path segment or a query value (RFC 3986) */
DK_API void http_quote(dk_buf *url, const char *text);

#endif

/* What the files of kit/http share. */
#ifndef DEVKIT_KIT_HTTP_INTERNAL_H
#define DEVKIT_KIT_HTTP_INTERNAL_H

#include "http.h"

#include <curl/curl.h>

#define HTTP_BODY_LIMIT ((size_t)16 * 1024 * 1024)
#define HTTP_LINE_LIMIT ((size_t)1024 * 1024)
#define HTTP_CONNECT_TIMEOUT_MS 10000
#define HTTP_TIMEOUT_MS 60000

/* ── sink.c ── where the bytes of an answer go */
typedef struct http_sink {
    const http_request *request;
    http_response *response;
    dk_buf line; /* the beginning of one */
    bool too_large;
    bool delivered; /* something reached the caller's sink: it can't be tried again */
} http_sink;
/* False: enough, for one reason or another. */
bool http_sink_take(http_sink *sink, const char *bytes, size_t length);
/* The last line may have no end. */
void http_sink_finish(http_sink *sink);
void http_sink_release(http_sink *sink);

/* ── transfer.c ── */
bool http_transfer_delivered(const http_transfer *transfer);
/* Milliseconds that the answer asks us to wait before another attempt, or -1. */
int64_t http_transfer_retry_after(const http_transfer *transfer);

/* ── failure.c ── */
typedef struct http_outcome {
    CURLcode code;
    long os_errno;
    const char *said; /* libcurl's own words, or "" */
    bool idle;        /* ended by us: nothing more came for too long */
    bool too_large;
} http_outcome;
bool http_fail(const http_request *request, const http_outcome *outcome, dk_error *error);
/* A status of 400 or more. */
bool http_fail_status(const http_request *request, const http_response *response, dk_error *error);
/* "the Docker engine at /run/docker.sock", "api.example.org" */
void http_describe_peer(const http_request *request, dk_buf *text);

#endif

/* Where the bytes of an answer go: into the response, or on to the caller as bytes or as lines. */
#include "http_internal.h"

#include <string.h>

static bool give_line(http_sink *sink, const char *line, size_t length) {
    const http_request *request = sink->request;
    if (length && line[length - 1] == '\r')
        length--;
    sink->delivered = true;
    if (request->on_line(request->sink_data, line, length))
        return true;
    sink->response->stopped = true;
    return false;
}

static bool take_lines(http_sink *sink, const char *bytes, size_t length) {
    while (length) {
        const char *end = memchr(bytes, '\n', length);
        size_t part = end ? (size_t)(end - bytes) : length;
        if (sink->line.length + part > HTTP_LINE_LIMIT)
            part = HTTP_LINE_LIMIT - sink->line.length, end = NULL;
        dk_buf_append(&sink->line, bytes, part);
        bool whole = end || sink->line.length == HTTP_LINE_LIMIT;
        if (whole && !give_line(sink, dk_buf_text(&sink->line), sink->line.length))
            return false;
        if (whole)
            dk_buf_truncate(&sink->line, 0);
        bytes += part + (end ? 1 : 0);
        length -= part + (end ? 1 : 0);
    }
    return true;
}

static bool keep(http_sink *sink, const char *bytes, size_t length) {
    dk_buf *body = &sink->response->body;
    size_t limit = sink->request->body_limit ? sink->request->body_limit : HTTP_BODY_LIMIT;
    if (length > limit - body->length) {
        sink->too_large = true;
        return false;
    }
    dk_buf_append(body, bytes, length);
    return true;
}

bool http_sink_take(http_sink *sink, const char *bytes, size_t length) {
    const http_request *request = sink->request;
    if (sink->response->status >= 400 || (!request->on_line && !request->on_bytes))
        return keep(sink, bytes, length);
    if (request->on_line)
        return take_lines(sink, bytes, length);
    sink->delivered = true;
    if (request->on_bytes(request->sink_data, bytes, length))
        return true;
    sink->response->stopped = true;
    return false;
}

void http_sink_finish(http_sink *sink) {
    if (sink->line.length && !sink->response->stopped)
        give_line(sink, dk_buf_text(&sink->line), sink->line.length);
    dk_buf_truncate(&sink->line, 0);
}

void http_sink_release(http_sink *sink) {
    dk_buf_release(&sink->line);
}

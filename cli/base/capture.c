/* Capturing a stream. Keeping the newest means cutting the oldest off: done seldom, when twice the limit is
 * full, so that each byte is moved once at most. */
#include "base/capture.h"
#include "base/fd.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { DEFAULT_LIMIT = 1024 * 1024, LONGEST_LINE = 64 * 1024, MOST_DRAINED = 4 * 1024 * 1024 };

void capture_begin(capture *stream, int fd, dk_buf *kept, dk_line_function *on_line, void *data) {
    stream->fd = fd;
    stream->kept = kept;
    stream->limit = kept->limit == 0 ? DEFAULT_LIMIT : kept->limit;
    stream->on_line = on_line;
    stream->data = data;
    dk_buf_truncate(kept, 0);
    kept->overflowed = false;
    if (fd >= 0)
        fd_set_nonblocking(fd);
}

static void keep_newest(dk_buf *kept, size_t limit) {
    if (kept->length <= limit)
        return;
    memmove(kept->data, kept->data + kept->length - limit, limit);
    dk_buf_truncate(kept, limit);
    kept->overflowed = true;
}

static void keep(capture *stream, const char *data, size_t length) {
    dk_buf *kept = stream->kept;
    size_t limit = kept->limit;
    bool overflowed = kept->overflowed;
    kept->limit = stream->limit * 2 + length;
    dk_buf_append(kept, data, length);
    kept->limit = limit;
    kept->overflowed = overflowed;
    if (kept->length > stream->limit * 2)
        keep_newest(kept, stream->limit);
}

static void hand_on(capture *stream, const char *line, size_t length) {
    if (length > 0 && line[length - 1] == '\r')
        length--;
    stream->on_line(stream->data, line, length);
}

static void find_lines(capture *stream, const char *data, size_t length) {
    while (length > 0) {
        const char *newline = memchr(data, '\n', length);
        size_t piece = newline == NULL ? length : (size_t)(newline - data);
        dk_buf_append(&stream->partial, data, piece);
        if (newline != NULL || stream->partial.length >= LONGEST_LINE) {
            hand_on(stream, dk_buf_text(&stream->partial), stream->partial.length);
            dk_buf_truncate(&stream->partial, 0);
        }
        size_t step = newline == NULL ? piece : piece + 1;
        data += step;
        length -= step;
    }
}

static void take(capture *stream, const char *data, size_t length) {
    if (stream->on_bytes == NULL) {
        keep(stream, data, length);
        if (stream->on_line != NULL)
            find_lines(stream, data, length);
    } else if (!stream->stopped) {
        stream->stopped = !stream->on_bytes(stream->data, data, length);
    }
}

/* Returns how much there was; 0: nothing now, or the end. */
static size_t read_once(capture *stream) {
    char block[65536];
    ssize_t length = read(stream->fd, block, sizeof block);
    if (length < 0 && (errno == EAGAIN || errno == EINTR))
        return 0;
    if (length <= 0) {
        fd_close(&stream->fd);
        return 0;
    }
    take(stream, block, (size_t)length);
    return (size_t)length;
}

void capture_read(capture *stream) {
    if (stream->fd >= 0)
        read_once(stream);
}

void capture_drain(capture *stream) {
    size_t drained = 0; /* a background process that writes for ever must not hold us */
    while (stream->fd >= 0 && drained < MOST_DRAINED) {
        size_t length = read_once(stream);
        if (length == 0)
            return;
        drained += length;
    }
}

void capture_finish(capture *stream) {
    if (stream->kept == NULL)
        return;
    if (stream->partial.length > 0)
        hand_on(stream, stream->partial.data, stream->partial.length);
    dk_buf_release(&stream->partial);
    keep_newest(stream->kept, stream->limit);
    fd_close(&stream->fd);
}

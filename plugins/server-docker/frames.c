/* Takes the log stream of a container apart. */
#include "docker.h"

#include <string.h>

#define LINE_LIMIT ((size_t)64 * 1024)

static bool give(docker_frames *frames) {
    size_t length = frames->line.length;
    if (length && frames->line.data[length - 1] == '\r')
        dk_buf_truncate(&frames->line, --length);
    bool more = frames->on_line(frames->data, dk_buf_text(&frames->line), length);
    dk_buf_truncate(&frames->line, 0);
    return more;
}

static bool take_text(docker_frames *frames, const char *text, size_t length) {
    while (length) {
        const char *end = memchr(text, '\n', length);
        size_t part = end ? (size_t)(end - text) : length;
        dk_buf_append(&frames->line, text, part);
        if ((end || frames->line.length > LINE_LIMIT) && !give(frames))
            return false;
        part += end ? 1 : 0;
        text += part;
        length -= part;
    }
    return true;
}

/* Of a whole header: the length of what follows. */
static bool begin_frame(docker_frames *frames) {
    const unsigned char *header = frames->header;
    frames->have = 0;
    frames->rest =
        (size_t)header[4] << 24 | (size_t)header[5] << 16 | (size_t)header[6] << 8 | (size_t)header[7];
    frames->invalid = header[0] > 2 || header[1] || header[2] || header[3];
    return !frames->invalid;
}

bool docker_frames_take(docker_frames *frames, const void *bytes, size_t length) {
    const unsigned char *at = bytes;
    if (frames->raw)
        return take_text(frames, bytes, length);
    while (length && !frames->invalid) {
        if (frames->rest) {
            size_t part = length < frames->rest ? length : frames->rest;
            if (!take_text(frames, (const char *)at, part))
                return false;
            frames->rest -= part;
            at += part;
            length -= part;
            continue;
        }
        frames->header[frames->have++] = *at++;
        length--;
        if (frames->have == sizeof frames->header && !begin_frame(frames))
            return false;
    }
    return !frames->invalid;
}

void docker_frames_finish(docker_frames *frames) {
    if (frames->line.length)
        give(frames);
    dk_buf_release(&frames->line);
}

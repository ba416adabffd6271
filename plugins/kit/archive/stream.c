/* Cutting a stream of unknown length into members of one size. */
#include "archive_internal.h"

#include <stdlib.h>
#include <string.h>

struct tar_stream {
    tar_writer *writer;
    char *prefix;
    char *buffer;
    size_t member_size, filled;
    int64_t length;
    unsigned members;
};

tar_stream *tar_stream_begin(tar_writer *writer, const char *prefix, size_t member_size) {
    tar_stream *stream = dk_alloc(sizeof *stream);
    stream->writer = writer;
    stream->prefix = dk_strdup(prefix);
    stream->buffer = dk_alloc(member_size);
    stream->member_size = member_size;
    return stream;
}

static bool write_member(tar_stream *stream, dk_error *error) {
    DK_AUTOFREE char *name = dk_format("%s/%06u", stream->prefix, stream->members++);
    size_t length = stream->filled;
    stream->filled = 0;
    return tar_writer_member(stream->writer, name, stream->buffer, length, error);
}

bool tar_stream_add(tar_stream *stream, const void *data, size_t length, dk_error *error) {
    const char *next = data;
    stream->length += (int64_t)length;
    while (length > 0) {
        size_t room = stream->member_size - stream->filled;
        size_t part = length < room ? length : room;
        memcpy(stream->buffer + stream->filled, next, part);
        stream->filled += part;
        next += part;
        length -= part;
        if (stream->filled == stream->member_size && !write_member(stream, error))
            return false;
    }
    return true;
}

bool tar_stream_end(tar_stream *stream, dk_error *error) {
    return (stream->filled == 0 && stream->members > 0) || write_member(stream, error);
}

int64_t tar_stream_length(const tar_stream *stream) {
    return stream->length;
}

void tar_stream_free(tar_stream *stream) {
    if (!stream)
        return;
    free(stream->prefix);
    free(stream->buffer);
    free(stream);
}

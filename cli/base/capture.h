/* One output stream of a child: kept up to a limit (the newest), and handed on line by line. */
#ifndef BASE_CAPTURE_H
#define BASE_CAPTURE_H

#include <devkit/process.h>

typedef struct capture {
    int fd;         /* non-blocking; -1 once it has ended */
    dk_buf *kept;   /* the caller's */
    size_t limit;   /* of what is kept */
    dk_buf partial; /* the line that has not ended yet */
    dk_line_function *on_line;
    void *data;
    dk_bytes_function *on_bytes; /* takes all, instead of keeping and cutting into lines; or NULL */
    bool stopped;                /* it wanted nothing more: the rest is thrown away */
} capture;

#define CAPTURE_INIT                                                                                         \
    { .fd = -1 }

/* Takes over `fd`, which may be -1. */
void capture_begin(capture *stream, int fd, dk_buf *kept, dk_line_function *on_line, void *data);
/* Reads once what is there. */
void capture_read(capture *stream);
/* Reads until nothing is there, without waiting. */
void capture_drain(capture *stream);
/* Hands on a last line without newline, closes, trims to the limit. */
void capture_finish(capture *stream);

#endif

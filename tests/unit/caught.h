/* What is written to a descriptor (STDOUT_FILENO, STDERR_FILENO) between two calls. */
#ifndef TESTS_UNIT_CAUGHT_H
#define TESTS_UNIT_CAUGHT_H

#include <devkit/buf.h>
#include <stdio.h>
#include <unistd.h>

typedef struct caught {
    int descriptor, kept;
    FILE *file;
} caught;

static inline caught caught_begin(int descriptor) {
    fflush(NULL);
    caught of = {.descriptor = descriptor, .kept = dup(descriptor), .file = tmpfile()};
    if (of.file)
        dup2(fileno(of.file), descriptor);
    return of;
}

/* Caller frees. */
static inline char *caught_end(caught *of) {
    dk_buf text = DK_BUF_INIT;
    char piece[1024];
    fflush(NULL);
    dup2(of->kept, of->descriptor);
    close(of->kept);
    if (of->file) {
        rewind(of->file);
        for (size_t length; (length = fread(piece, 1, sizeof piece, of->file)) > 0;)
            dk_buf_append(&text, piece, length);
        fclose(of->file);
    }
    return dk_buf_detach(&text);
}

#endif

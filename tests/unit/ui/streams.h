/* Catches what is written to stdout and stderr, and lets tests say who is looking. */
#ifndef TESTS_UNIT_UI_STREAMS_H
#define TESTS_UNIT_UI_STREAMS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ui/ui.h"
#include <devkit/file.h>
#include <devkit/system.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct caught_stream {
    FILE *stream;
    int saved;
    FILE *file;
    char *text;
} caught_stream;

static caught_stream caught_out;
static caught_stream caught_err;

static inline void catch_stream(caught_stream *caught, FILE *stream) {
    fflush(stream);
    caught->stream = stream;
    caught->saved = dup(fileno(stream));
    caught->file = tmpfile();
    assert_non_null(caught->file);
    assert_true(dup2(fileno(caught->file), fileno(stream)) >= 0);
}

static inline void release_stream(caught_stream *caught) {
    fflush(caught->stream);
    dup2(caught->saved, fileno(caught->stream));
    close(caught->saved);
    long length = lseek(fileno(caught->file), 0, SEEK_END);
    free(caught->text);
    caught->text = calloc(1, (size_t)length + 1);
    assert_int_equal(pread(fileno(caught->file), caught->text, (size_t)length, 0), length);
    fclose(caught->file);
}

static inline void catch_output(void) {
    catch_stream(&caught_out, stdout);
    catch_stream(&caught_err, stderr);
}

/* Afterwards caught_out.text and caught_err.text hold what came. */
static inline void release_output(void) {
    release_stream(&caught_out);
    release_stream(&caught_err);
}

static inline void expect_output(const char *out, const char *err) {
    release_output();
    assert_string_equal(caught_out.text, out);
    assert_string_equal(caught_err.text, err);
}

static inline void configure(ui_settings settings) {
    ui_configure(&settings);
}

#endif

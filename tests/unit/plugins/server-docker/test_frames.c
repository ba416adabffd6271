/* plugins/server-docker/frames.c */
#include "../kit/test_support.h"

#include <server-docker/docker.h>

static bool take(void *data, const char *line, size_t length) {
    dk_buf_append(data, line, length);
    dk_buf_add(data, "|");
    return true;
}

static void frame(dk_buf *stream, char kind, const char *text) {
    char header[8] = {kind, 0, 0, 0, 0, 0, (char)(strlen(text) >> 8), (char)strlen(text)};
    dk_buf_append(stream, header, sizeof header);
    dk_buf_add(stream, text);
}

static void expect(const dk_buf *stream, size_t piece, const char *expected) {
    DK_AUTO_BUF dk_buf seen = DK_BUF_INIT;
    docker_frames frames = {.on_line = take, .data = &seen};
    for (size_t at = 0; at < stream->length; at += piece) {
        size_t length = stream->length - at < piece ? stream->length - at : piece;
        assert_true(docker_frames_take(&frames, stream->data + at, length));
    }
    docker_frames_finish(&frames);
    assert_string_equal(dk_buf_text(&seen), expected);
}

static void test_any_cut(void **state) {
    (void)state;
    DK_AUTO_BUF dk_buf stream = DK_BUF_INIT;
    frame(&stream, 1, "one\ntw");
    frame(&stream, 1, "");
    frame(&stream, 1, "o\r\n");
    frame(&stream, 2, "three\n\nlast");
    for (size_t piece = 1; piece < 20; piece++)
        expect(&stream, piece, "one|two|three||last|");
}

static void test_a_terminal_has_no_frames(void **state) {
    (void)state;
    DK_AUTO_BUF dk_buf seen = DK_BUF_INIT;
    docker_frames frames = {.raw = true, .on_line = take, .data = &seen};
    assert_true(docker_frames_take(&frames, "a\r\nb\n", 5));
    docker_frames_finish(&frames);
    assert_string_equal(dk_buf_text(&seen), "a|b|");
}

static void test_garbage(void **state) {
    (void)state;
    DK_AUTO_BUF dk_buf seen = DK_BUF_INIT;
    docker_frames frames = {.on_line = take, .data = &seen};
    assert_false(docker_frames_take(&frames, "<html><body>", 12));
    assert_true(frames.invalid);
    assert_false(docker_frames_take(&frames, "more", 4));
    docker_frames_finish(&frames);
    assert_int_equal(seen.length, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_any_cut),
                                       cmocka_unit_test(test_a_terminal_has_no_frames),
                                       cmocka_unit_test(test_garbage)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

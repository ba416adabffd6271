/* cli/base/capture.c, fed by a pipe; test_process_run.c has real children. */
#include "base/capture.h"
#include "base/fd.h"
#include "scratch.h"

static void add_line(void *data, const char *line, size_t length) {
    dk_strv_add_owned(data, dk_strndup(line, length));
}

static void test_nothing_there(void **state) {
    (void)state;
    int ends[2];
    assert_true(fd_pipe(ends));
    DK_AUTO_BUF dk_buf kept = DK_BUF_INIT;
    capture stream = CAPTURE_INIT;
    capture_begin(&stream, ends[0], &kept, NULL, NULL);
    capture_read(&stream); /* does not wait */
    assert_true(stream.fd >= 0);
    fd_close(&ends[1]);
    capture_drain(&stream);
    assert_int_equal(stream.fd, -1); /* the end */
    capture_finish(&stream);
    assert_string_equal(dk_buf_text(&kept), "");
}

static void test_lines_across_reads(void **state) {
    (void)state;
    int ends[2];
    assert_true(fd_pipe(ends));
    DK_AUTO_STRV dk_strv lines = DK_STRV_INIT;
    DK_AUTO_BUF dk_buf kept = DK_BUF_INIT;
    dk_buf_add(&kept, "from an earlier run");
    capture stream = CAPTURE_INIT;
    capture_begin(&stream, ends[0], &kept, add_line, &lines);
    static const char *const pieces[] = {"a", "b\nc", "\n\n", "last"};
    for (size_t i = 0; i < DK_COUNT(pieces); i++) {
        assert_true(fd_write_all(ends[1], pieces[i], strlen(pieces[i])));
        capture_read(&stream);
    }
    assert_int_equal(lines.count, 3);
    fd_close(&ends[1]);
    capture_finish(&stream);
    DK_AUTOFREE char *joined = dk_strv_join(&lines, "|");
    assert_string_equal(joined, "ab|c||last");
    assert_string_equal(dk_buf_text(&kept), "ab\nc\n\nlast");
}

static void test_limit_keeps_the_newest(void **state) {
    (void)state;
    int ends[2];
    assert_true(fd_pipe(ends));
    DK_AUTO_BUF dk_buf kept = {.limit = 8};
    capture stream = CAPTURE_INIT;
    capture_begin(&stream, ends[0], &kept, NULL, NULL);
    for (int i = 0; i < 50; i++) {
        char piece[16];
        snprintf(piece, sizeof piece, "%03d,", i);
        assert_true(fd_write_all(ends[1], piece, 4));
        capture_read(&stream);
        assert_true(kept.length <= 20); /* twice the limit, and one piece */
    }
    fd_close(&ends[1]);
    capture_finish(&stream);
    assert_string_equal(dk_buf_text(&kept), "048,049,");
    assert_true(kept.overflowed);
    assert_int_equal(kept.limit, 8);
}

static void test_no_stream(void **state) {
    (void)state;
    DK_AUTO_BUF dk_buf kept = DK_BUF_INIT;
    capture stream = CAPTURE_INIT;
    capture_finish(&stream); /* never begun */
    capture_begin(&stream, -1, &kept, NULL, NULL);
    capture_read(&stream);
    capture_drain(&stream);
    capture_finish(&stream);
    assert_int_equal(kept.length, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_there),
        cmocka_unit_test(test_lines_across_reads),
        cmocka_unit_test(test_limit_keeps_the_newest),
        cmocka_unit_test(test_no_stream),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

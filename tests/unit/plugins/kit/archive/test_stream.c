/* stream.c: one size for all members but the last. */
#include "archives.h"

static void write_stream(const char *bytes, size_t length, size_t member_size, size_t step) {
    tar_writer *writer = tar_writer_open(lab.path, &plain, &lab.error);
    lab_must(writer);
    tar_stream *stream = tar_stream_begin(writer, "data", member_size);
    for (size_t done = 0; done < length; done += step)
        lab_must(
            tar_stream_add(stream, bytes + done, length - done < step ? length - done : step, &lab.error));
    lab_must(tar_stream_end(stream, &lab.error));
    assert_int_equal(tar_stream_length(stream), length);
    tar_stream_free(stream);
    lab_must(tar_writer_finish(writer, NULL, &lab.error));
}

static void expect_sizes(const char *bytes, const int64_t *sizes, size_t count) {
    TAR_AUTO_READER tar_reader *reader = tar_reader_open(lab.path, &sha256, &lab.error);
    const char *name;
    int64_t size;
    lab_must(reader);
    for (size_t i = 0; i < count; i++) {
        DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
        DK_AUTOFREE char *expected = dk_format("data/%06zu", i);
        assert_int_equal(tar_reader_next(reader, &name, &size, &lab.error), TAR_MEMBER);
        assert_string_equal(name, expected);
        assert_int_equal(size, sizes[i]);
        lab_must(tar_reader_text(reader, 1 << 20, &text, &lab.error));
        assert_memory_equal(dk_buf_text(&text), bytes, text.length);
        bytes += text.length;
    }
    assert_int_equal(tar_reader_next(reader, &name, &size, &lab.error), TAR_END);
    assert_int_equal(remove(lab.path), 0);
}

static void borders(void **state) {
    (void)state;
    static const struct {
        size_t length, step;
        int64_t sizes[4];
        size_t count;
    } rows[] = {
        {0, 1, {0}, 1},
        {1, 1, {1}, 1},
        {1000, 1000, {1000}, 1},
        {1001, 7, {1000, 1}, 2},
        {3000, 3000, {1000, 1000, 1000}, 3},
        {3500, 1700, {1000, 1000, 1000, 500}, 4},
    };
    DK_AUTOFREE char *bytes = noise(4000);
    for (size_t i = 0; i < DK_COUNT(rows); i++) {
        write_stream(bytes, rows[i].length, 1000, rows[i].step);
        expect_sizes(bytes, rows[i].sizes, rows[i].count);
    }
    tar_stream_free(NULL);
}

int main(void) {
    static const struct CMUnitTest tests[] = {LAB_TEST(borders)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

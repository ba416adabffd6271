/* plugins/kit/http/sink.c */
#include "../../../../fakes/http_server.h"

#include <kit/http/http_internal.h>

typedef struct seen {
    dk_strv lines;
    size_t enough; /* lines after which it is; 0: never */
} seen;

static bool take(void *data, const char *line, size_t length) {
    seen *all = data;
    dk_strv_add_owned(&all->lines, dk_strndup(line, length));
    return !all->enough || all->lines.count < all->enough;
}

static void test_lines_in_pieces(void **state) {
    (void)state;
    seen all = {0};
    http_request request = {.on_line = take, .sink_data = &all};
    HTTP_AUTO_RESPONSE http_response response = {.status = 200};
    http_sink sink = {.request = &request, .response = &response};
    static const char *const pieces[] = {"a", "b\r\n", "\nlong ", "line\nlast"};
    for (size_t i = 0; i < DK_COUNT(pieces); i++)
        assert_true(http_sink_take(&sink, pieces[i], strlen(pieces[i])));
    http_sink_finish(&sink);
    DK_AUTOFREE char *joined = dk_strv_join(&all.lines, "|");
    assert_string_equal(joined, "ab||long line|last");
    assert_true(sink.delivered);
    assert_int_equal(response.body.length, 0);
    http_sink_release(&sink);
    dk_strv_release(&all.lines);
}

static void test_enough(void **state) {
    (void)state;
    seen all = {.enough = 2};
    http_request request = {.on_line = take, .sink_data = &all};
    HTTP_AUTO_RESPONSE http_response response = {.status = 200};
    http_sink sink = {.request = &request, .response = &response};
    assert_false(http_sink_take(&sink, "1\n2\n3\n", 6));
    assert_true(response.stopped);
    http_sink_finish(&sink);
    assert_int_equal(all.lines.count, 2);
    http_sink_release(&sink);
    dk_strv_release(&all.lines);
}

static void test_an_error_is_kept_for_its_message(void **state) {
    (void)state;
    seen all = {0};
    http_request request = {.on_line = take, .sink_data = &all};
    HTTP_AUTO_RESPONSE http_response response = {.status = 404};
    http_sink sink = {.request = &request, .response = &response};
    assert_true(http_sink_take(&sink, "{}\n", 3));
    assert_int_equal(all.lines.count, 0);
    assert_string_equal(dk_buf_text(&response.body), "{}\n");
    assert_false(sink.delivered);
    http_sink_release(&sink);
}

static void test_a_line_without_an_end(void **state) {
    (void)state;
    seen all = {0};
    http_request request = {.on_line = take, .sink_data = &all};
    HTTP_AUTO_RESPONSE http_response response = {.status = 200};
    http_sink sink = {.request = &request, .response = &response};
    char block[4096];
    memset(block, 'x', sizeof block);
    for (size_t i = 0; i < 2 * HTTP_LINE_LIMIT / sizeof block; i++)
        assert_true(http_sink_take(&sink, block, sizeof block));
    assert_int_equal(all.lines.count, 2);
    http_sink_release(&sink);
    dk_strv_release(&all.lines);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_lines_in_pieces), cmocka_unit_test(test_enough),
                                       cmocka_unit_test(test_an_error_is_kept_for_its_message),
                                       cmocka_unit_test(test_a_line_without_an_end)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

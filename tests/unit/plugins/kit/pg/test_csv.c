#include "../test_support.h"

#include <kit/pg/csv_internal.h>

static void expect_header(const char *text, bool complete, const char *joined, size_t used) {
    DK_AUTO_STRV dk_strv names = DK_STRV_INIT;
    bool whole = false;
    size_t length = 0;
    assert_true(pg_csv_header(text, strlen(text), complete, &names, &length, &whole));
    assert_true(whole);
    assert_int_equal(length, used);
    DK_AUTOFREE char *text_of_names = dk_strv_join(&names, "|");
    assert_string_equal(text_of_names, joined);
}

static void test_header(void **state) {
    (void)state;
    expect_header("id,name\n1,x\n", false, "id|name", 8);
    expect_header("id\r\n1\r\n", false, "id", 4);
    expect_header("\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\"\n", false, "a,b|say \"hi\"|two\nlines", 31);
    expect_header("id,name", true, "id|name", 7);
}

static void expect_header_state(const char *text, bool complete, bool valid, bool wholly) {
    DK_AUTO_STRV dk_strv names = DK_STRV_INIT;
    bool whole = true;
    size_t length = 0;
    assert_int_equal(pg_csv_header(text, strlen(text), complete, &names, &length, &whole), valid);
    assert_int_equal(whole, wholly);
}

static void test_header_incomplete_or_wrong(void **state) {
    (void)state;
    expect_header_state("id,na", false, true, false);
    expect_header_state("id,\"na", false, true, false);
    expect_header_state("id,", false, true, false);
    expect_header_state("id,\"na", true, false, false);
    expect_header_state("id,,name\n", true, false, false);
    expect_header_state("\n1\n", false, false, false);
}

/* Where COPY's line `wanted` is in the text, fed in pieces of every size. */
static void expect_row(const char *text, int64_t wanted, int64_t line, const char *row) {
    size_t length = strlen(text);
    for (size_t piece = 1; piece <= length; piece++) {
        pg_csv_scan scan = {.wanted = wanted};
        for (size_t at = 0; at < length; at += piece)
            pg_csv_scan_bytes(&scan, text + at, length - at < piece ? length - at : piece);
        assert_int_equal(scan.line, line);
        assert_string_equal(dk_buf_text(&scan.row), row);
        dk_buf_release(&scan.row);
    }
}

static void test_rows(void **state) {
    (void)state;
    expect_row("a,b\n1,2\n3,4\n", 2, 2, "1,2");
    expect_row("a,b\n1,2\n3,4\n", 3, 3, "3,4");
    expect_row("a,b\n1,2\n3,4", 3, 3, "3,4");
    expect_row("a\n\"x\ny\"\nz\n", 3, 2, "\"x\ny\"");
    expect_row("a\n\"x\ny\"\nz\n", 4, 4, "z");
    expect_row("a\n\"say \"\"\n\"\"\"\nz\n", 4, 4, "z");
}

/* In a CRLF file COPY counts the CRs inside quotes, so a bare LF there shifts its numbers against an
 * editor's. */
static void test_rows_with_return(void **state) {
    (void)state;
    expect_row("a\r\n1\r\n2\r\n", 3, 3, "2");
    expect_row("a\r\n\"x\ny\"\r\nz\r\n", 3, 4, "z");
    expect_row("a\r\n\"x\r\ny\"\r\nz\r\n", 4, 4, "z");
}

static void test_counting(void **state) {
    (void)state;
    pg_csv_scan scan = {0};
    static const char text[] = "a\n1\n\"x\n\n\"\n2";
    pg_csv_scan_bytes(&scan, text, strlen(text));
    assert_int_equal(scan.records, 4);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_header),   cmocka_unit_test(test_header_incomplete_or_wrong),
        cmocka_unit_test(test_rows),     cmocka_unit_test(test_rows_with_return),
        cmocka_unit_test(test_counting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

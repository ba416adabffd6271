/* The CSV header and the row scanner: what is found lies within the text, and feeding it in pieces changes
 * nothing. */
#include <kit/pg/csv_internal.h>

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds) {
    if (!holds)
        abort();
}

static void check_scan(const char *text, size_t size, int64_t wanted) {
    pg_csv_scan whole = {.wanted = wanted}, pieces = {.wanted = wanted};
    pg_csv_scan_bytes(&whole, text, size);
    for (size_t at = 0; at < size; at += 3)
        pg_csv_scan_bytes(&pieces, text + at, size - at < 3 ? size - at : 3);
    require(whole.records == pieces.records && whole.line == pieces.line && whole.found == pieces.found);
    require(whole.records <= (int64_t)size && whole.line <= (int64_t)size + 1);
    require(strcmp(dk_buf_text(&whole.row), dk_buf_text(&pieces.row)) == 0);
    dk_buf_release(&whole.row);
    dk_buf_release(&pieces.row);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const char *text = (const char *)data;
    for (int complete = 0; complete < 2; complete++) {
        DK_AUTO_STRV dk_strv names = DK_STRV_INIT;
        size_t used = 0;
        bool whole = false;
        if (pg_csv_header(text, size, complete, &names, &used, &whole) && whole)
            require(used <= size && names.count > 0);
    }
    for (int64_t wanted = 0; wanted < 5; wanted++)
        check_scan(text, size, wanted);
    return 0;
}

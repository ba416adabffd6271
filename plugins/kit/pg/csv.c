/* Reading CSV as far as COPY needs help. */
#include "csv_internal.h"

#include <string.h>

#define ROW_SHOWN 400 /* bytes kept of a record for messages */

/* ── header ── */

/* One field from `*at`; false when the text ends inside its quotes. */
static bool read_field(const char *text, size_t length, size_t *at, dk_buf *field) {
    bool quoted = *at < length && text[*at] == '"';
    if (quoted) {
        for (++*at;; ++*at) {
            if (*at >= length)
                return false;
            if (text[*at] != '"')
                dk_buf_add_char(field, text[*at]);
            else if (*at + 1 < length && text[*at + 1] == '"')
                dk_buf_add_char(field, text[(*at)++]);
            else
                break;
        }
        ++*at;
    }
    while (*at < length && text[*at] != ',' && text[*at] != '\n' && text[*at] != '\r')
        dk_buf_add_char(field, text[(*at)++]);
    return true;
}

bool pg_csv_header(const char *text, size_t length, bool complete, dk_strv *names, size_t *used,
                   bool *whole) {
    size_t at = 0;
    *whole = false;
    for (;;) {
        DK_AUTO_BUF dk_buf field = DK_BUF_INIT;
        if (!read_field(text, length, &at, &field))
            return !complete;
        if (field.length == 0 || memchr(field.data, '\0', field.length))
            return at >= length && !complete; /* a column without a name, unless more is to come */
        dk_strv_add(names, dk_buf_text(&field));
        if (at >= length) {
            *whole = complete;
            *used = length;
            return true;
        }
        if (text[at] == ',') {
            at++;
            continue;
        }
        at += text[at] == '\r' && at + 1 < length && text[at + 1] == '\n' ? 2 : 1;
        *used = at;
        *whole = true;
        return true;
    }
}

/* ── finding a record by COPY's line number ── */

static void end_record(pg_csv_scan *scan, char line_end) {
    scan->line_end = line_end;
    scan->in_record = false;
    scan->markers += scan->is_marker && scan->length == 2;
    /* COPY complains at the end of the record, when all its lines are counted. */
    if (scan->wanted && scan->copy_line >= scan->wanted && !scan->done)
        scan->found = scan->done = true;
}

static void begin_record(pg_csv_scan *scan) {
    scan->in_record = scan->is_marker = true;
    scan->length = 0;
    scan->records++;
    scan->copy_line++;
    scan->line = scan->current_line;
    if (scan->wanted && !scan->done)
        dk_buf_truncate(&scan->row, 0);
}

static void scan_byte(pg_csv_scan *scan, char c) {
    bool second = scan->after_return && c == '\n';
    scan->after_return = false;
    if (second) { /* the LF of a CRLF that ended a record */
        if (scan->line_end == '\r')
            scan->line_end = 'w';
        scan->current_line++;
        return;
    }
    if (!scan->in_record)
        begin_record(scan);
    if (c == '"')
        scan->in_quotes = !scan->in_quotes;
    if (c == '\n' && !scan->in_quotes)
        end_record(scan, '\n');
    else if (c == '\r' && !scan->in_quotes) {
        end_record(scan, scan->line_end == 'w' ? 'w' : '\r');
        scan->after_return = true;
    } else {
        scan->is_marker &= scan->length < 2 && c == "\\."[scan->length];
        scan->length++;
        scan->copy_line += scan->in_quotes && c == (scan->line_end == '\n' ? '\n' : '\r');
        if (scan->wanted && scan->row.length < ROW_SHOWN)
            dk_buf_add_char(&scan->row, c);
    }
    scan->current_line += c == '\n';
}

void pg_csv_scan_bytes(pg_csv_scan *scan, const char *data, size_t length) {
    if (scan->current_line == 0)
        scan->current_line = 1;
    for (size_t i = 0; i < length && !scan->done; i++)
        scan_byte(scan, data[i]);
}

/* Reading CSV as far as COPY needs help: the header, and the record behind COPY's line number. */
#ifndef DEVKIT_KIT_PG_CSV_INTERNAL_H
#define DEVKIT_KIT_PG_CSV_INTERNAL_H

#include <kit/pg/pg.h>

/* Parses the first record (RFC 4180) into names. `complete`: the text is the whole file. `used` is the
 * record's length with its line end. `*whole` is false when the record does not end within the text. */
bool pg_csv_header(const char *text, size_t length, bool complete, dk_strv *names, size_t *used, bool *whole);

/* Follows a CSV file record by record, counting lines as COPY does (every record is a line, and inside quotes
 * every line end of the file's own kind is one more) and as an editor does (every LF). */
typedef struct pg_csv_scan {
    int64_t copy_line;    /* COPY's number at the end of the record last begun */
    int64_t line;         /* editor's line on which that record begins */
    int64_t current_line; /* editor's line reached */
    int64_t records;      /* begun so far, the header too */
    int64_t markers;      /* records that are nothing but \. */
    size_t length;        /* of the record, so far */
    bool is_marker;       /* is it "\.", so far? */
    char line_end;        /* '\n', '\r' (alone), 'w' (CRLF), or 0 while unknown */
    bool in_record, in_quotes, after_return;
    int64_t wanted;   /* COPY's line number looked for; 0: none */
    bool found, done; /* the record was found; and ended */
    dk_buf row;       /* its text */
} pg_csv_scan;
void pg_csv_scan_bytes(pg_csv_scan *scan, const char *data, size_t length);

#endif

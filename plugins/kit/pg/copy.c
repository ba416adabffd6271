/* CSV files into tables: streamed by COPY, in constant memory. */
#include "csv_internal.h"
#include "pg_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHUNK ((size_t)256 * 1024)
#define HEADER_LIMIT ((size_t)1024 * 1024)

typedef struct copy {
    pg_connection *connection;
    const char *table;
    const char *path;
    const char *shown;
    int fd;
    char *chunk;
    dk_buf head; /* what was read to find the header; sent first */
    bool at_end; /* `head` is all there is */
    dk_strv columns;
    dk_progress *progress;
    int64_t size, sent;
    char last_byte;
    bool has_marker; /* "\." was seen somewhere: COPY may have stopped there */
    dk_error *error;
} copy;

/* ── the file ── */

static bool fail_file(const copy *work) {
    return dk_fail_errno(work->error, errno, "file-unreadable", "could not read %s", work->shown);
}

static ssize_t read_chunk(const copy *work) {
    ssize_t length;
    do
        length = read(work->fd, work->chunk, CHUNK);
    while (length < 0 && errno == EINTR);
    return length;
}

static bool open_file(copy *work) {
    struct stat status;
    work->fd = open(work->path, O_RDONLY | O_CLOEXEC);
    if (work->fd < 0 || fstat(work->fd, &status) != 0)
        return fail_file(work);
    if (S_ISDIR(status.st_mode)) {
        errno = EISDIR;
        return fail_file(work);
    }
    work->size = S_ISREG(status.st_mode) ? status.st_size : 0;
    work->chunk = dk_alloc(CHUNK);
    return true;
}

static bool read_more_head(copy *work) {
    ssize_t length = read_chunk(work);
    if (length < 0)
        return fail_file(work);
    dk_buf_append(&work->head, work->chunk, (size_t)length);
    work->at_end = length == 0;
    return true;
}

static void skip_mark(copy *work) {
    if (work->head.length < 3 || memcmp(work->head.data, "\xEF\xBB\xBF", 3) != 0)
        return;
    memmove(work->head.data, work->head.data + 3, work->head.length - 3);
    dk_buf_truncate(&work->head, work->head.length - 3);
}

static bool fail_header(const copy *work, const char *why) {
    dk_fail(work->error, DK_ERROR_FAILED, "csv-header", "%s:1: %s", work->shown, why);
    return dk_error_hint(work->error, "the first line of a CSV file names the columns of table %s",
                         work->table);
}

static bool read_header(copy *work) {
    bool whole = false, first = true;
    size_t used;
    do {
        if (!read_more_head(work))
            return false;
        if (first)
            skip_mark(work);
        first = false;
        if (work->at_end && work->head.length == 0)
            return fail_header(work, "the file is empty");
        dk_strv_release(&work->columns);
        if (!pg_csv_header(dk_buf_text(&work->head), work->head.length, work->at_end, &work->columns, &used,
                           &whole))
            return fail_header(work, "a column without a name, or an unclosed quote");
        if (!whole && work->head.length > HEADER_LIMIT)
            return fail_header(work, "no line end within the first megabyte");
    } while (!whole);
    return true;
}

/* ── the command ── */

static void build_command(const copy *work, dk_buf *sql) {
    dk_buf_add(sql, "COPY ");
    pg_quote_table(sql, work->table);
    for (size_t i = 0; i < work->columns.count; i++) {
        dk_buf_add(sql, i ? "," : " (");
        pg_quote_identifier(sql, work->columns.items[i]);
    }
    dk_buf_add(sql, ") FROM STDIN (FORMAT csv, HEADER true)");
}

/* ── errors ── */

/* Re-reads the file up to COPY's line `wanted` (0: to the end, counting records). */
static bool scan_file(const copy *work, pg_csv_scan *scan) {
    bool first = true;
    if (lseek(work->fd, 0, SEEK_SET) != 0)
        return false;
    while (!scan->done) {
        ssize_t length = read_chunk(work);
        if (length <= 0)
            break;
        bool marked = first && length >= 3 && memcmp(work->chunk, "\xEF\xBB\xBF", 3) == 0;
        pg_csv_scan_bytes(scan, work->chunk + (marked ? 3 : 0), (size_t)length - (marked ? 3 : 0));
        first = false;
    }
    /* The last record may lack its line end. */
    return scan->done || (scan->in_record && scan->copy_line >= scan->wanted);
}

/* COPY's context is "COPY tasks, line 70003, column user_id: "abc"", in the server's language, but always in
 * this order. Gives the line, and the column part ("column user_id: "abc"") or NULL. */
static int64_t copy_line(const char *context, const char *table, const char **column) {
    const char *name = strchr(table, '.');
    DK_AUTOFREE char *prefix = dk_format("COPY %s, ", name ? name + 1 : table);
    const char *at = context ? strstr(context, prefix) : NULL;
    *column = NULL;
    if (!at)
        return 0;
    at += strlen(prefix);
    at += strcspn(at, "0123456789\n");
    char *rest;
    int64_t line = strtoll(at, &rest, 10);
    if (rest[0] == ',' && rest[1] == ' ')
        *column = rest + 2;
    return line;
}

static void add_row(dk_buf *detail, const pg_csv_scan *scan) {
    const char *text = dk_buf_text(&scan->row);
    dk_buf_addf(detail, "%5lld | ", (long long)scan->line);
    for (size_t i = 0; i < scan->row.length && i < 200; i++)
        dk_buf_add_char(detail, (unsigned char)text[i] < ' ' ? ' ' : text[i]);
    if (scan->row.length > 200) {
        while (detail->length && ((unsigned char)detail->data[detail->length - 1] & 0xC0) == 0x80)
            dk_buf_truncate(detail, detail->length - 1);
        dk_buf_add(detail, "…");
    }
}

/* The server's error again, with the file's line and the row. */
static bool fail_row(const copy *work, const PGresult *failure) {
    const char *context = PQresultErrorField(failure, PG_DIAG_CONTEXT), *column = NULL;
    const char *server_detail = PQresultErrorField(failure, PG_DIAG_MESSAGE_DETAIL);
    pg_csv_scan scan = {.wanted = copy_line(context, work->table, &column)};
    DK_AUTO_BUF dk_buf detail = DK_BUF_INIT;
    pg_fail_result(work->connection, failure, work->error);
    if (scan.wanted > 0 && scan_file(work, &scan)) {
        dk_error_prefix(work->error, "%s:%lld", work->shown, (long long)scan.line);
        add_row(&detail, &scan);
        if (column)
            dk_buf_addf(&detail, "\n%.*s", (int)strcspn(column, "\n"), column);
    } else {
        dk_error_prefix(work->error, "%s", work->shown);
    }
    const char *rest = scan.wanted > 0 ? server_detail : work->error ? work->error->detail : NULL;
    if (rest)
        dk_buf_addf(&detail, "%s%s", detail.length ? "\n" : "", rest);
    dk_buf_release(&scan.row);
    return detail.length ? dk_error_detail(work->error, "%s", dk_buf_text(&detail)) : false;
}

/* ── sending ── */

/* The first answer to COPY: ready for data, or an error (kept as the connection's failure). */
static bool begin(const copy *work) {
    DK_AUTO_BUF dk_buf sql = DK_BUF_INIT;
    PGresult *result = NULL;
    build_command(work, &sql);
    if (!pg_send(work->connection, dk_buf_text(&sql), work->error))
        return false;
    pg_outcome outcome = pg_next_result(work->connection, -1, &result);
    if (outcome == PG_INTERRUPTED) {
        pg_cancel_and_drain(work->connection);
        return dk_fail_interrupted(work->error);
    }
    bool ready = PQresultStatus(result) == PGRES_COPY_IN;
    if (!ready) {
        pg_fail_result(work->connection, result, work->error);
        dk_error_prefix(work->error, "%s", work->shown);
        pg_finish(work->connection, -1, NULL, NULL, NULL);
    }
    PQclear(result);
    return ready;
}

typedef enum sending { SENT, REFUSED, INTERRUPTED } sending;

static void look_for_marker(copy *work, const char *data, size_t length) {
    work->has_marker |= (work->last_byte == '\\' && *data == '.') || memmem(data, length, "\\.", 2);
    work->last_byte = data[length - 1];
}

static sending send_bytes(copy *work, const char *data, size_t length) {
    if (length == 0)
        return SENT;
    look_for_marker(work, data, length);
    /* Reading first, so that a server that has given up is heard at once. */
    if (!PQconsumeInput(work->connection->pg) || PQputCopyData(work->connection->pg, data, (int)length) != 1)
        return REFUSED;
    pg_outcome outcome = pg_flush(work->connection, -1);
    if (outcome == PG_INTERRUPTED || (!work->connection->patient && dk_interrupted()))
        return INTERRUPTED;
    work->sent += (int64_t)length;
    if (work->progress)
        dk_progress_update(work->progress, work->sent, work->size, work->shown);
    return outcome == PG_READY ? SENT : REFUSED;
}

/* Sends the whole file. False (with the error filled) when it could not be read or was interrupted. `*whole`
 * tells whether all of it went out: a server that refuses tells why in its answer, and must not take a part
 * for all. */
static bool send_file(copy *work, bool *whole) {
    sending state = send_bytes(work, dk_buf_text(&work->head), work->head.length);
    dk_buf_release(&work->head);
    while (state == SENT && !work->at_end) {
        ssize_t length = read_chunk(work);
        if (length < 0)
            return fail_file(work);
        if (length == 0)
            break;
        state = send_bytes(work, work->chunk, (size_t)length);
    }
    *whole = state == SENT;
    return state == INTERRUPTED ? dk_fail_interrupted(work->error) : true;
}

/* What PostgreSQL before 18 makes of a line "\.": the end of the data, silently. */
static bool check_complete(const copy *work, int64_t rows) {
    pg_csv_scan scan = {0};
    if (!work->has_marker)
        return true;
    scan_file(work, &scan);
    /* A trigger may leave rows out, too. */
    if (scan.markers == 0 || scan.records - 1 <= rows)
        return true;
    dk_fail(work->error, DK_ERROR_FAILED, "csv-marker",
            "%s: PostgreSQL took only the first %lld of %lld rows", work->shown, (long long)rows,
            (long long)scan.records - 1);
    dk_error_detail(work->error, "a line that holds nothing but \\. ends the data");
    return dk_error_hint(work->error, "write that line as \"\\.\", in quotes");
}

/* Reads the answer to its end; `sent` false: the COPY was broken off, and only has to end. */
static bool read_answer(const copy *work, bool sent, int64_t *rows, PGresult **failure) {
    pg_connection *connection = work->connection;
    bool patient = connection->patient;
    connection->patient |= !sent;
    if (!sent)
        pg_cancel(connection); /* what was sent may keep triggers busy for long */
    for (;;) {
        PGresult *result = NULL;
        pg_outcome outcome = pg_next_result(connection, sent ? -1 : pg_deadline(10000), &result);
        if (outcome == PG_INTERRUPTED) {
            sent = dk_fail_interrupted(work->error);
            connection->patient = true;
            pg_cancel(connection);
            continue;
        }
        if (outcome != PG_READY || !result) {
            connection->busy = outcome != PG_READY;
            break;
        }
        if (PQresultStatus(result) == PGRES_COMMAND_OK)
            *rows = strtoll(PQcmdTuples(result), NULL, 10);
        if (PQresultStatus(result) == PGRES_FATAL_ERROR && !*failure)
            *failure = result;
        else
            PQclear(result);
    }
    connection->patient = patient;
    return sent;
}

static bool finish(copy *work, int64_t *rows) {
    PGresult *failure = NULL;
    int64_t count = 0;
    bool whole = false;
    bool sent = send_file(work, &whole);
    PQputCopyEnd(work->connection->pg, sent && whole ? NULL : "devkit stopped");
    sent = read_answer(work, sent, &count, &failure);
    DK_FAULT("pg-received");
    bool ok = sent && !failure && PQstatus(work->connection->pg) == CONNECTION_OK;
    if (sent && failure)
        fail_row(work, failure);
    else if (sent && !ok)
        pg_fail_lost(work->connection, work->error);
    PQclear(failure);
    if (rows)
        *rows = count;
    return ok && check_complete(work, count);
}

bool pg_copy_csv(pg_connection *connection, const char *table, const char *path, const char *shown_path,
                 dk_progress *progress, int64_t *rows, dk_error *error) {
    DK_AUTO_ERROR dk_error local = DK_ERROR_INIT;
    copy work = {.connection = connection,
                 .table = table,
                 .path = path,
                 .shown = shown_path ? shown_path : path,
                 .fd = -1,
                 .progress = progress,
                 .error = &local};
    bool ok = open_file(&work) && read_header(&work) && begin(&work) && finish(&work, rows);
    if (work.fd >= 0)
        close(work.fd);
    free(work.chunk);
    dk_buf_release(&work.head);
    dk_strv_release(&work.columns);
    if (!ok && error)
        dk_error_move(error, &local);
    return ok;
}

/* Runs SQL scripts in-process.
 *
 * Inside a transaction many small statements travel in one message: nothing can be seen of the difference, as
 * all or none of them happens, and a file of a hundred thousand INSERTs needs a few hundred round trips.
 * Outside one, a message would make its statements one transaction, so each statement travels alone. */
#include "pg_internal.h"
#include "script_internal.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define BATCH_BYTES ((size_t)64 * 1024)
#define BATCH_STATEMENTS 500

typedef struct script_run {
    pg_connection *connection;
    const char *text;
    const pg_script *script;
    const pg_script_options *options;
    bool opened; /* the transaction is ours to end */
    dk_error *error;
} script_run;

static int shown_line(const pg_script_options *options, int line) {
    return line + (options->first_line > 0 ? options->first_line : 1) - 1;
}

static const char *shown_path(const pg_script_options *options) {
    return options->shown_path ? options->shown_path : "SQL";
}

/* ── errors ── */

/* Byte position in the whole text of PostgreSQL's error position, or SIZE_MAX. */
static size_t error_position(const script_run *run, const PGresult *failure, size_t start, size_t length) {
    const char *position = failure ? PQresultErrorField(failure, PG_DIAG_STATEMENT_POSITION) : NULL;
    long characters = position ? atol(position) : 0;
    const char *encoding = PQparameterStatus(run->connection->pg, "server_encoding");
    if (characters < 1)
        return SIZE_MAX;
    /* The server counts in its own encoding's characters; SQL_ASCII's are bytes. */
    if (encoding && strcmp(encoding, "SQL_ASCII") == 0)
        return (size_t)characters > length ? SIZE_MAX : start + (size_t)characters - 1;
    return start + pg_utf8_offset(run->text + start, length, (size_t)characters - 1);
}

static const pg_statement *statement_at(const script_run *run, size_t first, size_t last, size_t position) {
    while (first < last && run->script->statements[first + 1].start <= position)
        first++;
    return &run->script->statements[first];
}

/* The server converts a message before it looks at it, so its complaint about bytes that are no UTF-8 names
 * no place. Byte position of the first of them, or SIZE_MAX. */
static size_t bad_byte(const script_run *run, const PGresult *failure, size_t start, size_t length) {
    const char *state = failure ? PQresultErrorField(failure, PG_DIAG_SQLSTATE) : NULL;
    const char *encoding = PQparameterStatus(run->connection->pg, "client_encoding");
    if (!state || strcmp(state, "22021") != 0 || !encoding || strcmp(encoding, "UTF8") != 0)
        return SIZE_MAX;
    size_t valid = pg_utf8_valid(run->text + start, length);
    return valid < length ? start + valid : SIZE_MAX;
}

/* Says what failed in statements first…last, sent as one message; `failed` is the one that was running. */
static bool fail_statement(const script_run *run, size_t first, size_t last, size_t failed) {
    const PGresult *failure = run->connection->failure;
    const pg_statement *head = &run->script->statements[first], *tail = &run->script->statements[last];
    size_t length = tail->start + tail->length - head->start;
    size_t wrong_byte = bad_byte(run, failure, head->start, length);
    size_t position = wrong_byte != SIZE_MAX ? wrong_byte : error_position(run, failure, head->start, length);
    const pg_statement *statement =
        position == SIZE_MAX ? &run->script->statements[failed] : statement_at(run, first, last, position);
    pg_fail_result(run->connection, failure, run->error);
    if (!run->error)
        return false;
    int line = statement->line, column = statement->column;
    if (position != SIZE_MAX) {
        pg_line_counter lines = pg_lines_begin(run->text, position);
        pg_lines_at(&lines, position, &line, &column);
    }
    DK_AUTO_BUF dk_buf detail = DK_BUF_INIT;
    pg_excerpt(&detail, run->text, statement->start, statement->length, position,
               shown_line(run->options, 1));
    if (run->error->detail)
        dk_buf_addf(&detail, "\n%s", run->error->detail);
    DK_AUTOFREE char *message = dk_format("%s:%d:%d: %s", shown_path(run->options),
                                          shown_line(run->options, line), column, run->error->message);
    free(run->error->message);
    run->error->message = dk_strdup(message);
    if (wrong_byte != SIZE_MAX)
        dk_error_hint(run->error, "save the file as UTF-8, or begin it with SET client_encoding");
    return dk_error_detail(run->error, "%s", dk_buf_text(&detail));
}

static bool fail_ended_transaction(const script_run *run, size_t index) {
    const pg_statement *statement = &run->script->statements[index];
    dk_fail(run->error, DK_ERROR_FAILED, "transaction-ended",
            "%s:%d:%d: ends the transaction that devkit opened around the script", shown_path(run->options),
            shown_line(run->options, statement->line), statement->column);
    return dk_error_hint(run->error, "remove the statement, or let the file do without a transaction "
                                     "(`-- migrate:up transaction:false`)");
}

/* ── statements by their first word ── */

static bool first_word_is(const script_run *run, size_t index, const char *const *words) {
    const pg_statement *statement = &run->script->statements[index];
    const char *text = run->text + statement->start;
    size_t length = 0;
    while (length < statement->length && ((text[length] | 0x20) >= 'a' && (text[length] | 0x20) <= 'z'))
        length++;
    for (; *words; words++)
        if (strlen(*words) == length && strncasecmp(text, *words, length) == 0)
            return true;
    return false;
}

static const char *const begin_words[] = {"begin", "start", NULL};
static const char *const commit_words[] = {"commit", "end", NULL};
static const char *const abort_words[] = {"abort", NULL};
static const char *const alone_words[] = {"begin",     "start",   "commit",  "end", "rollback", "abort",
                                          "savepoint", "release", "prepare", "set", "reset",    NULL};

/* Where a statement's next word begins, and its length; 0 at its end or before anything but a word. */
static size_t next_word(const script_run *run, const pg_statement *statement, size_t *at) {
    const char *text = run->text + statement->start;
    size_t length = 0;
    while (*at < statement->length && strchr(" \t\r\n\f\v", text[*at]))
        ++*at;
    while (*at + length < statement->length && isalpha((unsigned char)text[*at + length]))
        length++;
    return length;
}

/* COMMIT, END, ABORT, ROLLBACK (but not to a savepoint), PREPARE TRANSACTION. */
static bool ends_transaction(const script_run *run, size_t index) {
    static const char *const noise[] = {"work", "transaction"};
    static const char *const rollback[] = {"rollback", NULL}, *const prepare[] = {"prepare", NULL};
    const pg_statement *statement = &run->script->statements[index];
    const char *text = run->text + statement->start;
    if (first_word_is(run, index, commit_words) || first_word_is(run, index, abort_words))
        return true;
    bool prepares = first_word_is(run, index, prepare);
    if (!prepares && !first_word_is(run, index, rollback))
        return false;
    size_t at = strlen(prepares ? *prepare : *rollback), length = next_word(run, statement, &at);
    for (size_t i = 0; i < DK_COUNT(noise); i++)
        if (length == strlen(noise[i]) && strncasecmp(text + at, noise[i], length) == 0) {
            if (prepares)
                return i == 1;
            at += length;
            length = next_word(run, statement, &at);
            break;
        }
    return !prepares && !(length == 2 && strncasecmp(text + at, "to", 2) == 0);
}

/* ── sending ── */

/* Last statement of the message that begins with `first`. */
static size_t batch_end(const script_run *run, size_t first) {
    const pg_statement *statements = run->script->statements;
    size_t last = first;
    if (!run->opened || first_word_is(run, first, alone_words))
        return first;
    while (last + 1 < run->script->count && last - first < BATCH_STATEMENTS) {
        const pg_statement *next = &statements[last + 1];
        if (next->start + next->length - statements[first].start > BATCH_BYTES ||
            first_word_is(run, last + 1, alone_words))
            break;
        last++;
    }
    return last;
}

/* Collects one message's results; `*completed` counts the statements that went well. */
static bool collect_batch(pg_connection *connection, size_t *completed, dk_error *error) {
    for (pg_outcome outcome = PG_READY;;) {
        PGresult *result = NULL;
        if (outcome != PG_INTERRUPTED)
            outcome = pg_next_result(connection, -1, &result);
        if (outcome == PG_INTERRUPTED) {
            pg_cancel_and_drain(connection);
            return dk_fail_interrupted(error);
        }
        if (!result) {
            connection->busy = false;
            return true;
        }
        ExecStatusType status = PQresultStatus(result);
        if (pg_is_copy(result))
            outcome =
                pg_end_copy(connection, result, -1, "its data must follow inline, in a file that psql runs");
        if (status == PGRES_FATAL_ERROR && !connection->failure) {
            connection->failure = result;
            continue;
        }
        *completed += status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY;
        PQclear(result);
    }
}

static bool send_batch(script_run *run, size_t first, size_t last) {
    const pg_statement *head = &run->script->statements[first], *tail = &run->script->statements[last];
    DK_AUTOFREE char *message = dk_strndup(run->text + head->start, tail->start + tail->length - head->start);
    size_t completed = 0;
    if (!pg_send(run->connection, message, run->error) ||
        !collect_batch(run->connection, &completed, run->error))
        return false;
    DK_FAULT("pg-received");
    if (run->connection->failure)
        return fail_statement(run, first, last, first + completed > last ? last : first + completed);
    if (PQstatus(run->connection->pg) == CONNECTION_BAD)
        return pg_fail_lost(run->connection, run->error);
    if (run->opened && PQtransactionStatus(run->connection->pg) != PQTRANS_INTRANS)
        return fail_ended_transaction(run, last);
    return true;
}

static bool send_statements(script_run *run, size_t first, size_t end) {
    while (first < end) {
        size_t last = batch_end(run, first);
        if (!send_batch(run, first, last))
            return false;
        first = last + 1;
        if (run->options->progress)
            dk_progress_update(run->options->progress, (int64_t)first, (int64_t)run->script->count,
                               run->options->shown_path);
    }
    return true;
}

/* A script with BEGIN first and COMMIT last brings its own transaction: that one is used, so that the
 * bookkeeping gets into it. */
static bool has_own_transaction(const script_run *run) {
    size_t count = run->script->count;
    return count >= 2 && first_word_is(run, 0, begin_words) && first_word_is(run, count - 1, commit_words);
}

static bool run_bookkeeping(const script_run *run) {
    if (!run->options->before_commit)
        return true;
    if (pg_run(run->connection, run->options->before_commit, NULL, run->error))
        return true;
    return dk_error_prefix(run->error, "%s: noting it as done failed", shown_path(run->options));
}

static bool commit(const script_run *run) {
    /* Deferred constraints are checked here. */
    return pg_run(run->connection, "COMMIT", NULL, run->error) ||
           dk_error_prefix(run->error, "%s", shown_path(run->options));
}

/* Before anything runs: what went before a COMMIT could not be taken back any more. */
static bool check_transaction(const script_run *run, size_t first, size_t end) {
    for (size_t i = first; i < end; i++)
        if (ends_transaction(run, i))
            return fail_ended_transaction(run, i);
    return true;
}

static bool run_in_transaction(script_run *run) {
    bool own = has_own_transaction(run);
    size_t first = own ? 1 : 0, end = run->script->count - first;
    if (!check_transaction(run, first, end) ||
        (own ? !send_batch(run, 0, 0) : !pg_run(run->connection, "BEGIN", NULL, run->error)))
        return false;
    run->opened = true;
    if (!send_statements(run, first, end) || !run_bookkeeping(run))
        return false;
    run->opened = false;
    return own ? send_batch(run, end, end) : commit(run);
}

static bool run_without_transaction(script_run *run) {
    if (!send_statements(run, 0, run->script->count))
        return false;
    if (PQtransactionStatus(run->connection->pg) == PQTRANS_IDLE)
        return run_bookkeeping(run);
    dk_fail(run->error, DK_ERROR_FAILED, "transaction-open", "%s: leaves a transaction open",
            shown_path(run->options));
    return dk_error_hint(run->error, "end it with COMMIT: as it stands, its work is lost");
}

static bool run_script(script_run *run) {
    bool ok = run->options->transaction ? run_in_transaction(run) : run_without_transaction(run);
    PQclear(run->connection->failure);
    run->connection->failure = NULL;
    /* Also after COMMIT AND CHAIN. */
    if (PQtransactionStatus(run->connection->pg) != PQTRANS_IDLE)
        pg_run_quietly(run->connection, "ROLLBACK");
    return ok;
}

bool pg_script_run(pg_connection *connection, const char *text, size_t length,
                   const pg_script_options *options, dk_error *error) {
    pg_script script;
    pg_split_failure failure = {0};
    DK_AUTO_ERROR dk_error local = DK_ERROR_INIT;
    if (!pg_script_split_quietly(text, length, &script, &failure))
        return dk_fail(error, DK_ERROR_FAILED, "sql-unterminated", "%s:%d:%d: %s", shown_path(options),
                       shown_line(options, failure.line), failure.column, failure.what);
    bool ok;
    if (!script.needs_psql) {
        script_run work = {
            .connection = connection, .text = text, .script = &script, .options = options, .error = &local};
        ok = run_script(&work);
    } else if (options->psql_conninfo) {
        ok = pg_run_psql(text, length, NULL, options, &local);
    } else {
        ok = dk_fail(&local, DK_ERROR_FAILED, "psql-needed", "%s:%d: needs psql, which can't be used here",
                     shown_path(options), shown_line(options, script.psql_line));
    }
    pg_script_release(&script);
    if (!ok && error)
        dk_error_move(error, &local);
    return ok;
}

/* Above this a script is not read into memory: psql runs it statement by statement as it comes. */
#define LARGE_SCRIPT ((off_t)64 * 1024 * 1024)

bool pg_script_run_file(pg_connection *connection, const char *path, const pg_script_options *options,
                        dk_error *error) {
    struct stat status;
    DK_AUTO_BUF dk_buf content = DK_BUF_INIT;
    DK_AUTOFREE char *folder = dk_path_dirname(path);
    pg_script_options own = *options;
    own.folder = own.folder ? own.folder : folder;
    if (own.psql_conninfo && stat(path, &status) == 0 && status.st_size > LARGE_SCRIPT)
        return pg_run_psql(NULL, 0, path, &own, error);
    return dk_file_read(path, 0, &content, error) &&
           pg_script_run(connection, dk_buf_text(&content), content.length, &own, error);
}

/* Statements and their results. */
#include "pg_internal.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

/* How long an interrupted statement may take to end before the connection is given up. */
#define DRAIN_MS 10000

static pg_result *as_result(PGresult *result) {
    return (pg_result *)result;
}
static const PGresult *as_libpq(const pg_result *result) {
    return (const PGresult *)result;
}

static void forget(pg_connection *connection) {
    PQclear(connection->kept);
    PQclear(connection->failure);
    connection->kept = NULL;
    connection->failure = NULL;
}

bool pg_may_send(const pg_connection *connection, dk_error *error) {
    if (!connection->patient && dk_interrupted())
        return dk_fail_interrupted(error);
    if (connection->busy)
        return dk_fail(error, DK_ERROR_FAILED, "connection-busy",
                       "another statement still runs on this connection");
    return true;
}

bool pg_is_copy(const PGresult *result) {
    ExecStatusType status = PQresultStatus(result);
    return status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH;
}

pg_outcome pg_end_copy(pg_connection *connection, const PGresult *result, int64_t deadline, const char *why) {
    if (PQresultStatus(result) == PGRES_COPY_IN) {
        PQputCopyEnd(connection->pg, why);
        return PG_READY;
    }
    for (;;) {
        char *data = NULL;
        int length = PQgetCopyData(connection->pg, &data, 1);
        if (length < 0)
            return PG_READY;
        if (length > 0) {
            PQfreemem(data);
            if (!connection->patient && dk_interrupted())
                return PG_INTERRUPTED;
            continue;
        }
        pg_outcome outcome = pg_wait_socket(connection, POLLIN, deadline);
        if (outcome != PG_READY)
            return outcome;
        if (!PQconsumeInput(connection->pg))
            return PG_READY; /* the next result says why */
    }
}

/* Keeps the last result and the first failure. */
static void keep(pg_connection *connection, PGresult *result) {
    switch (PQresultStatus(result)) {
    case PGRES_FATAL_ERROR:
    case PGRES_BAD_RESPONSE:
    case PGRES_PIPELINE_ABORTED:
        if (connection->failure) {
            PQclear(result);
            return;
        }
        connection->failure = result;
        return;
    default:
        PQclear(connection->kept);
        connection->kept = result;
    }
}

static pg_outcome collect(pg_connection *connection, int64_t deadline) {
    for (;;) {
        PGresult *result = NULL;
        pg_outcome outcome = pg_next_result(connection, deadline, &result);
        if (outcome != PG_READY)
            return outcome;
        if (!result) {
            connection->busy = false;
            DK_FAULT("pg-received");
            return PG_READY;
        }
        if (!pg_is_copy(result)) {
            keep(connection, result);
            continue;
        }
        outcome = pg_end_copy(connection, result, deadline, "COPY … FROM stdin has no data here");
        PQclear(result);
        if (outcome != PG_READY)
            return outcome;
    }
}

void pg_cancel(pg_connection *connection) {
    char why[256];
    PGcancel *cancel = PQgetCancel(connection->pg);
    if (cancel)
        PQcancel(cancel, why, sizeof why);
    PQfreeCancel(cancel);
}

bool pg_cancel_and_drain(pg_connection *connection) {
    bool patient = connection->patient;
    pg_cancel(connection);
    connection->patient = true;
    pg_outcome outcome = collect(connection, pg_deadline(DRAIN_MS));
    connection->patient = patient;
    return outcome == PG_READY;
}

static bool deliver(pg_connection *connection, pg_result **result, dk_error *error) {
    bool succeeded = !connection->failure && connection->kept;
    if (!succeeded)
        pg_fail_result(connection, connection->failure, error);
    else if (result) {
        *result = as_result(connection->kept);
        connection->kept = NULL;
    }
    forget(connection);
    return succeeded;
}

bool pg_send(pg_connection *connection, const char *sql, dk_error *error) {
    if (!pg_may_send(connection, error))
        return false;
    forget(connection);
    DK_FAULT("pg-send");
    if (!PQsendQuery(connection->pg, sql))
        return pg_fail_lost(connection, error);
    connection->busy = true;
    if (PQflush(connection->pg) < 0) {
        /* The reason may be waiting to be read: pg_finish will find it. */
        return true;
    }
    return true;
}

bool pg_finish(pg_connection *connection, int timeout_ms, bool *done, pg_result **result, dk_error *error) {
    bool ignored;
    if (!done)
        done = &ignored;
    *done = true;
    pg_outcome outcome = collect(connection, pg_deadline(timeout_ms));
    if (outcome == PG_TIMED_OUT) {
        *done = false;
        return true;
    }
    if (outcome == PG_INTERRUPTED) {
        /* What succeeded all the same (a COMMIT) is a success; the caller's next statement is refused. */
        if (!pg_cancel_and_drain(connection) || connection->failure) {
            forget(connection);
            return dk_fail_interrupted(error);
        }
    }
    return deliver(connection, result, error);
}

/* As pg_finish; an answer that does not come in time is an error. */
static bool finish_in_time(pg_connection *connection, pg_result **result, dk_error *error) {
    bool done = false;
    return pg_finish(connection, connection->answer_timeout_ms, &done, result, error) &&
           (done || pg_fail_answer_timeout(connection->answer_timeout_ms, error));
}

bool pg_run(pg_connection *connection, const char *sql, pg_result **result, dk_error *error) {
    return pg_send(connection, sql, error) && finish_in_time(connection, result, error);
}

bool pg_runf(pg_connection *connection, dk_error *error, const char *sql, ...) {
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    va_list arguments;
    va_start(arguments, sql);
    dk_buf_vaddf(&text, sql, arguments);
    va_end(arguments);
    return pg_run(connection, dk_buf_text(&text), NULL, error);
}

bool pg_run_quietly(pg_connection *connection, const char *sql) {
    bool patient = connection->patient, done = false;
    if (connection->busy || PQstatus(connection->pg) != CONNECTION_OK)
        return false;
    connection->patient = true;
    bool ok = pg_send(connection, sql, NULL) && pg_finish(connection, DRAIN_MS, &done, NULL, NULL) && done;
    connection->patient = patient;
    return ok;
}

bool pg_query(pg_connection *connection, const char *sql, const char *const *parameters, size_t count,
              pg_result **result, dk_error *error) {
    if (!pg_may_send(connection, error))
        return false;
    forget(connection);
    DK_FAULT("pg-send");
    if (!PQsendQueryParams(connection->pg, sql, (int)count, NULL, parameters, NULL, NULL, 0))
        return pg_fail_lost(connection, error);
    connection->busy = true;
    return finish_in_time(connection, result, error);
}

/* ── results ── */

size_t pg_rows(const pg_result *result) {
    return (size_t)PQntuples(as_libpq(result));
}

size_t pg_columns(const pg_result *result) {
    return (size_t)PQnfields(as_libpq(result));
}

const char *pg_value(const pg_result *result, size_t row, size_t column) {
    /* Also NULL outside the result, where libpq would print a warning. */
    if (row >= pg_rows(result) || column >= pg_columns(result) ||
        PQgetisnull(as_libpq(result), (int)row, (int)column))
        return NULL;
    return PQgetvalue(as_libpq(result), (int)row, (int)column);
}

int64_t pg_int(const pg_result *result, size_t row, size_t column) {
    const char *value = pg_value(result, row, column);
    return value ? strtoll(value, NULL, 10) : 0;
}

bool pg_bool(const pg_result *result, size_t row, size_t column) {
    const char *value = pg_value(result, row, column);
    return value && *value == 't';
}

void pg_result_free(pg_result *result) {
    PQclear((PGresult *)result);
}

void pg_result_free_pointer(pg_result **result) {
    pg_result_free(*result);
    *result = NULL;
}

/* What the files of kit/pg share: the only header of devkit that shows libpq's types. */
#ifndef DEVKIT_KIT_PG_INTERNAL_H
#define DEVKIT_KIT_PG_INTERNAL_H

#include <kit/pg/pg.h>
#include <libpq-fe.h>

struct pg_connection {
    PGconn *pg;
    bool busy;             /* something was sent whose answer was not read to its end */
    bool patient;          /* interruption is ignored: somebody is cleaning up */
    int answer_timeout_ms; /* -1: none */
    PGresult *kept;
    PGresult *failure;
    pg_notice_function *notice;
    void *notice_data;
};

typedef enum pg_outcome { PG_READY, PG_TIMED_OUT, PG_INTERRUPTED, PG_LOST } pg_outcome;

/* ── wait.c ── deadlines are dk_now_ms() values; -1: none */
pg_outcome pg_wait_socket(const pg_connection *connection, short events, int64_t deadline);
/* Sends what libpq has buffered. */
pg_outcome pg_flush(pg_connection *connection, int64_t deadline);
/* The next result (NULL: there is no more). Caller clears it. */
pg_outcome pg_next_result(pg_connection *connection, int64_t deadline, PGresult **result);
int64_t pg_deadline(int timeout_ms); /* -1 stays -1 */

/* ── query.c ── */
/* Refuses (and fills `error`) when interrupted or when another statement still runs. */
bool pg_may_send(const pg_connection *connection, dk_error *error);
bool pg_is_copy(const PGresult *result);
/* COPY can't be served where results are collected, and must not hang: what it would read is refused (`why`),
 * what it writes is thrown away. */
pg_outcome pg_end_copy(pg_connection *connection, const PGresult *result, int64_t deadline, const char *why);
/* After an interruption: cancels, then reads the answer to its end, giving up after some seconds. Keeps
 * result and failure in the connection. True when the end was reached. */
bool pg_cancel_and_drain(pg_connection *connection);
/* Runs SQL for tidying up (ROLLBACK): ignores interruption, gives up after some seconds. */
bool pg_run_quietly(pg_connection *connection, const char *sql);

/* ── failure.c ── all fill the error and return false */
bool pg_fail_result(const pg_connection *connection, const PGresult *result, dk_error *error);
bool pg_fail_lost(const pg_connection *connection, dk_error *error);
bool pg_fail_connect(PGconn *pg, const dk_conninfo *conninfo, const char *database, dk_error *error);
bool pg_fail_connect_timeout(PGconn *pg, const dk_conninfo *conninfo, const char *database, int timeout_ms,
                             dk_error *error);
bool pg_fail_answer_timeout(int timeout_ms, dk_error *error);

#endif

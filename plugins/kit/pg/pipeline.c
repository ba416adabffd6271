/* Several statements in one round trip. */
#include "pg_internal.h"

#include <stdlib.h>

static bool send_all(pg_connection *connection, const char *const *sql, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (!PQsendQueryParams(connection->pg, sql[i], 0, NULL, NULL, NULL, NULL, 0))
            return false;
    return PQpipelineSync(connection->pg) == 1;
}

/* Reads until the answer to the sync. A pipeline's results come as: result, NULL, result, NULL, …, sync. */
static pg_outcome receive_all(pg_connection *connection, size_t count, PGresult **results, PGresult **failure,
                              int64_t deadline) {
    size_t nulls = 0;
    for (size_t index = 0;;) {
        PGresult *result = NULL;
        pg_outcome outcome = pg_next_result(connection, deadline, &result);
        if (outcome != PG_READY)
            return outcome;
        if (!result) {
            index++;
            if (++nulls > 1 || PQstatus(connection->pg) == CONNECTION_BAD)
                return PG_LOST;
            continue;
        }
        nulls = 0;
        ExecStatusType status = PQresultStatus(result);
        if (status == PGRES_PIPELINE_SYNC) {
            PQclear(result);
            return PG_READY;
        }
        bool failed = status == PGRES_FATAL_ERROR || status == PGRES_PIPELINE_ABORTED;
        if (failed && !*failure)
            *failure = result;
        else if (!failed && index < count && !results[index])
            results[index] = result;
        else
            PQclear(result);
    }
}

static bool finish(pg_connection *connection, size_t count, PGresult **results, dk_error *error) {
    PGresult *failure = NULL;
    bool interrupted = false, patient = connection->patient;
    pg_outcome outcome = receive_all(connection, count, results, &failure, -1);
    if (outcome == PG_INTERRUPTED) {
        interrupted = true;
        pg_cancel(connection);
        connection->patient = true;
        outcome = receive_all(connection, 0, NULL, &failure, pg_deadline(10000));
        connection->patient = patient;
    }
    connection->busy = outcome != PG_READY;
    if (outcome == PG_READY)
        PQexitPipelineMode(connection->pg);
    DK_FAULT("pg-received");
    bool ok = false;
    if (interrupted)
        dk_fail_interrupted(error);
    else if (outcome != PG_READY || failure)
        pg_fail_result(connection, failure, error);
    else
        ok = true;
    PQclear(failure);
    return ok;
}

bool pg_pipeline(pg_connection *connection, const char *const *sql, size_t count, pg_result **results,
                 dk_error *error) {
    if (!pg_may_send(connection, error))
        return false;
    if (!PQenterPipelineMode(connection->pg))
        return pg_fail_lost(connection, error);
    connection->busy = true;
    DK_FAULT("pg-send");
    PGresult **collected = dk_alloc_array(count ? count : 1, sizeof(void *));
    bool ok = send_all(connection, sql, count) ? finish(connection, count, collected, error)
                                               : pg_fail_lost(connection, error);
    for (size_t i = 0; i < count; i++) {
        if (ok && results)
            results[i] = (pg_result *)collected[i];
        else
            PQclear(collected[i]);
    }
    free(collected);
    return ok;
}

/* sessions: who keeps others waiting, or keeps a transaction open and does nothing. */
#include "doctor.h"

/* Short moments of both are everyday; what lasts is somebody's forgotten debugger or psql. */
#define IDLE_SECONDS 5
#define BLOCKED_SECONDS 1

/* Who blocks whom is asked once for each session that waits: the answer takes every lock of the lock table.
 */
static const char question[] =
    "WITH waiting AS MATERIALIZED (SELECT DISTINCT pid, unnest(pg_blocking_pids(pid)) AS blocker FROM "
    "pg_stat_activity "
    "WHERE query_start < clock_timestamp() - $2::interval "
    "AND coalesce(wait_event_type, 'Lock') = 'Lock'), "
    "blockers AS (SELECT blocker, count(*) AS blocked FROM waiting GROUP BY blocker) "
    "SELECT a.pid, coalesce(nullif(a.application_name, ''), 'a client'), coalesce(a.usename, '?'), "
    "coalesce(extract(epoch FROM now() - a.state_change)::int, 0), coalesce(blocked, 0) AS blocked "
    "FROM pg_stat_activity a LEFT JOIN blockers ON blocker = a.pid "
    "WHERE a.datname = current_database() AND a.pid <> pg_backend_pid() "
    "AND coalesce(a.backend_type, 'client backend') = 'client backend' AND (blocked > 0 "
    "OR a.state IN ('idle in transaction', 'idle in transaction (aborted)') "
    "AND a.state_change < clock_timestamp() - $1::interval) "
    "ORDER BY blocked DESC, a.state_change";

static bool say(const pg_result *rows, dk_check_result *result) {
    DK_AUTO_BUF dk_buf pids = DK_BUF_INIT;
    int64_t blocked = pg_int(rows, 0, 4);
    char duration[DK_FORMATTED];
    dk_format_duration(pg_int(rows, 0, 3) * 1000, duration);
    for (size_t row = 0; row < pg_rows(rows) && row < 20; row++)
        dk_buf_addf(&pids, "%s%s", row ? "), pg_terminate_backend(" : "", pg_value(rows, row, 0));
    if (blocked)
        doctor_warn(result, "session %s (%s, role %s) keeps %lld other%s waiting for a lock",
                    pg_value(rows, 0, 0), pg_value(rows, 0, 1), pg_value(rows, 0, 2), (long long)blocked,
                    blocked == 1 ? "" : "s");
    else
        doctor_warn(result, "session %s (%s, role %s) has been idle in a transaction for %s",
                    pg_value(rows, 0, 0), pg_value(rows, 0, 1), pg_value(rows, 0, 2), duration);
    doctor_why(result, "what it has locked stays locked: migrations hang, and VACUUM can't clean up");
    return doctor_fix(result, "end its transaction, or: devkit psql -c 'SELECT pg_terminate_backend(%s)'",
                      dk_buf_text(&pids));
}

static bool run(dk_context *context, dk_check_result *result, dk_error *error) {
    DOCTOR_AUTO_CASE doctor_case of;
    PG_AUTO_RESULT pg_result *rows = NULL;
    DK_AUTOFREE char *idle = dk_format("%d seconds", IDLE_SECONDS);
    DK_AUTOFREE char *waiting = dk_format("%d seconds", BLOCKED_SECONDS);
    const char *const parameters[] = {idle, waiting};
    if (!doctor_case_open(context, &of, "sessions", error))
        return false;
    if (!doctor_is_for(&of, "sessions", result))
        return true;
    if (!pg_query(of.connection, question, parameters, DK_COUNT(parameters), &rows, error))
        return false;
    return pg_rows(rows) ? say(rows, result)
                         : doctor_ok(result, "nobody keeps others waiting, or a transaction open for long");
}

const dk_check_interface doctor_sessions = {
    .head = DK_INTERFACE("check", "sessions", DK_CHECK_VERSION, dk_check_interface),
    .title = "No session is in the others' way",
    .run = run,
};

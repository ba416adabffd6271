/* Ending the sessions of a database.
 *
 * Session by session, because a plain role may end some of them and not others: one refused pid must not keep
 * the rest alive. Autovacuum workers are passed over; RENAME and DROP end those themselves. They are known by
 * having no user: of other roles' sessions a plain role sees pid, database and user, and NULL for the rest.
 */
#include "engine.h"

#include <string.h>

static const char holders_query[] =
    "SELECT pid, coalesce(usename, '?'), coalesce(nullif(application_name, ''), 'unnamed program'),"
    " CASE WHEN backend_type IS NULL THEN 'where, we may not see' ELSE"
    " coalesce(host(client_addr), 'this machine') END FROM pg_stat_activity"
    " WHERE datname = $1 AND pid <> pg_backend_pid() AND usesysid IS NOT NULL";

bool engine_holders(pg_connection *connection, const char *database, pg_result **result, dk_error *error) {
    return pg_query(connection, holders_query, &database, 1, result, error);
}

void engine_describe_holders(const pg_result *holders, dk_buf *text) {
    for (size_t row = 0; row < pg_rows(holders) && row < 10; row++)
        dk_buf_addf(text, "%spid %s: %s, %s, from %s", row ? "\n" : "", pg_value(holders, row, 0),
                    pg_value(holders, row, 1), pg_value(holders, row, 2), pg_value(holders, row, 3));
}

/* Code "may-not-end-sessions" goes into `refused` with the role's name; the others are ended all the same. */
bool engine_end_sessions(engine_session *session, pg_connection *connection, const char *database,
                         dk_buf *refused, dk_error *error) {
    PG_AUTO_RESULT pg_result *holders = NULL;
    if (!engine_holders(connection, database, &holders, error))
        return false;
    for (size_t row = 0; row < pg_rows(holders); row++) {
        const char *pid = pg_value(holders, row, 0);
        DK_AUTO_ERROR dk_error failure = DK_ERROR_INIT;
        if (pg_query(connection, "SELECT pg_terminate_backend($1::int)", &pid, 1, NULL, &failure))
            continue;
        if (!dk_error_sqlstate_is(&failure, "42501")) {
            dk_error_move(error, &failure);
            return false;
        }
        if (refused && refused->length == 0)
            dk_buf_addf(refused, "role \"%s\" may not end the session of \"%s\" (pid %s)",
                        session->role ? session->role : "", pg_value(holders, row, 1), pid);
    }
    return true;
}

/* Ends the sessions found and waits until those are gone, without holding a lock: a session with thousands of
 * temporary tables takes seconds to leave, and logins must not hang for that long. Newcomers are ignored
 * here: clients that reconnect at once would keep this going for ever; the rename's own lock keeps them out.
 */
bool engine_clear_sessions(engine_session *session, pg_connection *connection, const char *database,
                           int timeout_ms, dk_buf *refused, dk_error *error) {
    static const char query[] =
        "SELECT coalesce(max(pid), 0), count(*) FROM pg_stat_activity WHERE datname = $1"
        " AND (backend_start IS NULL OR backend_start <= $2::timestamptz) AND usesysid IS NOT NULL";
    PG_AUTO_RESULT pg_result *moment = NULL;
    if (!pg_run(connection, "SELECT clock_timestamp()::text", &moment, error) ||
        !engine_end_sessions(session, connection, database, refused, error))
        return false;
    const char *const parameters[] = {database, pg_value(moment, 0, 0)};
    int64_t deadline = dk_now_ms() + (refused && refused->length > 0 ? timeout_ms / 10 : timeout_ms);
    while (dk_now_ms() < deadline) {
        PG_AUTO_RESULT pg_result *left = NULL;
        if (!pg_query(connection, query, parameters, 2, &left, error))
            return false;
        if (pg_int(left, 0, 1) == 0)
            return true;
        if (dk_interrupted() && !session->recovering)
            return dk_fail_interrupted(error);
        dk_sleep_ms(2);
    }
    return true;
}

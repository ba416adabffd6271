/* [migrate] verify: statements that must be true of a migrated database. */
#include "migrate.h"

static bool all_true(const pg_result *result) {
    for (size_t row = 0; row < pg_rows(result); row++)
        for (size_t column = 0; column < pg_columns(result); column++)
            if (!pg_bool(result, row, column))
                return false;
    return pg_rows(result) > 0;
}

bool migrate_verify(migrate_session *session, const dk_strv *statements, dk_error *error) {
    for (size_t i = 0; i < statements->count; i++) {
        PG_AUTO_RESULT pg_result *result = NULL;
        const char *sql = statements->items[i];
        if (!pg_run(session->connection, sql, &result, error))
            return dk_error_prefix(error, "[migrate] verify: %s", sql);
        if (all_true(result))
            continue;
        dk_fail(error, DK_ERROR_FAILED, "verify-failed", "the migrated database fails [migrate] verify: %s",
                sql);
        return dk_error_hint(error,
                             "correct the migrations, or the statement: it must give rows, and all true");
    }
    return true;
}

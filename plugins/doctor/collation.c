/* collation: were the indexes on text made by the rules of comparison that the system has now? */
#include "doctor.h"

/* A version that is recorded and is not today's: of the database, and of collations that columns use. */
static const char question[] =
    "SELECT current_database(), 'database' FROM pg_database "
    "WHERE datname = current_database() AND datcollversion IS NOT NULL "
    "AND datcollversion IS DISTINCT FROM pg_database_collation_actual_version(oid) "
    "UNION ALL SELECT collname, 'collation' FROM pg_collation c "
    "WHERE collversion IS NOT NULL AND collversion IS DISTINCT FROM pg_collation_actual_version(oid) "
    "AND EXISTS (SELECT FROM pg_attribute a WHERE a.attcollation = c.oid AND a.attrelid >= 16384)";

static void quote(const char *name, dk_buf *text) {
    pg_quote_identifier(text, name);
}

static bool say(const pg_result *rows, const char *database, dk_check_result *result) {
    DK_AUTO_BUF dk_buf commands = DK_BUF_INIT;
    DK_AUTO_BUF dk_buf name = DK_BUF_INIT;
    quote(database, &name);
    dk_buf_addf(&commands, "devkit psql -c 'REINDEX DATABASE %s'", dk_buf_text(&name));
    for (size_t row = 0; row < pg_rows(rows); row++) {
        bool whole = dk_streq(pg_value(rows, row, 1), "database");
        dk_buf_truncate(&name, 0);
        quote(pg_value(rows, row, 0), &name);
        dk_buf_addf(&commands, " -c 'ALTER %s %s REFRESH %sVERSION'", whole ? "DATABASE" : "COLLATION",
                    dk_buf_text(&name), whole ? "COLLATION " : "");
    }
    doctor_fail(result, "the collation of %s %s has another version than when its indexes were made",
                pg_value(rows, 0, 1), pg_value(rows, 0, 0));
    doctor_why(result,
               "the system's rules for comparing text changed: indexes may miss rows and let duplicates "
               "in, and a database can't be cloned from it");
    return doctor_fix(result, "%s", dk_buf_text(&commands));
}

static bool run(dk_context *context, dk_check_result *result, dk_error *error) {
    DOCTOR_AUTO_CASE doctor_case of;
    PG_AUTO_RESULT pg_result *rows = NULL;
    if (!doctor_case_open(context, &of, "collation", error))
        return false;
    if (!doctor_is_for(&of, "collation", result))
        return true;
    if (pg_server_version(of.connection) < 150000)
        return doctor_skip(result, "servers before version 15 do not remember it for a database");
    if (!pg_run(of.connection, question, &rows, error))
        return false;
    return pg_rows(rows) ? say(rows, of.database->url->database, result)
                         : doctor_ok(result, "the collations are of the version that made the indexes");
}

const dk_check_interface doctor_collation = {
    .head = DK_INTERFACE("check", "collation", DK_CHECK_VERSION, dk_check_interface),
    .title = "The collations are those that the indexes were made with",
    .run = run,
};

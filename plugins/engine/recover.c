/* Putting the live database back after an in-place build that was not finished. */
#include "engine.h"

#include <stdlib.h>
#include <string.h>

/* replaced → live; what stands under the live name is unfinished, and doomed. */
bool engine_put_back(engine_session *session, const char *replaced, const char *comment, bool live_exists,
                     dk_error *error) {
    DK_AUTO_BUF dk_buf sql = DK_BUF_INIT;
    DK_AUTOFREE char *doomed = engine_name_unique(ENGINE_DOOMED, session->scope);
    dk_buf_add(&sql, "BEGIN;");
    if (live_exists)
        engine_rename_sql(&sql, session->live, doomed);
    engine_rename_sql(&sql, replaced, session->live);
    engine_comment_sql(&sql, session->live, comment);
    dk_buf_add(&sql, "COMMIT");
    return engine_run_against_live(session, replaced, dk_buf_text(&sql), error);
}

bool engine_recover(engine_session *session, dk_error *error) {
    const engine_database *replaced = engine_catalog_newest(session, ENGINE_REPLACED);
    if (!replaced)
        return true;
    session->busy_sessions = 1;
    if (!engine_put_back(session, replaced->name, dk_json_string(replaced->note, "comment", NULL),
                         engine_catalog_live(session) != NULL, error))
        return dk_error_prefix(error, "could not put \"%s\" back after an unfinished in-place build",
                               session->live);
    dk_warn(session->context, "an in-place build of \"%s\" was not finished; the database before it is back",
            session->live);
    return engine_catalog_read(session, error);
}

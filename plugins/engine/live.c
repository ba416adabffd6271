/* What is done to the live database as it is: one layer on top of it, the marker that protects it. */
#include "engine.h"

#include <stdlib.h>
#include <string.h>

static bool prepare(engine_session *session, const char *name, engine_layer *layer, dk_error *error) {
    *layer = (engine_layer){.name = name};
    layer->interface = dk_interface_find(session->context, "layer", name, DK_LAYER_VERSION, error);
    if (!layer->interface)
        return false;
    if (engine_catalog_live(session))
        return true;
    dk_fail(error, DK_ERROR_FAILED, "database-missing", "database \"%s\" does not exist", session->live);
    return dk_error_hint(error, "`devkit up` makes it");
}

bool engine_apply_live(dk_context *context, const char *name, dk_error *error) {
    ENGINE_AUTO_SESSION engine_session session;
    engine_layer layer;
    dk_engine_report report = DK_ENGINE_REPORT_INIT;
    bool applied = engine_open(context, true, 0, &session, error) &&
                   engine_refuse_protected(&session, name, error) && prepare(&session, name, &layer, error) &&
                   engine_apply_layer(&session, &layer, session.live, &report, error);
    dk_engine_report_release(&report);
    return applied;
}

bool engine_protect(dk_context *context, bool protected_, dk_error *error) {
    ENGINE_AUTO_SESSION engine_session session;
    if (!engine_open(context, true, 0, &session, error))
        return false;
    const engine_database *live = engine_catalog_live(&session);
    if (!live)
        return dk_fail(error, DK_ERROR_FAILED, "database-missing", "database \"%s\" does not exist",
                       session.live);
    DK_AUTOFREE char *comment = engine_comment_protect(live->comment, protected_);
    DK_AUTO_BUF dk_buf sql = DK_BUF_INIT;
    engine_comment_sql(&sql, session.live, comment);
    return pg_run(session.work, dk_buf_text(&sql), NULL, error);
}

bool engine_is_protected(dk_context *context, bool *answer, dk_error *error) {
    ENGINE_AUTO_SESSION engine_session session;
    if (!engine_open(context, false, 0, &session, error))
        return false;
    const engine_database *live = engine_catalog_live(&session);
    *answer = live && engine_comment_is_protected(live->comment);
    return true;
}

/* Whoever removes the whole server asks for all: the URL may name another database than it did yesterday. */
bool engine_protected_names(dk_context *context, dk_strv *names, dk_error *error) {
    static const char query[] =
        "SELECT d.datname, s.description FROM pg_database d JOIN pg_shdescription s ON s.objoid = d.oid"
        " AND s.classoid = 'pg_database'::regclass ORDER BY 1";
    ENGINE_AUTO_SESSION engine_session session;
    PG_AUTO_RESULT pg_result *result = NULL;
    if (!engine_open(context, false, 0, &session, error) || !pg_run(session.work, query, &result, error))
        return false;
    for (size_t row = 0; row < pg_rows(result); row++)
        if (engine_comment_is_protected(pg_value(result, row, 1)))
            dk_strv_add(names, pg_value(result, row, 0));
    return true;
}

/* The session that holds the lock stays connected to the maintenance database while `work` runs on the live
 * one: it ends with this process, and so does the lock. */
bool engine_exclusively(dk_context *context, const char *verb, bool (*work)(void *data, dk_error *error),
                        void *data, dk_error *error) {
    ENGINE_AUTO_SESSION engine_session session;
    return engine_open(context, true, 0, &session, error) && engine_refuse_protected(&session, verb, error) &&
           work(data, error);
}

/* `undo`: the previous database back. What was live becomes the newest undo, so undo undoes itself. */
#include "engine.h"

#include <stdlib.h>
#include <string.h>

/* What comes back keeps its own settings and comment: they were its own when it was live. The note of what
 * goes away remembers the other way round. */
static json_t *note_for_outgoing(engine_session *session, const engine_database *live,
                                 const engine_database *incoming) {
    json_t *note = engine_note_new(ENGINE_UNDO, session->live);
    const json_t *successor = json_object_get(incoming->note, "successor");
    json_t *self = json_object_get(successor, "own");
    json_t *own = json_object_get(incoming->note, "self");
    dk_json_set_string(note, "comment", live->comment);
    json_object_set_new(note, "self", self ? json_incref(self) : json_null());
    json_object_set_new(note, "successor", json_pack("{s:O?}", "own", json_is_null(own) ? NULL : own));
    return note;
}

static bool swap_back(engine_session *session, const engine_database *incoming, dk_engine_report *report,
                      dk_error *error) {
    const engine_database *live = engine_catalog_live(session);
    DK_AUTOFREE char *undo = engine_undo_name(session);
    DK_AUTO_BUF dk_buf sql = DK_BUF_INIT;
    dk_buf_add(&sql, "BEGIN;");
    if (live) {
        DK_AUTO_JSON json_t *note = note_for_outgoing(session, live, incoming);
        engine_rename_sql(&sql, session->live, undo);
        engine_note_sql(&sql, undo, note);
    }
    engine_rename_sql(&sql, incoming->name, session->live);
    engine_comment_sql(&sql, session->live, dk_json_string(incoming->note, "comment", NULL));
    dk_buf_add(&sql, "COMMIT");
    if (!engine_run_against_live(session, incoming->name, dk_buf_text(&sql), error))
        return false;
    report->undo = live ? dk_strdup(undo) : NULL;
    return true;
}

bool engine_undo(dk_context *context, unsigned flags, dk_engine_report *report, dk_error *error) {
    ENGINE_AUTO_SESSION engine_session session;
    int64_t begun = dk_now_ms();
    if (!engine_open(context, true, flags, &session, error) ||
        !engine_refuse_protected(&session, "undo", error) || !engine_swap_permitted(&session, flags, error))
        return false;
    const engine_database *incoming = engine_catalog_newest(&session, ENGINE_UNDO);
    if (!incoming) {
        dk_fail(error, DK_ERROR_FAILED, "no-undo", "no previous database of \"%s\" is kept", session.live);
        return dk_error_hint(error, "`devkit reset` keeps one from now on (see [reset] undo)");
    }
    report->source = "undo";
    bool done = swap_back(&session, incoming, report, error);
    report->duration_ms = dk_now_ms() - begun;
    return done;
}

bool engine_has_undo(dk_context *context, bool *answer, dk_error *error) {
    ENGINE_AUTO_SESSION engine_session session;
    if (!engine_open(context, false, 0, &session, error))
        return false;
    *answer = engine_catalog_newest(&session, ENGINE_UNDO) != NULL;
    return true;
}

/* In-place mode, for tools that can't be pointed at another database.
 *
 * The live database is renamed away first (`replaced`), a new one is built under its name, and the old one
 * becomes undo at the end. A database called `replaced` therefore means that a build is not finished: it is
 * put back when the build fails, and at the latest by the next command that opens the engine. */
#include "engine.h"

#include <stdlib.h>
#include <string.h>

/* replaced → live; what stands under the live name is unfinished, and doomed. */
static bool put_back(engine_session *session, const char *replaced, const char *comment, bool live_exists,
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
    if (!put_back(session, replaced->name, dk_json_string(replaced->note, "comment", NULL),
                  engine_catalog_live(session) != NULL, error))
        return dk_error_prefix(error, "could not put \"%s\" back after an unfinished in-place build",
                               session->live);
    dk_warn(session->context, "an in-place build of \"%s\" was not finished; the database before it is back",
            session->live);
    return engine_catalog_read(session, error);
}

static bool move_away(engine_session *session, const engine_database *live, char **replaced,
                      dk_error *error) {
    DK_AUTO_BUF dk_buf sql = DK_BUF_INIT;
    DK_AUTO_JSON json_t *note = engine_note_new(ENGINE_REPLACED, session->live);
    dk_json_set_string(note, "comment", live->comment);
    *replaced = engine_name_unique(ENGINE_REPLACED, session->scope);
    dk_buf_add(&sql, "BEGIN;");
    engine_rename_sql(&sql, session->live, *replaced);
    engine_note_sql(&sql, *replaced, note);
    dk_buf_add(&sql, "COMMIT");
    return engine_run_against_live(session, NULL, dk_buf_text(&sql), error);
}

static bool build_under_live_name(engine_session *session, const engine_recipe *recipe, unsigned flags,
                                  dk_engine_report *report, dk_error *error) {
    engine_start start;
    engine_recipe_start(session, recipe, flags & DK_ENGINE_FRESH, &start);
    const char *source = start.start ? start.start->name : NULL;
    int64_t size = start.start ? dk_json_int(start.start->note, "size", 0) : 0;
    if (!(source ? engine_clone(session, source, session->live, size, error)
                 : engine_create_empty(session, session->live, error)))
        return false;
    for (size_t i = 0; i < recipe->count; i++) {
        if (i < start.first)
            engine_report_layer(report, &recipe->layers[i], true, 0);
        else if (!engine_apply_layer(session, &recipe->layers[i], session->live, report, error))
            return false;
    }
    return true;
}

/* The finished database gives the template for next time; then a reset is a swap, whatever the mode. */
static bool keep_as_template(engine_session *session, const engine_recipe *recipe, dk_error *error) {
    if (session->config->reset.templates == 0 || recipe->count == 0)
        return true;
    const engine_layer *last = &recipe->layers[recipe->count - 1];
    DK_AUTOFREE char *building = engine_name_unique(ENGINE_BUILDING, session->scope);
    DK_AUTO_JSON json_t *note = engine_template_note(session, last);
    return engine_clear_sessions(session, session->work, session->live, 2000, NULL, error) &&
           engine_clone(session, session->live, building, engine_size(session, session->live), error) &&
           engine_seal(session, last, building, note, error);
}

static bool finish(engine_session *session, const char *replaced, const engine_recipe *recipe,
                   dk_engine_report *report, dk_error *error) {
    const engine_database *old = engine_catalog_live(session);
    DK_AUTOFREE char *undo = engine_undo_name(session);
    engine_swap swap = {.key = recipe->key};
    DK_AUTO_JSON json_t *note = engine_undo_note(session, &swap, old);
    if (!engine_rename(session, replaced, undo, note, error))
        return false;
    report->undo = dk_strdup(undo);
    return true;
}

bool engine_reset_in_place(engine_session *session, const engine_recipe *recipe, unsigned flags,
                           dk_engine_report *report, dk_error *error) {
    engine_database *live = engine_catalog_live(session);
    DK_AUTOFREE char *replaced = NULL;
    report->source = "built";
    if (live && !move_away(session, live, &replaced, error))
        return false;
    engine_database fresh = {.name = (char *)session->live, .connection_limit = -1};
    fresh.owner = session->role ? session->role : (char *)"";
    fresh.settings = engine_settings_fresh(fresh.owner);
    bool built = build_under_live_name(session, recipe, flags, report, error) &&
                 engine_settings_apply(session, &fresh, NULL, &report->notes, error) &&
                 (!replaced || finish(session, replaced, recipe, report, error));
    json_decref(fresh.settings);
    if (!built && replaced) {
        DK_AUTO_ERROR dk_error failure = DK_ERROR_INIT;
        session->busy_sessions = 1;
        if (!put_back(session, replaced, live->comment, true, &failure) &&
            !put_back(session, replaced, live->comment, false, &failure))
            dk_warn(session->context,
                    "could not put the old database back yet (%s); the next command does it",
                    failure.message);
        return false;
    }
    return built && keep_as_template(session, recipe, error);
}

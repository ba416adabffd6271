/* In-place mode, for tools that can't be pointed at another database.
 *
 * The live database is renamed away first (`replaced`), a new one is built under its name, and the old one
 * becomes undo at the end. A database called `replaced` therefore means that a build is not finished: it is
 * put back when the build fails, and at the latest by the next command that opens the engine. */
#include "engine.h"

#include <stdlib.h>
#include <string.h>

#define TEMPLATE_PATIENCE_MS 3000

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

static bool begin_under_live_name(engine_session *session, const engine_start *start, dk_error *error) {
    if (!start->start)
        return engine_create_empty(session, session->live, error);
    const json_t *note = start->start->note;
    engine_effects_inherit(session, note);
    return engine_clone(session, start->start->name, session->live, dk_json_int(note, "size", 0), error) &&
           engine_settings_give(session, session->live, json_object_get(note, "own"), error);
}

static bool build_under_live_name(engine_session *session, const engine_recipe *recipe, unsigned flags,
                                  dk_engine_report *report, dk_error *error) {
    engine_start start;
    engine_recipe_start(session, recipe, flags & DK_ENGINE_FRESH, &start);
    if (!begin_under_live_name(session, &start, error))
        return false;
    for (size_t i = 0; i < recipe->count; i++) {
        if (i < start.first)
            engine_report_layer(report, &recipe->layers[i], true, 0);
        else if (!engine_apply_layer(session, &recipe->layers[i], session->live, report, error))
            return false;
    }
    return true;
}

/* The finished database gives the template for next time; then a reset is a swap, whatever the mode. Clients
 * that are back already may keep it from being copied: that is no failure of the reset. */
static bool copy_to_template(engine_session *session, const engine_recipe *recipe, const json_t *own,
                             dk_error *error) {
    const engine_layer *last = &recipe->layers[recipe->count - 1];
    DK_AUTOFREE char *building = engine_name_unique(ENGINE_BUILDING, session->scope);
    DK_AUTO_JSON json_t *note = engine_template_note(session, last);
    json_object_set(note, "own", (json_t *)own);
    return engine_clear_sessions(session, session->work, session->live, TEMPLATE_PATIENCE_MS, NULL, error) &&
           engine_clone(session, session->live, building, engine_size(session, session->live), error) &&
           engine_seal(session, last, building, note, error);
}

static void keep_as_template(engine_session *session, const engine_recipe *recipe, const json_t *own) {
    DK_AUTO_ERROR dk_error failure = DK_ERROR_INIT;
    if (session->config->reset.templates == 0 || recipe->count == 0)
        return;
    session->patience_ms = TEMPLATE_PATIENCE_MS;
    if (!copy_to_template(session, recipe, own, &failure))
        dk_note(session->context, "no template was kept this time: %s", failure.message);
    session->patience_ms = 0;
}

static bool finish(engine_session *session, const char *replaced, const engine_recipe *recipe,
                   const json_t *own, dk_engine_report *report, dk_error *error) {
    const engine_database *old = engine_catalog_live(session);
    DK_AUTOFREE char *undo = engine_undo_name(session);
    engine_swap swap = {.key = recipe->key, .own = own};
    DK_AUTO_JSON json_t *note = engine_undo_note(session, &swap, old);
    DK_AUTO_BUF dk_buf sql = DK_BUF_INIT;
    engine_comment_sql(&sql, session->live, old->comment);
    if (!pg_run(session->work, dk_buf_text(&sql), NULL, error) ||
        !engine_rename(session, replaced, undo, note, error))
        return false;
    report->undo = dk_strdup(undo);
    return true;
}

static bool build_and_finish(engine_session *session, const char *replaced, const engine_recipe *recipe,
                             unsigned flags, dk_engine_report *report, json_t **own, dk_error *error) {
    if (!build_under_live_name(session, recipe, flags, report, error))
        return false;
    *own = engine_settings_read(session, session->live, error);
    if (!*own)
        return false;
    engine_database built = {.name = (char *)session->live, .connection_limit = -1};
    built.owner = session->role ? session->role : (char *)"";
    built.settings = *own;
    return engine_settings_apply(session, &built, *own, &report->notes, error) &&
           (!replaced || finish(session, replaced, recipe, *own, report, error));
}

/* Also after Ctrl-C: the application must find its database. */
static void restore(engine_session *session, const char *replaced, const engine_database *live) {
    DK_AUTO_ERROR dk_error failure = DK_ERROR_INIT;
    PG_AUTO_RESULT pg_result *found = NULL;
    session->recovering = true;
    session->busy_sessions = 1;
    pg_ignore_interruption(session->work, true);
    pg_ignore_interruption(session->ender, true);
    if (!pg_query(session->work, "SELECT FROM pg_database WHERE datname = $1", &session->live, 1, &found,
                  &failure) ||
        !engine_put_back(session, replaced, live->comment, pg_rows(found) > 0, &failure))
        dk_warn(session->context, "could not put the old database back yet (%s); the next command does it",
                failure.message);
}

bool engine_reset_in_place(engine_session *session, const engine_recipe *recipe, unsigned flags,
                           dk_engine_report *report, dk_error *error) {
    const engine_database *live = engine_catalog_live(session);
    DK_AUTOFREE char *replaced = NULL;
    DK_AUTO_JSON json_t *own = NULL;
    report->source = "built";
    if (live && (!engine_ender(session, error) || !move_away(session, live, &replaced, error)))
        return false;
    if (build_and_finish(session, replaced, recipe, flags, report, &own, error)) {
        keep_as_template(session, recipe, own);
        return true;
    }
    if (replaced)
        restore(session, replaced, live);
    return false;
}

/* `reset`: the recipe's database, now. From the spare if there is one (two renames), else from the template
 * (a clone and two renames), else built. */
#include "engine.h"

#include <stdlib.h>
#include <string.h>

/* When the background worker is about to finish a spare, waiting for it is quicker than another copy. Only
 * its lock tells: a database that is being created is not in the catalog yet. The work lock is given up
 * meanwhile, because the worker wants it while it holds the spare lock. */
static bool wait_for_filler(engine_session *session, const engine_recipe *recipe, unsigned flags,
                            dk_error *error) {
    bool taken = false;
    if (!session->config->reset.spare || !engine_catalog_find(session, ENGINE_TEMPLATE, recipe->key))
        return true;
    if (!engine_lock(session, ENGINE_LOCK_SPARE, false, &taken, error))
        return false;
    if (taken)
        return engine_unlock(session, ENGINE_LOCK_SPARE, error);
    dk_note(session->context, "waiting for the copy that is being made in the background");
    return engine_unlock_work(session, error) &&
           engine_lock(session, ENGINE_LOCK_SPARE, true, &taken, error) &&
           engine_unlock(session, ENGINE_LOCK_SPARE, error) && engine_lock_work(session, flags, error) &&
           engine_catalog_read(session, error);
}

static const engine_database *find_spare(engine_session *session, const engine_recipe *recipe, unsigned flags,
                                         bool *failed, dk_error *error) {
    *failed = false;
    if (flags & DK_ENGINE_FRESH)
        return NULL;
    const engine_database *spare = engine_spare_find(session, recipe->key);
    if (spare)
        return spare;
    *failed = !wait_for_filler(session, recipe, flags, error);
    return *failed ? NULL : engine_spare_find(session, recipe->key);
}

/* The user's own comment stays with the live name. */
static bool swap_in(engine_session *session, const engine_recipe *recipe, const char *incoming,
                    const json_t *own, dk_engine_report *report, dk_error *error) {
    const engine_database *live = engine_catalog_live(session);
    const char *comment = live ? live->comment : dk_json_string(own, "comment", NULL);
    engine_swap swap = {.incoming = incoming, .own = own, .key = recipe->key, .comment = comment};
    return engine_swap_in(session, &swap, &report->undo, error);
}

static bool from_spare(engine_session *session, const engine_recipe *recipe, const engine_database *spare,
                       dk_engine_report *report, dk_error *error) {
    const json_t *own = json_object_get(spare->note, "own");
    report->source = "spare";
    for (size_t i = 0; i < recipe->count; i++)
        engine_report_layer(report, &recipe->layers[i], true, 0);
    return engine_settings_apply(session, spare, own, &report->notes, error) &&
           swap_in(session, recipe, spare->name, own, report, error);
}

/* The catalog is read again: a build may have taken minutes. What stands on the built database by then is
 * what its layers gave it: its own settings. */
static bool from_build(engine_session *session, const engine_recipe *recipe, unsigned flags,
                       dk_engine_report *report, dk_error *error) {
    DK_AUTOFREE char *name = NULL;
    if (!engine_build(session, recipe, flags, report, &name, error) || !engine_catalog_read(session, error))
        return false;
    const engine_database *built = engine_catalog_named(session, name);
    if (!built)
        return dk_fail(error, DK_ERROR_FAILED, "build-vanished",
                       "the database \"%s\" that was just built is gone", name);
    return engine_settings_apply(session, built, built->settings, &report->notes, error) &&
           swap_in(session, recipe, name, built->settings, report, error);
}

static bool reset_with(engine_session *session, const engine_recipe *recipe, unsigned flags,
                       dk_engine_report *report, dk_error *error) {
    bool failed = false;
    const engine_database *spare = find_spare(session, recipe, flags, &failed, error);
    if (failed)
        return false;
    if (spare)
        return from_spare(session, recipe, spare, report, error);
    engine_start start;
    engine_recipe_start(session, recipe, flags & DK_ENGINE_FRESH, &start);
    bool cached = start.start && start.first == recipe->count;
    if (strcmp(session->config->reset.mode, "in-place") == 0 && !cached)
        return engine_reset_in_place(session, recipe, flags, report, error);
    return from_build(session, recipe, flags, report, error);
}

/* Something is left to do in the background: a spare to fill, an old undo or a failed build to drop. The
 * worker begins when our own session is over, so that neither waits for the other. */
static void maintain_later(dk_context *context, const dk_engine_request *request) {
    if (!(request->flags & DK_ENGINE_NO_SPARE))
        engine_maintain_later(context, request->layers);
}

/* The server must let us in, and an in-place build that was killed is put right, before a layer's complaint
 * is heard. */
static bool enter(engine_session *session, const dk_engine_request *request, dk_error *error) {
    return engine_enter(session, true, request->flags, error) &&
           engine_refuse_protected(session, "reset", error) &&
           engine_swap_permitted(session, request->flags, error);
}

/* The layers are asked while the server makes our session: neither needs the other. */
static bool reset_live(dk_context *context, const dk_engine_request *request, bool *begun,
                       dk_engine_report *report, dk_error *error) {
    ENGINE_AUTO_SESSION engine_session session;
    DK_AUTO_ERROR dk_error complaint = DK_ERROR_INIT;
    engine_recipe recipe = ENGINE_RECIPE_INIT;
    if (!engine_begin(context, &session, error))
        return false;
    bool described = engine_recipe_describe(&session, request->layers, &recipe, &complaint);
    bool entered = enter(&session, request, error);
    *begun = entered && described;
    if (entered && !described)
        dk_error_move(error, &complaint);
    if (*begun)
        engine_recipe_finish(&session, &recipe);
    bool done = *begun && reset_with(&session, &recipe, request->flags, report, error);
    engine_recipe_release(&recipe);
    return done;
}

bool engine_reset(dk_context *context, const dk_engine_request *request, dk_engine_report *report,
                  dk_error *error) {
    int64_t started = dk_now_ms();
    bool begun = false;
    bool done = reset_live(context, request, &begun, report, error);
    report->duration_ms = dk_now_ms() - started;
    if (begun)
        maintain_later(context, request);
    return done;
}

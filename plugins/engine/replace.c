/* A database from elsewhere takes the live one's place: a copy of a snapshot, or whatever the caller fills.
 * Built aside and swapped in, as a reset's, so that a failure changes nothing and `undo` brings the state
 * before back. */
#include "engine.h"

#include <stdlib.h>
#include <string.h>

#define GIVE_UP_PATIENCE_MS 2000

typedef struct replacement {
    engine_session *session;
    const dk_engine_replacement *wanted;
    char *name; /* of the database being built */
} replacement;

static bool fill(replacement *work, dk_error *error) {
    engine_session *session = work->session;
    dk_url url = DK_URL_INIT;
    dk_url inside = DK_URL_INIT;
    dk_url_copy(&url, &session->reached);
    dk_url_set_database(&url, work->name);
    dk_url_copy(&inside, session->url);
    dk_url_set_database(&inside, work->name);
    dk_layer_target target = {.url = &url,
                              .inside = &inside,
                              .database = work->name,
                              .live = session->live,
                              .variable = session->variable,
                              .progress = work->wanted->progress};
    bool filled = work->wanted->fill(work->wanted->data, &target, error);
    dk_url_release(&url);
    dk_url_release(&inside);
    return filled;
}

static bool build(replacement *work, dk_error *error) {
    engine_session *session = work->session;
    const char *source = work->wanted->source;
    if (!source)
        return engine_create_empty(session, work->name, error) && fill(work, error);
    const engine_database *found = engine_catalog_named(session, source);
    if (!found || found->kind != ENGINE_SNAPSHOT)
        return dk_fail(error, DK_ERROR_FAILED, "no-such-snapshot", "\"%s\" is not a snapshot", source);
    return engine_clone(session, source, work->name, engine_size(session, source), error);
}

/* A snapshot's settings are part of what it keeps; what was filled from elsewhere gets those of the live
 * database. The comment, which may be devkit's own mark, stays with the live name. */
static bool swap_in(replacement *work, dk_engine_report *report, dk_error *error) {
    engine_session *session = work->session;
    const char *source = work->wanted->source;
    const engine_database *built = engine_catalog_named(session, work->name);
    const engine_database *kept = source ? engine_catalog_named(session, source) : NULL;
    const engine_database *live = engine_catalog_live(session);
    if (!built)
        return dk_fail(error, DK_ERROR_FAILED, "build-vanished",
                       "the database \"%s\" that was just built is gone", work->name);
    const json_t *want = kept ? json_object_get(kept->note, "settings") : live ? live->settings : NULL;
    const json_t *self = kept ? json_object_get(kept->note, "self") : engine_settings_live_own(session);
    const char *comment = live ? live->comment : kept ? dk_json_string(kept->note, "comment", NULL) : NULL;
    engine_swap swap = {
        .incoming = work->name, .own = self && !json_is_null(self) ? self : NULL, .comment = comment};
    return engine_settings_become(session, built, want, &report->notes, error) &&
           engine_swap_in(session, &swap, &report->undo, error);
}

/* What was begun goes at once, also after Ctrl-C: it may be large, and programs may still be filling it.
 * Where that is not possible the next maintenance finds it by its name. */
static void give_up(replacement *work) {
    engine_session *session = work->session;
    const engine_database begun = {.name = work->name};
    if (!session->work || !pg_is_alive(session->work))
        return;
    session->patience_ms = GIVE_UP_PATIENCE_MS;
    pg_ignore_interruption(session->work, true);
    engine_doom(session, &begun, NULL);
}

static bool replace_live(dk_context *context, const dk_engine_replacement *wanted, bool *begun,
                         dk_engine_report *report, dk_error *error) {
    ENGINE_AUTO_SESSION engine_session session;
    replacement work = {.session = &session, .wanted = wanted};
    if (!engine_open(context, true, wanted->flags, &session, error) ||
        !engine_refuse_protected(&session, wanted->verb, error) ||
        !engine_swap_permitted(&session, wanted->flags, error))
        return false;
    *begun = true;
    work.name = engine_name_unique(ENGINE_BUILDING, session.scope);
    /* Filling may have taken minutes: the catalog is read again. */
    bool done = build(&work, error) && engine_catalog_read(&session, error) && swap_in(&work, report, error);
    if (!done)
        give_up(&work);
    free(work.name);
    return done;
}

bool engine_replace(dk_context *context, const dk_engine_replacement *wanted, dk_engine_report *report,
                    dk_error *error) {
    int64_t started = dk_now_ms();
    bool begun = false;
    report->source = "snapshot";
    bool done = replace_live(context, wanted, &begun, report, error);
    report->duration_ms = dk_now_ms() - started;
    if (begun)
        engine_maintain_later(context, NULL);
    return done;
}

/* Building: from the best template there is, layer by layer, each result sealed as a template. */
#include "engine.h"

#include <stdlib.h>
#include <string.h>

void engine_report_layer(dk_engine_report *report, const engine_layer *layer, bool cached, int64_t ms) {
    report->layers = dk_realloc_array(report->layers, report->layer_count + 1, sizeof *report->layers);
    report->layers[report->layer_count++] = (dk_engine_layer_report){
        .name = dk_strdup(layer->name), .key = dk_strdup(layer->key), .cached = cached, .duration_ms = ms};
}

/* ── applying one layer ── */
static bool run_layer(engine_session *session, const engine_layer *layer, const char *database,
                      dk_progress *progress, dk_error *error) {
    dk_url url = DK_URL_INIT;
    dk_url inside = DK_URL_INIT;
    dk_url_copy(&url, &session->reached);
    dk_url_set_database(&url, database);
    dk_url_copy(&inside, session->url);
    dk_url_set_database(&inside, database);
    dk_layer_target target = {.url = &url,
                              .inside = &inside,
                              .database = database,
                              .live = session->live,
                              .variable = session->variable,
                              .progress = progress};
    bool applied = layer->interface->apply(session->context, &target, error);
    dk_url_release(&url);
    dk_url_release(&inside);
    return applied;
}

static bool run_watched(engine_session *session, const engine_layer *layer, const char *database,
                        dk_progress *progress, dk_strv *notes, dk_error *error) {
    bool inside = layer->flags & DK_LAYER_COMMAND;
    engine_effects before = {0};
    engine_effects after = {0};
    bool applied = engine_effects_take(session, database, inside, &before, error) &&
                   run_layer(session, layer, database, progress, error) &&
                   engine_effects_take(session, database, inside, &after, error) &&
                   engine_effects_compare(session, layer->name, &before, &after, notes, error);
    engine_effects_release(&before);
    engine_effects_release(&after);
    return applied;
}

bool engine_apply_layer(engine_session *session, const engine_layer *layer, const char *database,
                        dk_engine_report *report, dk_error *error) {
    int64_t begun = dk_now_ms();
    dk_progress *progress = dk_progress_begin(session->context, layer->name);
    bool applied = run_watched(session, layer, database, progress, &report->notes, error);
    dk_progress_end(progress, applied, applied ? "built" : "failed");
    if (applied)
        engine_report_layer(report, layer, false, dk_now_ms() - begun);
    return applied;
}

/* ── the whole recipe ── */
typedef struct build {
    engine_session *session;
    const engine_recipe *recipe;
    dk_engine_report *report;
    char *name; /* the database being built */
} build;

static bool begin_from(build *work, const char *source, const json_t *note, dk_error *error) {
    engine_session *session = work->session;
    free(work->name);
    work->name = engine_name_unique(ENGINE_BUILDING, session->scope);
    if (!source)
        return engine_create_empty(session, work->name, error);
    engine_effects_inherit(session, note);
    return engine_clone(session, source, work->name, dk_json_int(note, "size", 0), error) &&
           engine_settings_give(session, work->name, json_object_get(note, "own"), error);
}

/* A spare of the older result is a finished clone of it: the new migrations are applied there, and nothing
 * has to be copied to begin. */
static bool begin_from_spare(build *work, const engine_database *spare, dk_error *error) {
    free(work->name);
    work->name = engine_name_unique(ENGINE_BUILDING, work->session->scope);
    engine_effects_inherit(work->session, spare->note);
    return engine_rename(work->session, spare->name, work->name, NULL, error) &&
           engine_settings_turn(work->session, work->name, spare->settings,
                                json_object_get(spare->note, "own"), error);
}

/* A spare has the live database's owner and connection limit; layers run as the URL's role. */
static bool is_for_layers(const engine_session *session, const engine_database *spare) {
    return spare->connection_limit == -1 && dk_streq(spare->owner, session->role);
}

static bool begin(build *work, const engine_start *start, dk_error *error) {
    const engine_database *template = start->start;
    const engine_database *spare =
        start->incremental ? engine_spare_find(work->session, dk_json_string(template->note, "key", ""))
                           : NULL;
    if (spare && is_for_layers(work->session, spare))
        return begin_from_spare(work, spare, error);
    return begin_from(work, template ? template->name : NULL, template ? template->note : NULL, error);
}

/* The built database becomes the layer's template, and a clone of it takes its place. */
static bool seal_and_go_on(build *work, const engine_layer *layer, dk_error *error) {
    DK_AUTO_JSON json_t *note = engine_template_note(work->session, layer);
    return engine_seal(work->session, layer, work->name, note, error) &&
           begin_from(work, dk_json_string(note, "name", NULL), note, error);
}

static bool build_layers(build *work, size_t first, dk_error *error) {
    engine_session *session = work->session;
    for (size_t i = first; i < work->recipe->count; i++) {
        const engine_layer *layer = &work->recipe->layers[i];
        if (dk_interrupted())
            return dk_fail_interrupted(error);
        if (!engine_apply_layer(session, layer, work->name, work->report, error))
            return false;
        if (session->config->reset.templates > 0 && !seal_and_go_on(work, layer, error))
            return false;
    }
    return true;
}

bool engine_build(engine_session *session, const engine_recipe *recipe, unsigned flags,
                  dk_engine_report *report, char **name, dk_error *error) {
    build work = {.session = session, .recipe = recipe, .report = report};
    engine_start start;
    engine_recipe_start(session, recipe, flags & DK_ENGINE_FRESH, &start);
    for (size_t i = 0; i < start.first; i++) {
        engine_report_layer(report, &recipe->layers[i], true, 0);
        dk_progress_end(dk_progress_begin(session->context, recipe->layers[i].name), true, "cached");
    }
    report->source = recipe->count > 0 && start.first == recipe->count ? "template" : "built";
    bool built = begin(&work, &start, error) && build_layers(&work, start.first, error);
    if (built)
        *name = work.name;
    else
        free(work.name);
    return built;
}

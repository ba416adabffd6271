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
    dk_url_copy(&url, session->url);
    dk_url_set_database(&url, database);
    dk_layer_target target = {.url = &url,
                              .database = database,
                              .live = session->live,
                              .variable = session->variable,
                              .progress = progress};
    bool applied = layer->interface->apply(session->context, &target, error);
    dk_url_release(&url);
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

/* ── sealing ── */
json_t *engine_template_note(engine_session *session, const engine_layer *layer) {
    json_t *note = engine_note_new(ENGINE_TEMPLATE, session->live);
    DK_AUTOFREE char *items = dk_strv_join(&layer->items, "");
    dk_json_set_string(note, "layer", layer->name);
    dk_json_set_string(note, "key", layer->key);
    dk_json_set_string(note, "below", layer->below);
    dk_json_set_string(note, "fixed", layer->fixed);
    dk_json_set_string(note, "items", items);
    dk_json_set_string(note, "started_at", session->started_at);
    return note;
}

/* Clones of a template that was never analysed would never be: its counters are not copied. What an index
 * expression of the user's does while it is analysed is not our business: such a failure is only told. */
static bool analyse(engine_session *session, pg_connection *connection, dk_error *error) {
    DK_AUTO_ERROR dk_error failure = DK_ERROR_INIT;
    if (pg_run(connection, "SET search_path = public", NULL, &failure) &&
        pg_run(connection, "VACUUM (ANALYZE)", NULL, &failure))
        return true;
    if (!failure.sqlstate[0] || !pg_is_alive(connection)) {
        dk_error_move(error, &failure);
        return false;
    }
    dk_warn(session->context, "the template could not be analysed: %s", failure.message);
    return true;
}

static bool settle(engine_session *session, const char *database, json_t *note, dk_error *error) {
    PG_AUTO_CONNECTION pg_connection *connection = engine_connect(session, database, error);
    if (!connection || !analyse(session, connection, error))
        return false;
    DK_AUTO_BUF dk_buf sql = DK_BUF_INIT;
    PG_AUTO_RESULT pg_result *result = NULL;
    dk_buf_addf(
        &sql,
        "SELECT pg_database_size(d.oid), EXISTS (SELECT FROM pg_class WHERE relpersistence = 'u'"
        " AND relkind = 'r'), (SELECT json_agg(json_build_array(extname, extversion)) FROM pg_extension),"
        " %s FROM pg_database d WHERE d.datname = current_database()",
        engine_settings_sql);
    if (!pg_run(connection, dk_buf_text(&sql), &result, error))
        return false;
    dk_json_set_int(note, "size", pg_int(result, 0, 0));
    dk_json_set_bool(note, "unlogged", pg_bool(result, 0, 1));
    json_object_set_new(note, "extensions", json_loads(pg_value(result, 0, 2), 0, NULL));
    if (!json_object_get(note, "own"))
        json_object_set_new(note, "own", json_loads(pg_value(result, 0, 3), 0, NULL));
    return true;
}

static const engine_database *find_named(engine_session *session, const char *name) {
    for (size_t i = 0; i < session->catalog.count; i++)
        if (strcmp(session->catalog.databases[i].name, name) == 0)
            return &session->catalog.databases[i];
    return NULL;
}

bool engine_seal(engine_session *session, const engine_layer *layer, const char *building, json_t *note,
                 dk_error *error) {
    char short_key[ENGINE_KEY_SHORT + 1];
    memcpy(short_key, layer->key, ENGINE_KEY_SHORT);
    short_key[ENGINE_KEY_SHORT] = '\0';
    DK_AUTOFREE char *name = engine_name(ENGINE_TEMPLATE, session->scope, short_key);
    const engine_database *old = find_named(session, name);
    if (!settle(session, building, note, error) || (old && !engine_doom(session, old, error)))
        return false;
    dk_json_set_string(note, "name", name);
    return engine_rename(session, building, name, note, error);
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
    return engine_clone(session, source, work->name, dk_json_int(note, "size", 0), error) &&
           engine_settings_give(session, work->name, json_object_get(note, "own"), error);
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
    bool built = begin_from(&work, start.start ? start.start->name : NULL,
                            start.start ? start.start->note : NULL, error) &&
                 build_layers(&work, start.first, error);
    if (built)
        *name = work.name;
    else
        free(work.name);
    return built;
}

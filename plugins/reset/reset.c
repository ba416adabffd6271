/* `devkit reset` and `devkit undo`. */
#include "reset.h"

#include <string.h>

const dk_engine_interface *reset_engine(dk_context *context, dk_error *error) {
    return dk_server_up(context, error)
               ? dk_interface_find(context, "engine", "template", DK_ENGINE_VERSION, error)
               : NULL;
}

/* ── what happened ── */
static const char *describe_source(const char *source) {
    static const struct {
        const char *source, *text;
    } texts[] = {
        {"spare", "from the copy kept ready"},
        {"template", "cloned from its template"},
        {"built", "built"},
        {"undo", "the previous one is back"},
    };
    for (size_t i = 0; i < DK_COUNT(texts); i++)
        if (strcmp(texts[i].source, source) == 0)
            return texts[i].text;
    return source;
}

static void fill_result(json_t *result, const dk_engine_report *report) {
    json_t *layers = json_array();
    for (size_t i = 0; i < report->layer_count; i++) {
        const dk_engine_layer_report *layer = &report->layers[i];
        json_t *entry = json_object();
        dk_json_set_string(entry, "name", layer->name);
        dk_json_set_bool(entry, "cached", layer->cached);
        dk_json_set_string(entry, "key", layer->key);
        dk_json_set_int(entry, "duration_ms", layer->duration_ms);
        json_array_append_new(layers, entry);
    }
    json_t *notes = json_array();
    for (size_t i = 0; i < report->notes.count; i++)
        json_array_append_new(notes, json_string(report->notes.items[i]));
    dk_json_set_string(result, "source", report->source);
    json_object_set_new(result, "layers", layers);
    dk_json_set_string(result, "undo", report->undo);
    dk_json_set_int(result, "duration_ms", report->duration_ms);
    json_object_set_new(result, "notes", notes);
}

void reset_tell(dk_context *context, const dk_engine_report *report, const char *what) {
    char duration[DK_FORMATTED];
    const dk_database *database = dk_database_get(context, NULL);
    const char *name = database && database->url ? database->url->database : "database";
    fill_result(dk_result(context), report);
    dk_json_set_string(dk_result(context), "database", name);
    for (size_t i = 0; i < report->notes.count; i++)
        dk_warn(context, "%s", report->notes.items[i]);
    dk_format_duration(report->duration_ms, duration);
    dk_print(context, "%s: %s, %s, in %s\n", name, what, describe_source(report->source), duration);
    if (report->undo)
        dk_print(context, "The database before is kept as %s; `devkit undo` brings it back.\n", report->undo);
}

/* ── reset ── */
static void choose_layers(const dk_config *config, bool no_seed, dk_strv *layers) {
    for (size_t i = 0; i < config->reset.layers.count; i++)
        if (!no_seed || strcmp(config->reset.layers.items[i], "seed") != 0)
            dk_strv_add(layers, config->reset.layers.items[i]);
}

/* Only where nothing would be kept: a reset that can be undone needs no question. */
static bool confirm_loss(dk_context *context, const dk_config *config, dk_error *error) {
    return config->reset.undo > 0 ||
           dk_confirm(context, "No previous database is kept ([reset] undo = 0). Reset all the same?", error);
}

static unsigned reset_flags(const reset_values *values) {
    return (values->fresh ? DK_ENGINE_FRESH : 0) | (values->no_wait ? DK_ENGINE_NO_WAIT : 0) |
           (values->force ? DK_ENGINE_FORCE : 0);
}

static bool perform(dk_context *context, const reset_values *values, dk_engine_report *report,
                    dk_error *error) {
    const dk_config *config = dk_config_get(context, error);
    DK_AUTO_STRV dk_strv layers = DK_STRV_INIT;
    if (!config || !dk_guard(context, "reset", values->confirm, error) ||
        !confirm_loss(context, config, error))
        return false;
    choose_layers(config, values->no_seed, &layers);
    const dk_engine_interface *engine = reset_engine(context, error);
    dk_engine_request request = {.layers = &layers, .flags = reset_flags(values)};
    return engine && dk_event(context, "pre-reset", NULL, error) &&
           engine->reset(context, &request, report, error);
}

bool reset_run(dk_context *context, const void *values, dk_error *error) {
    dk_engine_report report = DK_ENGINE_REPORT_INIT;
    bool done = perform(context, values, &report, error);
    if (done) {
        if (report.layer_count == 0)
            dk_strv_add(&report.notes,
                        "the new database is empty: no layer of [reset] layers found anything to "
                        "build from; see [migrate] and [seed] in .devkit.toml");
        reset_tell(context, &report, "reset");
        done = dk_event(context, "post-reset", dk_result(context), error);
    }
    dk_engine_report_release(&report);
    return done;
}

/* ── undo ── */
bool reset_undo_run(dk_context *context, const void *values, dk_error *error) {
    const undo_values *given = values;
    dk_engine_report report = DK_ENGINE_REPORT_INIT;
    unsigned flags = (given->no_wait ? DK_ENGINE_NO_WAIT : 0) | (given->force ? DK_ENGINE_FORCE : 0);
    if (!dk_guard(context, "undo", given->confirm, error))
        return false;
    const dk_engine_interface *engine = reset_engine(context, error);
    bool done = engine && engine->undo(context, flags, &report, error);
    if (done)
        reset_tell(context, &report, "undone");
    dk_engine_report_release(&report);
    return done;
}

/* The recipe: an ordered list of layers, each with a key that stands for everything its result depends on.
 *
 * key(layer) = SHA-256(layer's name, key of the layer below, its fixed part, its items in order); below the
 * first layer stands the server's key (version, locale, role …). Same key: same database. */
#include "engine.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static bool prepare_layer(engine_session *session, const char *name, engine_layer *layer, dk_error *error) {
    *layer = (engine_layer){0};
    layer->interface = dk_interface_find(session->context, "layer", name, DK_LAYER_VERSION, error);
    if (!layer->interface)
        return false;
    layer->name = layer->interface->head.name;
    dk_layer_inputs inputs;
    layer_inputs_init(&inputs, session->hashes);
    bool described = layer->interface->fingerprint(session->context, &inputs, &layer->flags, error);
    if (described) {
        layer_inputs_fixed_hex(&inputs, layer->fixed);
        dk_strv_add_all(&layer->items, &inputs.items);
    }
    layer_inputs_release(&inputs);
    return described;
}

static void finish_key(engine_layer *layer) {
    hash_state *state = hash_new();
    hash_text(state, "devkit layer 1");
    hash_text(state, layer->name);
    hash_text(state, layer->below);
    hash_text(state, layer->fixed);
    for (size_t i = 0; i < layer->items.count; i++)
        hash_text(state, layer->items.items[i]);
    hash_hex(state, layer->key);
}

bool engine_recipe_describe(engine_session *session, const dk_strv *names, engine_recipe *recipe,
                            dk_error *error) {
    recipe->layers = dk_alloc_array(names->count + 1, sizeof *recipe->layers);
    for (size_t i = 0; i < names->count; i++) {
        engine_layer *layer = &recipe->layers[recipe->count];
        if (!prepare_layer(session, names->items[i], layer, error)) {
            dk_strv_release(&layer->items);
            return false;
        }
        if (layer->flags & DK_LAYER_SKIP)
            dk_strv_release(&layer->items);
        else
            recipe->count++;
    }
    return true;
}

void engine_recipe_finish(engine_session *session, engine_recipe *recipe) {
    memcpy(recipe->key, session->server_key, HASH_HEX);
    for (size_t i = 0; i < recipe->count; i++) {
        engine_layer *layer = &recipe->layers[i];
        memcpy(layer->below, recipe->key, HASH_HEX);
        finish_key(layer);
        memcpy(recipe->key, layer->key, HASH_HEX);
    }
}

bool engine_recipe_make(engine_session *session, const dk_strv *names, engine_recipe *recipe,
                        dk_error *error) {
    if (!engine_recipe_describe(session, names, recipe, error))
        return false;
    engine_recipe_finish(session, recipe);
    return true;
}

void engine_recipe_release(engine_recipe *recipe) {
    for (size_t i = 0; i < recipe->count; i++)
        dk_strv_release(&recipe->layers[i].items);
    free(recipe->layers);
    *recipe = (engine_recipe)ENGINE_RECIPE_INIT;
}

/* ── where to begin ── */
/* "YYYY-MM-DDTHH:MM:SSZ" → seconds; 0 when it is not one. */
static int64_t seconds_of(const char *text) {
    struct tm parts = {0};
    const char *end = strptime(text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    return end ? (int64_t)timegm(&parts) : 0;
}

/* Roles belong to the server: a clone does not bring back those that its template's layers had made. */
static bool roles_exist(engine_session *session, const json_t *note) {
    static const char query[] = "SELECT count(*) FROM json_array_elements_text($1::json) r(name)"
                                " WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = r.name)";
    const json_t *roles = json_object_get(note, "roles");
    if (json_array_size(roles) == 0)
        return true;
    PG_AUTO_RESULT pg_result *missing = NULL;
    DK_AUTOFREE char *names = json_dumps(roles, JSON_COMPACT);
    const char *parameter = names;
    return pg_query(session->work, query, &parameter, 1, &missing, NULL) && pg_int(missing, 0, 0) == 0;
}

/* A template is believed unless it is too old for max_age, or its locale has changed since (its indexes may
 * be in the wrong order, and PostgreSQL refuses to clone it), or it holds unlogged tables and the server has
 * been started since: a crash empties those, and nothing on the server tells a crash from a clean restart. */
bool engine_template_valid(engine_session *session, const engine_database *database) {
    if (!database->note || !engine_database_usable(database) || database->other_collation)
        return false;
    int64_t max_age = session->config->reset.max_age_ms;
    int64_t created = seconds_of(dk_json_string(database->note, "created_at", ""));
    if (max_age > 0 && (dk_unix_time() - created) * 1000 > max_age)
        return false;
    if (!roles_exist(session, database->note))
        return false;
    if (!dk_json_bool(database->note, "unlogged", false))
        return true;
    return strcmp(dk_json_string(database->note, "started_at", ""), session->started_at) == 0;
}

static engine_database *find_exact(engine_session *session, const char *key) {
    engine_database *found = engine_catalog_find(session, ENGINE_TEMPLATE, key);
    return found && engine_template_valid(session, found) ? found : NULL;
}

/* A template that was built again (--fresh, max_age) has another OID: the spare of the old one is stale. */
engine_database *engine_spare_find(engine_session *session, const char *key) {
    engine_database *spare = engine_catalog_find(session, ENGINE_SPARE, key);
    if (!spare || !engine_template_valid(session, spare))
        return NULL;
    const engine_database *source = engine_catalog_find(session, ENGINE_TEMPLATE, key);
    return !source || dk_json_int(spare->note, "template", 0) == source->oid ? spare : NULL;
}

static bool starts_with_items(const engine_layer *layer, const char *items, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (memcmp(items + i * LAYER_ITEM_DIGEST, layer->items.items[i], LAYER_ITEM_DIGEST) != 0)
            return false;
    return true;
}

static bool has_item(const engine_layer *layer, const char *item) {
    for (size_t i = 0; i < layer->items.count; i++)
        if (memcmp(item, layer->items.items[i], LAYER_ITEM_DIGEST) == 0)
            return true;
    return false;
}

/* Number of items of an older result that today's layer can be applied on top of, or -1. */
static int64_t usable_items(const engine_layer *layer, const json_t *note) {
    const char *items = dk_json_string(note, "items", "");
    size_t count = strlen(items) / LAYER_ITEM_DIGEST;
    if (count == 0 || count > layer->items.count ||
        strcmp(dk_json_string(note, "layer", ""), layer->name) != 0 ||
        strcmp(dk_json_string(note, "below", ""), layer->below) != 0 ||
        strcmp(dk_json_string(note, "fixed", ""), layer->fixed) != 0)
        return -1;
    if (layer->flags & DK_LAYER_ORDERED)
        return starts_with_items(layer, items, count) ? (int64_t)count : -1;
    for (size_t i = 0; i < count; i++)
        if (!has_item(layer, items + i * LAYER_ITEM_DIGEST))
            return -1;
    return (int64_t)count;
}

static engine_database *find_older(engine_session *session, const engine_layer *layer) {
    engine_database *best = NULL;
    int64_t most = 0;
    if (!(layer->flags & DK_LAYER_INCREMENTAL))
        return NULL;
    for (size_t i = 0; i < session->catalog.count; i++) {
        engine_database *candidate = &session->catalog.databases[i];
        if (candidate->kind != ENGINE_TEMPLATE || !engine_template_valid(session, candidate))
            continue;
        int64_t count = usable_items(layer, candidate->note);
        if (count > most) {
            most = count;
            best = candidate;
        }
    }
    return best;
}

void engine_recipe_start(engine_session *session, const engine_recipe *recipe, bool fresh,
                         engine_start *start) {
    *start = (engine_start){0};
    if (fresh)
        return;
    for (size_t layer = recipe->count; layer > 0; layer--) {
        engine_database *exact = find_exact(session, recipe->layers[layer - 1].key);
        engine_database *older = exact ? NULL : find_older(session, &recipe->layers[layer - 1]);
        if (exact || older) {
            *start = (engine_start){.start = exact ? exact : older,
                                    .first = exact ? layer : layer - 1,
                                    .incremental = older != NULL};
            return;
        }
    }
}

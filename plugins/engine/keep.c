/* What devkit keeps on the server beside the live database, and what has to go.
 *
 * Going is two steps: a rename to a doomed name, which is quick and final, and a DROP, which may wait for
 * every session of the server and therefore never runs in a reset's foreground. */
#include "engine.h"

#include <stdlib.h>
#include <string.h>

bool engine_doom(engine_session *session, const engine_database *database, dk_error *error) {
    DK_AUTOFREE char *doomed = engine_name_unique(ENGINE_DOOMED, session->scope);
    return engine_rename(session, database->name, doomed, NULL, error);
}

int64_t engine_size(engine_session *session, const char *database) {
    PG_AUTO_RESULT pg_result *result = NULL;
    if (!pg_query(session->work, "SELECT pg_database_size($1::name)", &database, 1, &result, NULL))
        return 0;
    return pg_int(result, 0, 0);
}

/* ── what is too much ── */
typedef struct kept {
    const engine_database *database;
    int64_t size;
    size_t layer; /* templates: 1 + the layer of today's recipe whose result it is, 0: of none */
    bool goes;
} kept;

static const char *last_use(const engine_database *database) {
    return dk_json_string(database->note, "used_at", dk_json_string(database->note, "created_at", ""));
}

/* Undo: newest first. Templates: today's from the top layer down, then the most recently used first. */
static int by_merit(const void *left, const void *right) {
    const kept *a = left;
    const kept *b = right;
    if (a->database->kind != b->database->kind)
        return (int)a->database->kind - (int)b->database->kind;
    if (a->layer != b->layer)
        return a->layer < b->layer ? 1 : -1;
    int order =
        a->database->kind == ENGINE_TEMPLATE ? strcmp(last_use(b->database), last_use(a->database)) : 0;
    return order ? order : strcmp(b->database->name, a->database->name);
}

static size_t layer_of(const engine_database *database, const engine_recipe *recipe) {
    for (size_t i = recipe->count; database->kind == ENGINE_TEMPLATE && i > 0; i--)
        if (strcmp(dk_json_string(database->note, "key", ""), recipe->layers[i - 1].key) == 0)
            return i;
    return 0;
}

/* Beyond the limits in number, or unusable, or a spare that no reset would take. */
static bool is_excess(engine_session *session, const engine_recipe *recipe, const engine_database *database,
                      size_t rank) {
    const dk_config *config = session->config;
    if (!engine_database_usable(database))
        return true;
    switch (database->kind) {
    case ENGINE_TEMPLATE:
        return rank >= (size_t)config->reset.templates;
    case ENGINE_SPARE:
        return !config->reset.spare || database != engine_spare_find(session, recipe->key);
    case ENGINE_UNDO:
        return rank >= (size_t)config->reset.undo;
    case ENGINE_BUILDING:
        return true;
    default:
        return false;
    }
}

/* The spare that is about to be filled needs room, too. */
static int64_t spare_to_come(engine_session *session, const engine_recipe *recipe) {
    const engine_database *source = engine_catalog_find(session, ENGINE_TEMPLATE, recipe->key);
    bool wanted = session->config->reset.spare && source && !engine_spare_find(session, recipe->key);
    return wanted ? dk_json_int(source->note, "size", 0) : 0;
}

/* The least useful go first while all together is larger than max_size: templates of other recipes, then the
 * spare, then today's from the bottom layer up. The undo databases within their number always stay. */
static void shrink(engine_session *session, const engine_recipe *recipe, kept *list, size_t count) {
    int64_t total = spare_to_come(session, recipe);
    for (size_t i = 0; i < count; i++)
        total += list[i].goes ? 0 : list[i].size;
    for (int pass = 0; pass < 3; pass++) {
        if (pass == 1)
            total -= spare_to_come(session, recipe);
        for (size_t i = count; i > 0 && total > session->config->reset.max_size; i--) {
            kept *entry = &list[i - 1];
            bool is_template = entry->database->kind == ENGINE_TEMPLATE;
            bool turn = pass == 1   ? entry->database->kind == ENGINE_SPARE
                        : pass == 0 ? is_template && !entry->layer
                                    : is_template;
            if (turn && !entry->goes) {
                entry->goes = true;
                total -= entry->size;
            }
        }
    }
}

void engine_excess(engine_session *session, const engine_recipe *recipe, dk_strv *names) {
    size_t count = 0;
    size_t ranks[ENGINE_KINDS] = {0};
    kept *list = dk_alloc_array(session->catalog.count + 1, sizeof *list);
    for (size_t i = 0; i < session->catalog.count; i++) {
        const engine_database *database = &session->catalog.databases[i];
        if (database->kind != ENGINE_LIVE && database->kind != ENGINE_DOOMED &&
            database->kind != ENGINE_FILLING && database->kind != ENGINE_SNAPSHOT)
            list[count++] = (kept){.database = database,
                                   .layer = layer_of(database, recipe),
                                   .size = engine_size(session, database->name)};
    }
    qsort(list, count, sizeof *list, by_merit);
    for (size_t i = 0; i < count; i++)
        list[i].goes = is_excess(session, recipe, list[i].database, ranks[list[i].database->kind]++);
    shrink(session, recipe, list, count);
    for (size_t i = 0; i < count; i++)
        if (list[i].goes)
            dk_strv_add(names, list[i].database->name);
    free(list);
}

int64_t engine_kept_size(engine_session *session) {
    int64_t total = 0;
    for (size_t i = 0; i < session->catalog.count; i++) {
        const engine_database *database = &session->catalog.databases[i];
        if (database->kind != ENGINE_LIVE && database->kind != ENGINE_DOOMED &&
            database->kind != ENGINE_SNAPSHOT) /* the user's own affair */
            total += engine_size(session, database->name);
    }
    return total;
}

/* ── dropping ── */
bool engine_drop(engine_session *session, const char *name, dk_error *error) {
    DK_AUTO_BUF dk_buf sql = DK_BUF_INIT;
    dk_buf_add(&sql, "DROP DATABASE IF EXISTS ");
    pg_quote_identifier(&sql, name);
    return engine_run_patiently(session, name, dk_buf_text(&sql), error);
}

/* One that can't be dropped (somebody is in it whom we may not end) must not keep the others. */
bool engine_drop_kind(engine_session *session, engine_kind kind, dk_strv *removed, dk_error *error) {
    bool all = true;
    for (size_t i = 0; i < session->catalog.count; i++) {
        const engine_database *database = &session->catalog.databases[i];
        if (database->kind != kind)
            continue;
        bool dropped = engine_drop(session, database->name, all ? error : NULL);
        if (dropped && removed)
            dk_strv_add(removed, database->name);
        all = all && dropped;
        if (!pg_is_alive(session->work))
            return false;
    }
    return all;
}

bool engine_doom_named(engine_session *session, const dk_strv *names, dk_error *error) {
    for (size_t i = 0; i < session->catalog.count; i++) {
        const engine_database *database = &session->catalog.databases[i];
        if (dk_strv_contains(names, database->name) && !engine_doom(session, database, error))
            return false;
    }
    return true;
}

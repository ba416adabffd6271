/* `devkit snapshot save`: which store, which name, and the making. */
#include "snapshot.h"

#include <stdlib.h>
#include <string.h>

typedef struct choice {
    const dk_snapshot_interface *store;
    int score;
    dk_buf why;
} choice;

/* May this store be taken for that wish at all? */
static bool is_eligible(const dk_snapshot_interface *store, const snapshot_wish *wish) {
    return (store->flags & wish->flags) == wish->flags &&
           (!wish->part || (store->flags & DK_SNAPSHOT_PARTIAL));
}

static void fail_ineligible(const snapshot_wish *wish, const dk_buf *reasons, dk_error *error) {
    dk_fail(error, DK_ERROR_FAILED, "no-store-fits", "no kind of snapshot fits");
    if (reasons->length)
        dk_error_detail(error, "%s", dk_buf_text(reasons));
    if (wish->part)
        dk_error_hint(error, "a part of the database can be saved with --kind dump alone");
    else
        dk_error_hint(error, "`devkit status` shows which server the project has");
}

/* The best that fits; an equal one found later does not replace it. */
static bool choose(dk_context *context, const snapshot_stores *stores, const snapshot_wish *wish,
                   const dk_snapshot_request *request, choice *best, dk_error *error) {
    DK_AUTO_BUF dk_buf reasons = DK_BUF_INIT;
    for (size_t i = 0; i < stores->count; i++) {
        const dk_snapshot_interface *store = stores->items[i];
        DK_AUTO_BUF dk_buf why = DK_BUF_INIT;
        int score = 0;
        if (!is_eligible(store, wish))
            continue;
        if (!store->fits(context, request, &score, &why, error))
            return false;
        dk_debug(context, "snapshot %s: %d of 100 (%s)", store->head.name, score, dk_buf_text(&why));
        if (score == 0)
            dk_buf_addf(&reasons, "%s%s: %s", reasons.length ? "\n" : "", store->head.name,
                        dk_buf_text(&why));
        if (score <= best->score)
            continue;
        best->store = store;
        best->score = score;
        dk_buf_truncate(&best->why, 0);
        dk_buf_add(&best->why, dk_buf_text(&why));
    }
    if (!best->store)
        fail_ineligible(wish, &reasons, error);
    return best->store != NULL;
}

/* Only a store that needs none is asked without a server. */
static bool bring_up(dk_context *context, const snapshot_stores *stores, dk_error *error) {
    bool needed = false;
    for (size_t i = 0; i < stores->count; i++)
        needed = needed || !(stores->items[i]->flags & DK_SNAPSHOT_NO_SERVER);
    return !needed || dk_server_up(context, error);
}

/* Names are unique over all kinds, so that one says which is meant. */
static char *choose_name(dk_context *context, const snapshot_wish *wish, dk_error *error) {
    SNAPSHOT_AUTO_STORES snapshot_stores all = SNAPSHOT_STORES_INIT;
    DK_AUTO_JSON json_t *entries =
        snapshot_stores_open(context, NULL, &all, error) ? snapshot_entries(context, &all, error) : NULL;
    if (!entries)
        return NULL;
    if (!wish->name && wish->base)
        return snapshot_name_free(wish->base, entries);
    char *name = wish->name ? dk_strdup(wish->name) : snapshot_name_default();
    DK_AUTOFREE char *unused = snapshot_name_free(name, entries);
    if (snapshot_name_check(name, error) && strcmp(name, unused) == 0)
        return name;
    if (strcmp(name, unused) != 0) {
        dk_fail(error, DK_ERROR_FAILED, "snapshot-exists", "there is a snapshot \"%s\" already", name);
        dk_error_hint(error, "`devkit snapshot save \"%s\"`, or remove the old one: `devkit snapshot rm`",
                      unused);
    }
    free(name);
    return NULL;
}

static bool perform(dk_context *context, const choice *chosen, dk_snapshot_request *request, json_t *entry,
                    dk_error *error) {
    const char *kind = chosen->store->head.name;
    DK_AUTO_JSON json_t *details = json_pack("{s:s,s:s}", "name", request->name, "kind", kind);
    if (!dk_event(context, "pre-snapshot", details, error))
        return false;
    dk_note(context, "snapshot \"%s\", kind %s: %s", request->name, kind, dk_buf_text(&chosen->why));
    DK_AUTOFREE char *label = dk_format("save %s", kind);
    request->progress = dk_progress_begin(context, label);
    bool saved = chosen->store->save(context, request, entry, error);
    dk_progress_end(request->progress, saved, saved ? "saved" : "failed");
    return saved && dk_event(context, "post-snapshot", entry, error);
}

bool snapshot_make(dk_context *context, const snapshot_wish *wish, json_t **entry, dk_error *error) {
    SNAPSHOT_AUTO_STORES snapshot_stores stores = SNAPSHOT_STORES_INIT;
    choice chosen = {0};
    if (wish->name && !snapshot_name_check(wish->name, error))
        return false;
    if (!snapshot_stores_open(context, wish->kind, &stores, error) || !bring_up(context, &stores, error))
        return false;
    DK_AUTOFREE char *name = choose_name(context, wish, error);
    DK_AUTO_JSON json_t *facts = name ? snapshot_facts(context) : NULL;
    DK_AUTO_JSON json_t *made = json_object();
    dk_snapshot_request request = {
        .name = name, .note = wish->note, .purpose = wish->purpose, .facts = facts, .part = wish->part};
    bool saved = name && choose(context, &stores, wish, &request, &chosen, error) &&
                 perform(context, &chosen, &request, made, error);
    if (saved)
        *entry = json_incref(made);
    dk_buf_release(&chosen.why);
    return saved;
}

static bool is_part(const snapshot_save_values *values) {
    return values->schema_only || values->data_only || values->tables.count > 0 ||
           values->exclude_table_data.count > 0;
}

static bool check_part(const snapshot_save_values *values, dk_error *error) {
    if (!values->schema_only || !values->data_only)
        return true;
    dk_fail(error, DK_ERROR_USAGE, "options-conflict", "--schema-only and --data-only leave nothing to save");
    return dk_error_hint(error, "leave one of them out");
}

bool snapshot_save_run(dk_context *context, const void *values, dk_error *error) {
    const snapshot_save_values *given = values;
    char size[DK_FORMATTED];
    DK_AUTO_JSON json_t *entry = NULL;
    dk_snapshot_part part = {.schema_only = given->schema_only,
                             .data_only = given->data_only,
                             .tables = given->tables, /* borrowed */
                             .exclude_table_data = given->exclude_table_data};
    snapshot_wish wish = {.name = given->name,
                          .kind = given->kind,
                          .note = given->note,
                          .purpose = SNAPSHOT_MANUAL,
                          .part = is_part(given) ? &part : NULL};
    if (!check_part(given, error) || !snapshot_make(context, &wish, &entry, error))
        return false;
    json_object_update(dk_result(context), entry);
    dk_format_size(dk_json_int(entry, "size_bytes", 0), size);
    dk_print(context, "%s: saved as %s, %s\n", dk_json_string(entry, "name", ""),
             dk_json_string(entry, "kind", ""), size);
    return true;
}

/* The stores there are, and what they have. */
#include "snapshot.h"

#include <stdlib.h>
#include <string.h>

bool snapshot_stores_open(dk_context *context, const char *kind, snapshot_stores *stores, dk_error *error) {
    DK_AUTO_STRV dk_strv names = DK_STRV_INIT;
    if (kind && strcmp(kind, "auto") != 0)
        dk_strv_add(&names, kind);
    else
        dk_interface_names(context, "snapshot", &names);
    stores->items = dk_alloc_array(names.count + 1, sizeof(void *));
    for (size_t i = 0; i < names.count; i++) {
        const void *store =
            dk_interface_find(context, "snapshot", names.items[i], DK_SNAPSHOT_VERSION, error);
        if (!store)
            return false;
        stores->items[stores->count++] = store;
    }
    return true;
}

void snapshot_stores_release(snapshot_stores *stores) {
    free(stores->items);
    *stores = (snapshot_stores)SNAPSHOT_STORES_INIT;
}

static int newest_first(const void *left, const void *right) {
    const json_t *a = *(json_t *const *)left;
    const json_t *b = *(json_t *const *)right;
    int order = strcmp(dk_json_string(b, "created_at", ""), dk_json_string(a, "created_at", ""));
    return order ? order : strcmp(dk_json_string(b, "name", ""), dk_json_string(a, "name", ""));
}

static json_t *sorted(const json_t *entries) {
    size_t count = json_array_size(entries);
    json_t **items = dk_alloc_array(count + 1, sizeof(json_t *));
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        items[i] = json_array_get(entries, i);
    qsort(items, count, sizeof(json_t *), newest_first);
    for (size_t i = 0; i < count; i++)
        json_array_append(list, items[i]);
    free(items);
    return list;
}

/* One that needs a server which does not run has nothing to say; that is no fault of the others. */
static bool add_entries(dk_context *context, const dk_snapshot_interface *store, bool alone, json_t *entries,
                        dk_error *error) {
    DK_AUTO_ERROR dk_error failure = DK_ERROR_INIT;
    DK_AUTO_JSON json_t *list = store->list(context, &failure);
    if (list)
        return json_array_extend(entries, list) == 0;
    if (alone || failure.error_class == DK_ERROR_INTERRUPTED) {
        dk_error_move(error, &failure);
        return false;
    }
    if (dk_error_is(&failure, "not-running"))
        dk_note(context, "snapshots of kind %s can't be listed: %s", store->head.name, failure.message);
    else
        dk_warn(context, "snapshots of kind %s can't be listed: %s", store->head.name, failure.message);
    return true;
}

json_t *snapshot_entries(dk_context *context, const snapshot_stores *stores, dk_error *error) {
    DK_AUTO_JSON json_t *entries = json_array();
    for (size_t i = 0; i < stores->count; i++)
        if (!add_entries(context, stores->items[i], stores->count == 1, entries, error))
            return NULL;
    return sorted(entries);
}

const dk_snapshot_interface *snapshot_store_of(const snapshot_stores *stores, const json_t *entry) {
    for (size_t i = 0; i < stores->count; i++)
        if (strcmp(stores->items[i]->head.name, dk_json_string(entry, "kind", "")) == 0)
            return stores->items[i];
    return NULL;
}

static void fail_missing(const char *name, const json_t *entries, dk_error *error) {
    size_t count = json_array_size(entries);
    const char **names = dk_alloc_array(count + 1, sizeof *names);
    for (size_t i = 0; i < count; i++)
        names[i] = dk_json_string(json_array_get(entries, i), "name", "");
    const char *nearest = dk_nearest(name, names, count);
    dk_fail(error, DK_ERROR_FAILED, "no-such-snapshot", "there is no snapshot \"%s\"", name);
    if (nearest)
        dk_error_hint(error, "did you mean \"%s\"? `devkit snapshot list` shows all", nearest);
    else
        dk_error_hint(error, "`devkit snapshot list` shows what there is");
    free(names);
}

const dk_snapshot_interface *snapshot_find(dk_context *context, const snapshot_stores *stores,
                                           const char *name, json_t **entry, dk_error *error) {
    DK_AUTO_JSON json_t *entries = snapshot_entries(context, stores, error);
    json_t *found = NULL;
    json_t *candidate;
    size_t index;
    if (!entries)
        return NULL;
    json_array_foreach(entries, index, candidate) {
        if (!dk_streq(dk_json_string(candidate, "name", NULL), name))
            continue;
        if (found) {
            dk_fail(error, DK_ERROR_USAGE, "snapshot-ambiguous", "there are several snapshots \"%s\"", name);
            dk_error_hint(error, "say which: --kind %s or --kind %s", dk_json_string(found, "kind", ""),
                          dk_json_string(candidate, "kind", ""));
            return NULL;
        }
        found = candidate;
    }
    if (!found) {
        fail_missing(name, entries, error);
        return NULL;
    }
    *entry = json_incref(found);
    return snapshot_store_of(stores, found);
}

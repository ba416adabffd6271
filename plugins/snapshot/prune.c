/* `devkit snapshot prune`: of one purpose, all but the newest. What the user saved by hand goes only when
 * that is the purpose given. */
#include "snapshot.h"

#include <string.h>

static bool is_meant(const json_t *entry, const char *purpose) {
    return strcmp(dk_json_string(entry, "purpose", SNAPSHOT_MANUAL), purpose) == 0;
}

static bool remove_entry(dk_context *context, const snapshot_stores *stores, const json_t *entry,
                         bool dry_run, dk_strv *removed, dk_error *error) {
    const char *name = dk_json_string(entry, "name", "");
    const char *reason = dk_json_string(entry, "kept_because", NULL);
    if (reason) {
        dk_note(context, "%s stays: %s", name, reason);
        return true;
    }
    if (!dry_run && !snapshot_store_of(stores, entry)->remove(context, name, error))
        return false;
    dk_strv_add(removed, name);
    return true;
}

bool snapshot_prune(dk_context *context, const snapshot_stores *stores, const char *purpose, int64_t keep,
                    bool dry_run, dk_strv *removed, dk_error *error) {
    DK_AUTO_JSON json_t *entries = snapshot_entries(context, stores, error);
    size_t index;
    json_t *entry;
    int64_t seen = 0;
    if (!entries)
        return false;
    json_array_foreach(entries, index, entry) {
        if (is_meant(entry, purpose) && ++seen > keep &&
            !remove_entry(context, stores, entry, dry_run, removed, error))
            return false;
    }
    return true;
}

static bool sweep(dk_context *context, const snapshot_stores *stores, dk_strv *swept, dk_error *error) {
    for (size_t i = 0; i < stores->count; i++)
        if (stores->items[i]->sweep && !stores->items[i]->sweep(context, swept, error))
            return false;
    return true;
}

static void tell(dk_context *context, const char *key, const char *verb, const dk_strv *names) {
    json_t *list = json_array();
    for (size_t i = 0; i < names->count; i++) {
        json_array_append_new(list, json_string(names->items[i]));
        dk_print(context, "%s %s\n", verb, names->items[i]);
    }
    json_object_set_new(dk_result(context), key, list);
}

bool snapshot_prune_run(dk_context *context, const void *values, dk_error *error) {
    const snapshot_prune_values *given = values;
    SNAPSHOT_AUTO_STORES snapshot_stores stores = SNAPSHOT_STORES_INIT;
    DK_AUTO_STRV dk_strv removed = DK_STRV_INIT;
    DK_AUTO_STRV dk_strv swept = DK_STRV_INIT;
    const dk_config *config = dk_config_get(context, error);
    if (!config || !snapshot_stores_open(context, given->kind, &stores, error))
        return false;
    int64_t keep = config->snapshot.keep; /* --keep is that key for once */
    if (!snapshot_prune(context, &stores, given->purpose, keep, given->dry_run, &removed, error) ||
        (!given->dry_run && !sweep(context, &stores, &swept, error)))
        return false;
    tell(context, "removed", given->dry_run ? "would remove" : "removed", &removed);
    tell(context, "swept", "swept", &swept);
    dk_json_set_bool(dk_result(context), "dry_run", given->dry_run);
    if (removed.count + swept.count == 0)
        dk_print(context, "Nothing to remove: at most %lld of purpose %s are kept.\n", (long long)keep,
                 given->purpose);
    return true;
}

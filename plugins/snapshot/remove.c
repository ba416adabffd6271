/* `devkit snapshot rm`. */
#include "snapshot.h"

static bool remove_one(dk_context *context, const snapshot_stores *stores, const char *name, json_t *removed,
                       dk_error *error) {
    DK_AUTO_JSON json_t *entry = NULL;
    const dk_snapshot_interface *store = snapshot_find(context, stores, name, &entry, error);
    if (!store || !store->remove(context, name, error))
        return false;
    json_array_append_new(removed, json_string(name));
    dk_print(context, "removed %s\n", name);
    return true;
}

bool snapshot_remove_run(dk_context *context, const void *values, dk_error *error) {
    const snapshot_remove_values *given = values;
    SNAPSHOT_AUTO_STORES snapshot_stores stores = SNAPSHOT_STORES_INIT;
    json_t *removed = json_array();
    json_object_set_new(dk_result(context), "removed", removed);
    if (!snapshot_stores_open(context, given->kind, &stores, error))
        return false;
    for (size_t i = 0; i < given->names.count; i++)
        if (!remove_one(context, &stores, given->names.items[i], removed, error))
            return false;
    return true;
}

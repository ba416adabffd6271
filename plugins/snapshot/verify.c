/* `devkit snapshot verify`: what a store finds wrong with its snapshots. */
#include "snapshot.h"

#include <string.h>

static json_t *result_of(const char *name, const char *kind, const dk_strv *findings, bool checked) {
    json_t *result = json_object();
    json_t *list = json_array();
    for (size_t i = 0; i < findings->count; i++)
        json_array_append_new(list, json_string(findings->items[i]));
    dk_json_set_string(result, "name", name);
    dk_json_set_string(result, "kind", kind);
    dk_json_set_bool(result, "checked", checked);
    dk_json_set_bool(result, "intact", checked && findings->count == 0);
    json_object_set_new(result, "findings", list);
    return result;
}

static bool verify_one(dk_context *context, const dk_snapshot_interface *store, const json_t *entry,
                       json_t *results, dk_error *error) {
    DK_AUTO_STRV dk_strv findings = DK_STRV_INIT;
    const char *name = dk_json_string(entry, "name", "");
    if (!store->verify) {
        dk_print(context, "%s: nothing to check; the server keeps it\n", name);
        json_array_append_new(results, result_of(name, store->head.name, &findings, false));
        return true;
    }
    dk_progress *progress = dk_progress_begin(context, name);
    bool looked = store->verify(context, name, progress, &findings, error);
    dk_progress_end(progress, looked && findings.count == 0,
                    !looked          ? "failed"
                    : findings.count ? "damaged"
                                     : "intact");
    if (!looked)
        return false;
    json_array_append_new(results, result_of(name, store->head.name, &findings, true));
    for (size_t i = 0; i < findings.count; i++)
        dk_print(context, "%s: %s\n", name, findings.items[i]);
    if (findings.count)
        dk_set_findings(context);
    else
        dk_print(context, "%s: intact\n", name);
    return true;
}

static bool verify_all(dk_context *context, const snapshot_stores *stores, json_t *results, dk_error *error) {
    DK_AUTO_JSON json_t *entries = snapshot_entries(context, stores, error);
    size_t index;
    json_t *entry;
    if (!entries)
        return false;
    json_array_foreach(entries, index, entry) {
        if (!verify_one(context, snapshot_store_of(stores, entry), entry, results, error))
            return false;
    }
    return true;
}

bool snapshot_verify_run(dk_context *context, const void *values, dk_error *error) {
    const snapshot_verify_values *given = values;
    SNAPSHOT_AUTO_STORES snapshot_stores stores = SNAPSHOT_STORES_INIT;
    json_t *results = json_array();
    json_object_set_new(dk_result(context), "snapshots", results);
    if (!snapshot_stores_open(context, given->kind, &stores, error))
        return false;
    if (given->names.count == 0)
        return verify_all(context, &stores, results, error);
    for (size_t i = 0; i < given->names.count; i++) {
        DK_AUTO_JSON json_t *entry = NULL;
        const dk_snapshot_interface *store =
            snapshot_find(context, &stores, given->names.items[i], &entry, error);
        if (!store || !verify_one(context, store, entry, results, error))
            return false;
    }
    return true;
}

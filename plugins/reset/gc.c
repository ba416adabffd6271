/* `devkit gc`: what devkit keeps on the server, its size, and away with it. */
#include "reset.h"

#include <string.h>

static void print_list(dk_context *context, const json_t *list) {
    static const char *const headings[] = {"NAME", "KIND", "LAYER", "SIZE", "CREATED"};
    dk_table *table = dk_table_new(headings, DK_COUNT(headings));
    size_t index;
    json_t *entry;
    dk_table_align_right(table, 3);
    json_array_foreach((json_t *)list, index, entry) {
        char size[DK_FORMATTED];
        dk_format_size(dk_json_int(entry, "size_bytes", 0), size);
        const char *const cells[] = {dk_json_string(entry, "name", ""), dk_json_string(entry, "kind", ""),
                                     dk_json_string(entry, "layer", ""), size,
                                     dk_json_string(entry, "created_at", "")};
        dk_table_row(table, cells);
    }
    dk_table_print(table, context);
    dk_table_free(table);
}

static int64_t total_size(const json_t *list) {
    int64_t total = 0;
    size_t index;
    json_t *entry;
    json_array_foreach((json_t *)list, index, entry) total += dk_json_int(entry, "size_bytes", 0);
    return total;
}

static void tell(dk_context *context, json_t *kept, const dk_strv *removed, bool dry_run) {
    json_t *names = json_array();
    char size[DK_FORMATTED];
    for (size_t i = 0; i < removed->count; i++) {
        json_array_append_new(names, json_string(removed->items[i]));
        dk_print(context, "%s %s\n", dry_run ? "would remove" : "removed", removed->items[i]);
    }
    json_object_set_new(dk_result(context), "removed", names);
    json_object_set(dk_result(context), "kept", kept);
    dk_json_set_int(dk_result(context), "kept_bytes", total_size(kept));
    dk_json_set_bool(dk_result(context), "dry_run", dry_run);
    if (json_array_size(kept) > 0)
        print_list(context, kept);
    dk_format_size(total_size(kept), size);
    size_t count = json_array_size(kept);
    dk_print(context, "%zu %s kept, %s\n", count, count == 1 ? "database" : "databases", size);
}

/* Everything includes the undo databases: that can't be taken back, so it is a question. */
static bool may_collect(dk_context *context, const gc_values *values, dk_error *error) {
    if (!values->all || values->dry_run)
        return true;
    return dk_guard(context, "reset", values->confirm, error) &&
           dk_confirm(context, "Drop all of devkit's templates and the database kept for undo?", error);
}

bool reset_gc_run(dk_context *context, const void *values, dk_error *error) {
    const gc_values *given = values;
    DK_AUTO_STRV dk_strv removed = DK_STRV_INIT;
    if (!may_collect(context, given, error))
        return false;
    const dk_engine_interface *engine = reset_engine(context, error);
    if (!engine)
        return false;
    if (!(given->wait ? engine->maintain(context, NULL, error)
                      : engine->collect(context, given->all, given->dry_run, &removed, error)))
        return false;
    DK_AUTO_JSON json_t *kept = engine->list(context, error);
    if (kept)
        tell(context, kept, &removed, given->dry_run);
    return kept != NULL;
}

bool reset_maintain_run(dk_context *context, const void *values, dk_error *error) {
    const maintain_values *given = values;
    const dk_engine_interface *engine =
        dk_interface_find(context, "engine", "template", DK_ENGINE_VERSION, error);
    return engine && engine->maintain(context, &given->layers, error);
}

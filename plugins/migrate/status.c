/* devkit migrate status: every migration and what has become of it. */
#include "migrate.h"

static json_t *entry_object(const migrate_tool *tool, const migrate_entry *entry) {
    json_t *object = json_object();
    dk_json_set_string(object, "name", entry->name);
    dk_json_set_string(object, "state", migrate_state_name(entry->state));
    dk_json_set_string(object, "applied_at", entry->applied ? entry->applied->applied_at : NULL);
    DK_AUTOFREE char *path = entry->file ? dk_path_join(tool->shown_folder, entry->file->up) : NULL;
    dk_json_set_string(object, "file", path);
    if (entry->applied)
        dk_json_set_int(object, "duration_ms", entry->applied->duration_ms);
    return object;
}

static void print_entries(dk_context *context, const migrate_entries *entries) {
    static const char *const headings[] = {"migration", "state", "applied at"};
    dk_table *table = dk_table_new(headings, DK_COUNT(headings));
    for (size_t i = 0; i < entries->count; i++) {
        const migrate_entry *entry = &entries->items[i];
        const char *cells[] = {entry->name, migrate_state_name(entry->state),
                               entry->applied ? entry->applied->applied_at : ""};
        dk_table_row(table, cells);
    }
    dk_table_print(table, context);
    dk_table_free(table);
}

bool migrate_status_run(dk_context *context, const void *values, dk_error *error) {
    (void)values;
    MIGRATE_AUTO_TOOL migrate_tool tool = MIGRATE_TOOL_INIT;
    MIGRATE_AUTO_FILES migrate_files files = MIGRATE_FILES_INIT;
    MIGRATE_AUTO_SESSION migrate_session session = {0};
    MIGRATE_AUTO_HISTORY migrate_history history = MIGRATE_HISTORY_INIT;
    MIGRATE_AUTO_ENTRIES migrate_entries entries = MIGRATE_ENTRIES_INIT;
    if (!migrate_require_sql(context, "status", &tool, error) ||
        !migrate_files_list(tool.folder, &files, error) ||
        !migrate_session_open_live(context, &session, error) ||
        !migrate_history_read(session.connection, "", &history, error) ||
        !migrate_entries_match(&tool, &files, &history, true, &entries, error))
        return false;
    json_t *migrations = json_array();
    for (size_t i = 0; i < entries.count; i++)
        json_array_append_new(migrations, entry_object(&tool, &entries.items[i]));
    dk_json_set_string(dk_result(context), "tool", tool.name);
    json_object_set_new(dk_result(context), "migrations", migrations);
    print_entries(context, &entries);
    for (size_t i = 0; i < entries.count; i++)
        if (entries.items[i].state == MIGRATE_UNKNOWN)
            dk_warn(context, "%s was applied, but there is no such file in %s: another branch's?",
                    entries.items[i].name, tool.shown_folder);
    return true;
}

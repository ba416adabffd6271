/* devkit migrate stamp: marks migrations as applied without running them. */
#include "migrate.h"

#include <stdlib.h>

static bool unknown_name(const migrate_files *files, const char *name, dk_error *error) {
    dk_fail(error, DK_ERROR_USAGE, "no-such-migration", "there is no migration %s", name);
    const char **names = dk_alloc_array(files->count + 1, sizeof(*names));
    for (size_t i = 0; i < files->count; i++)
        names[i] = files->items[i].name;
    const char *nearest = dk_nearest(name, names, files->count);
    if (nearest)
        dk_error_hint(error, "did you mean %s?", nearest);
    else
        dk_error_hint(error, "`devkit migrate status` lists them");
    free(names);
    return false;
}

/* SQL that records every file up to `last`; an edited one gets its new checksum. */
static bool stamp_sql(const migrate_tool *tool, const migrate_entries *entries, const migrate_file *last,
                      dk_buf *sql, json_t *stamped, dk_error *error) {
    dk_buf_add(sql, "begin; ");
    dk_buf_add(sql, migrate_history_table);
    for (size_t i = 0; i < entries->count; i++) {
        const migrate_entry *entry = &entries->items[i];
        if (entry->state == MIGRATE_PENDING || entry->state == MIGRATE_EDITED) {
            DK_AUTO_BUF dk_buf content = DK_BUF_INIT;
            char checksum[HASH_HEX];
            if (!migrate_file_read(tool, entry->file, &content, checksum, error))
                return false;
            migrate_history_record(sql, entry->name, checksum, 0);
            json_array_append_new(stamped, json_string(entry->name));
        }
        if (entry->file == last)
            break;
    }
    dk_buf_add(sql, " commit");
    return true;
}

/* A name may be given as it stands in the folder, with .sql. */
static const migrate_file *find_named(const migrate_files *files, const char *name) {
    for (size_t i = 0; i < files->count; i++)
        if (dk_streq(files->items[i].name, name) || dk_streq(files->items[i].up, name))
            return &files->items[i];
    return NULL;
}

typedef struct stamp_request {
    const migrate_tool *tool;
    const migrate_files *files;
    const char *name;
} stamp_request;

static bool stamp(dk_context *context, migrate_session *session, const void *data, dk_error *error) {
    const stamp_request *request = data;
    const migrate_tool *tool = request->tool;
    const migrate_files *files = request->files;
    const char *name = request->name;
    MIGRATE_AUTO_HISTORY migrate_history history = MIGRATE_HISTORY_INIT;
    MIGRATE_AUTO_ENTRIES migrate_entries entries = MIGRATE_ENTRIES_INIT;
    DK_AUTO_BUF dk_buf sql = DK_BUF_INIT;
    const migrate_file *last = name ? find_named(files, name) : NULL;
    if (name && !last)
        return unknown_name(files, name, error);
    json_t *stamped = json_array();
    json_object_set_new(dk_result(context), "stamped", stamped);
    if (!migrate_history_read(session->connection, "", &history, error) ||
        !migrate_entries_match(tool, files, &history, true, &entries, error) ||
        !stamp_sql(tool, &entries, last, &sql, stamped, error))
        return false;
    if (json_array_size(stamped) > 0 && !pg_run(session->connection, dk_buf_text(&sql), NULL, error))
        return false;
    size_t index;
    json_t *value;
    json_array_foreach(stamped, index, value) dk_print(context, "stamped  %s\n", json_string_value(value));
    if (json_array_size(stamped) == 0)
        dk_print(context, "everything was marked as applied already\n");
    return true;
}

bool migrate_stamp_run(dk_context *context, const void *values, dk_error *error) {
    const migrate_values *given = values;
    MIGRATE_AUTO_TOOL migrate_tool tool = MIGRATE_TOOL_INIT;
    MIGRATE_AUTO_FILES migrate_files files = MIGRATE_FILES_INIT;
    stamp_request request = {&tool, &files, given->name};
    return migrate_require_sql(context, "stamp", &tool, error) &&
           migrate_files_list(tool.folder, &files, error) &&
           migrate_permitted(context, given->confirm, stamp, &request, error);
}

/* The table of applied migrations, and its comparison with the files. */
#include "migrate.h"

#include <stdlib.h>
#include <string.h>

const char migrate_history_table[] = "create table if not exists public.devkit_migrations ("
                                     "name text primary key, checksum text not null, "
                                     "applied_at timestamptz not null, duration_ms bigint not null);";

const char migrate_own_role[] = "reset session authorization; reset role; ";

static const char read_history[] =
    "select name, checksum, to_char(applied_at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), "
    "duration_ms from public.devkit_migrations";

static int compare_applied(const void *left, const void *right) {
    const migrate_applied *a = left;
    const migrate_applied *b = right;
    int order = dk_natural_compare(a->name, b->name);
    return order ? order : strcmp(a->name, b->name);
}

bool migrate_history_read(pg_connection *connection, const char *prologue, migrate_history *history,
                          dk_error *error) {
    *history = (migrate_history)MIGRATE_HISTORY_INIT;
    PG_AUTO_RESULT pg_result *table = NULL;
    PG_AUTO_RESULT pg_result *rows = NULL;
    DK_AUTOFREE char *question =
        dk_format("%s select pg_catalog.to_regclass('public.devkit_migrations') is not null", prologue);
    if (!pg_run(connection, question, &table, error))
        return false;
    history->has_table = pg_bool(table, 0, 0);
    if (!history->has_table)
        return true;
    if (!pg_run(connection, read_history, &rows, error))
        return false;
    history->items = dk_alloc_array(pg_rows(rows) + 1, sizeof(*history->items));
    history->count = pg_rows(rows);
    for (size_t row = 0; row < history->count; row++)
        history->items[row] = (migrate_applied){.name = dk_strdup(pg_value(rows, row, 0)),
                                                .checksum = dk_strdup(pg_value(rows, row, 1)),
                                                .applied_at = dk_strdup(pg_value(rows, row, 2)),
                                                .duration_ms = pg_int(rows, row, 3)};
    qsort(history->items, history->count, sizeof(*history->items), compare_applied);
    return true;
}

const migrate_applied *migrate_history_find(const migrate_history *history, const char *name) {
    if (history->count == 0)
        return NULL;
    migrate_applied wanted = {.name = (char *)name};
    return bsearch(&wanted, history->items, history->count, sizeof(*history->items), compare_applied);
}

void migrate_history_release(migrate_history *history) {
    for (size_t i = 0; i < history->count; i++) {
        free(history->items[i].name);
        free(history->items[i].checksum);
        free(history->items[i].applied_at);
    }
    free(history->items);
    *history = (migrate_history)MIGRATE_HISTORY_INIT;
}

void migrate_history_record(dk_buf *sql, const char *name, const char *checksum, int64_t duration_ms) {
    dk_buf_add(sql,
               "insert into public.devkit_migrations (name, checksum, applied_at, duration_ms) values (");
    pg_quote_literal(sql, name);
    dk_buf_add(sql, ", ");
    pg_quote_literal(sql, checksum);
    dk_buf_add(sql, ", pg_catalog.clock_timestamp(), ");
    if (duration_ms >= 0)
        dk_buf_addf(sql, "%lld", (long long)duration_ms);
    else
        dk_buf_add(sql,
                   "(extract(epoch from pg_catalog.clock_timestamp() - pg_catalog.now()) * 1000)::bigint");
    dk_buf_add(sql, ") on conflict (name) do update set checksum = excluded.checksum;");
}

void migrate_history_forget(dk_buf *sql, const char *name) {
    dk_buf_add(sql, "delete from public.devkit_migrations where name = ");
    pg_quote_literal(sql, name);
    dk_buf_add(sql, ";");
}

static int compare_entries(const void *left, const void *right) {
    const migrate_entry *a = left;
    const migrate_entry *b = right;
    int order = dk_natural_compare(a->name, b->name);
    return order ? order : strcmp(a->name, b->name);
}

/* Applied, or edited since. */
static bool compare_content(const migrate_tool *tool, migrate_entry *entry, dk_error *error) {
    DK_AUTO_BUF dk_buf content = DK_BUF_INIT;
    char checksum[HASH_HEX];
    if (!migrate_file_read(tool, entry->file, &content, checksum, error))
        return false;
    if (!dk_streq(checksum, entry->applied->checksum))
        entry->state = MIGRATE_EDITED;
    return true;
}

bool migrate_entries_match(const migrate_tool *tool, const migrate_files *files,
                           const migrate_history *history, bool check, migrate_entries *entries,
                           dk_error *error) {
    *entries = (migrate_entries)MIGRATE_ENTRIES_INIT;
    entries->items = dk_alloc_array(files->count + history->count + 1, sizeof(*entries->items));
    for (size_t i = 0; i < files->count; i++) {
        const migrate_file *file = &files->items[i];
        const migrate_applied *applied = migrate_history_find(history, file->name);
        migrate_entry *entry = &entries->items[entries->count++];
        *entry = (migrate_entry){.state = applied ? MIGRATE_APPLIED : MIGRATE_PENDING,
                                 .name = file->name,
                                 .file = file,
                                 .applied = applied};
        if (applied && check && !compare_content(tool, entry, error)) {
            migrate_entries_release(entries);
            return false;
        }
    }
    for (size_t i = 0; i < history->count; i++) {
        const migrate_applied *applied = &history->items[i];
        if (!migrate_files_find(files, applied->name))
            entries->items[entries->count++] =
                (migrate_entry){.state = MIGRATE_UNKNOWN, .name = applied->name, .applied = applied};
    }
    qsort(entries->items, entries->count, sizeof(*entries->items), compare_entries);
    return true;
}

size_t migrate_entries_count(const migrate_entries *entries, migrate_state state) {
    size_t count = 0;
    for (size_t i = 0; i < entries->count; i++)
        count += entries->items[i].state == state;
    return count;
}

const char *migrate_state_name(migrate_state state) {
    static const char *const names[] = {"pending", "applied", "edited", "unknown"};
    return names[state];
}

void migrate_entries_release(migrate_entries *entries) {
    free(entries->items);
    *entries = (migrate_entries)MIGRATE_ENTRIES_INIT;
}

/* `devkit snapshot list`: all kinds under one heading, newest first. */
#include "snapshot.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static bool parse_time(const char *text, int64_t *seconds) {
    struct tm parts = {0};
    if (!text || !strptime(text, "%Y-%m-%dT%H:%M:%S", &parts))
        return false;
    *seconds = (int64_t)timegm(&parts);
    return true;
}

char *snapshot_age(const char *created_at, int64_t now) {
    static const struct {
        int64_t seconds; /* a unit */
        int64_t below;   /* shown in it up to so many */
        const char *unit;
    } units[] = {{1, 60, "s"}, {60, 60, "min"}, {3600, 48, "h"}, {86400, INT64_MAX, "days"}};
    int64_t then = 0;
    if (!parse_time(created_at, &then))
        return dk_strdup("");
    int64_t age = now > then ? now - then : 0;
    size_t i = 0;
    while (age / units[i].seconds >= units[i].below)
        i++;
    return dk_format("%lld %s", (long long)(age / units[i].seconds), units[i].unit);
}

/* "at 0042, 2 pending": what the migration tool said then. */
static char *describe_migration(const json_t *entry) {
    const json_t *migration = json_object_get(entry, "migration");
    const json_t *current = json_object_get(migration, "current");
    const char *newest = json_string_value(json_array_get(current, json_array_size(current) - 1));
    size_t pending = json_array_size(json_object_get(migration, "pending"));
    if (!newest)
        return dk_strdup("");
    return pending ? dk_format("%s, %zu pending", newest, pending) : dk_strdup(newest);
}

static void add_row(dk_table *table, const json_t *entry) {
    char size[DK_FORMATTED] = "";
    const json_t *bytes = json_object_get(entry, "size_bytes");
    if (json_is_integer(bytes))
        dk_format_size(json_integer_value(bytes), size);
    DK_AUTOFREE char *age = snapshot_age(dk_json_string(entry, "created_at", NULL), dk_unix_time());
    DK_AUTOFREE char *migration = describe_migration(entry);
    const char *why = dk_json_string(entry, "why_not", NULL);
    const char *const cells[] = {dk_json_string(entry, "name", ""),
                                 dk_json_string(entry, "kind", ""),
                                 age,
                                 size,
                                 dk_json_string(entry, "server_version", ""),
                                 migration,
                                 why ? why : "yes",
                                 dk_json_string(entry, "note", "")};
    dk_table_row(table, cells);
}

static void print_list(dk_context *context, const json_t *entries) {
    static const char *const headings[] = {"NAME",   "KIND",      "AGE",        "SIZE",
                                           "SERVER", "MIGRATION", "RESTORABLE", "NOTE"};
    dk_table *table = dk_table_new(headings, DK_COUNT(headings));
    size_t index;
    json_t *entry;
    dk_table_align_right(table, 2);
    dk_table_align_right(table, 3);
    json_array_foreach((json_t *)entries, index, entry) add_row(table, entry);
    dk_table_print(table, context);
    dk_table_free(table);
}

bool snapshot_list_run(dk_context *context, const void *values, dk_error *error) {
    const snapshot_list_values *given = values;
    SNAPSHOT_AUTO_STORES snapshot_stores stores = SNAPSHOT_STORES_INIT;
    DK_AUTO_JSON json_t *entries = snapshot_stores_open(context, given->kind, &stores, error)
                                       ? snapshot_entries(context, &stores, error)
                                       : NULL;
    if (!entries)
        return false;
    json_object_set(dk_result(context), "snapshots", entries);
    if (json_array_size(entries) > 0)
        print_list(context, entries);
    else
        dk_print(context, "No snapshots yet: `devkit snapshot save` makes one.\n");
    return true;
}

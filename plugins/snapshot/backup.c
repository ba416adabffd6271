/* `devkit backup`: a snapshot that outlives the server, under a name that says what it is for. */
#include "snapshot.h"

#include <string.h>
#include <time.h>

#define BASE_SIZE 64

static void base_name(char *base) {
    struct tm parts;
    time_t now = (time_t)dk_unix_time();
    strftime(base, BASE_SIZE, "backup-before-migration-%Y-%m-%d", localtime_r(&now, &parts));
}

static bool prune_older(dk_context *context, int64_t keep, dk_error *error) {
    SNAPSHOT_AUTO_STORES snapshot_stores stores = SNAPSHOT_STORES_INIT;
    DK_AUTO_STRV dk_strv removed = DK_STRV_INIT;
    json_t *list = json_array();
    json_object_set_new(dk_result(context), "removed", list);
    if (keep == 0)
        return true;
    if (!snapshot_stores_open(context, NULL, &stores, error) ||
        !snapshot_prune(context, &stores, SNAPSHOT_BACKUP, keep, false, &removed, error))
        return false;
    for (size_t i = 0; i < removed.count; i++) {
        json_array_append_new(list, json_string(removed.items[i]));
        dk_print(context, "removed %s\n", removed.items[i]);
    }
    return true;
}

bool snapshot_backup_run(dk_context *context, const void *values, dk_error *error) {
    const snapshot_backup_values *given = values;
    char base[BASE_SIZE];
    char size[DK_FORMATTED];
    DK_AUTO_JSON json_t *entry = NULL;
    base_name(base);
    if (given->keep < 0)
        return dk_fail(error, DK_ERROR_USAGE, "option-invalid", "--keep takes a number from 1 on");
    snapshot_wish wish = {.name = given->name,
                          .kind = "auto",
                          .note = given->note,
                          .purpose = SNAPSHOT_BACKUP,
                          .flags = DK_SNAPSHOT_DURABLE,
                          .base = base};
    if (!snapshot_make(context, &wish, &entry, error))
        return false;
    json_object_update(dk_result(context), entry);
    dk_format_size(dk_json_int(entry, "size_bytes", 0), size);
    dk_print(context, "%s: saved as %s, %s\n", dk_json_string(entry, "name", ""),
             dk_json_string(entry, "kind", ""), size);
    return prune_older(context, given->keep, error);
}

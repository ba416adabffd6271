/* Names of snapshots: free text, within reason. */
#include "snapshot.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

bool snapshot_name_check(const char *name, dk_error *error) {
    size_t length = strlen(name);
    DK_AUTO_JSON json_t *text = json_string(name); /* NULL unless it is UTF-8 */
    const char *why = length == 0                                 ? "it is empty"
                      : length > DK_SNAPSHOT_NAME_MAX             ? "it is too long"
                      : name[0] == ' ' || name[length - 1] == ' ' ? "it begins or ends with a space"
                      : !text                                     ? "it is not UTF-8"
                                                                  : NULL;
    for (const char *next = name; !why && *next; next++)
        if ((unsigned char)*next < ' ' || *next == 127)
            why = "it has a control character";
    if (!why)
        return true;
    dk_fail(error, DK_ERROR_USAGE, "name-invalid", "that can't be a snapshot's name");
    dk_error_detail(error, "%s", why);
    return dk_error_hint(error, "any text of up to %d bytes will do", DK_SNAPSHOT_NAME_MAX);
}

char *snapshot_name_default(void) {
    char moment[32];
    char random[5];
    struct tm parts;
    time_t now = (time_t)dk_unix_time();
    strftime(moment, sizeof moment, "%Y-%m-%d-%H%M%S", localtime_r(&now, &parts));
    dk_random_hex(random, sizeof random - 1);
    return dk_format("%s-%s", moment, random);
}

static bool is_taken(const char *name, const json_t *entries) {
    size_t index;
    json_t *entry;
    json_array_foreach((json_t *)entries, index, entry) {
        if (dk_streq(dk_json_string(entry, "name", NULL), name))
            return true;
    }
    return false;
}

char *snapshot_name_free(const char *base, const json_t *entries) {
    char *name = dk_strdup(base);
    for (unsigned number = 2; is_taken(name, entries); number++) {
        free(name);
        name = dk_format("%s-%u", base, number);
    }
    return name;
}

/* The JSON comment that every database of devkit's carries, and the marker that protects a live one.
 *
 * {"devkit":1, "kind":"template", "live":"app", "created_at":"…", …}; what else stands in it depends on the
 * kind and is written where the kind is made. The live database's comment is the user's own and is never
 * touched, but for the marker that `devkit protect` adds to it. */
#include "engine.h"

#include <stdlib.h>
#include <string.h>

#define NOTE_FORMAT 1
static const char marker[] = "[devkit:protected]";

json_t *engine_note_new(engine_kind kind, const char *live) {
    char now[24];
    dk_format_time(dk_unix_time(), now);
    json_t *note = json_object();
    dk_json_set_int(note, "devkit", NOTE_FORMAT);
    dk_json_set_string(note, "kind", engine_kind_word(kind));
    dk_json_set_string(note, "live", live);
    dk_json_set_string(note, "created_at", now);
    return note;
}

json_t *engine_note_parse(const char *comment) {
    if (!comment || comment[0] != '{')
        return NULL;
    json_t *note = json_loads(comment, 0, NULL);
    if (note && dk_json_int(note, "devkit", 0) == NOTE_FORMAT)
        return note;
    json_decref(note);
    return NULL;
}

void engine_comment_sql(dk_buf *sql, const char *database, const char *comment) {
    dk_buf_add(sql, "COMMENT ON DATABASE ");
    pg_quote_identifier(sql, database);
    dk_buf_add(sql, " IS ");
    pg_quote_literal(sql, comment);
    dk_buf_add(sql, ";");
}

void engine_note_sql(dk_buf *sql, const char *database, const json_t *note) {
    char *text = json_dumps(note, JSON_COMPACT);
    engine_comment_sql(sql, database, text);
    free(text);
}

bool engine_comment_is_protected(const char *comment) {
    return comment && strstr(comment, marker);
}

char *engine_comment_protect(const char *comment, bool protected_) {
    if (engine_comment_is_protected(comment) == protected_)
        return dk_strdup(comment);
    if (protected_)
        return comment && *comment ? dk_format("%s %s", comment, marker) : dk_strdup(marker);
    const char *found = strstr(comment, marker);
    dk_buf rest = DK_BUF_INIT;
    dk_buf_append(&rest, comment, (size_t)(found - comment));
    dk_buf_trim_end(&rest);
    dk_buf_add(&rest, found + strlen(marker));
    if (rest.length > 0)
        return dk_buf_detach(&rest);
    dk_buf_release(&rest);
    return NULL;
}

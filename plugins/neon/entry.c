/* A snapshot is a branch whose annotation says so: names can be anybody's, annotations are devkit's. What the
 * user called it and what was known then is there, too. */
#include "neon.h"

#include <string.h>

#define MIGRATION_MAX 1000 /* bytes of an annotation's value; longer ones keep what is current */

/* What is kept as it is given, by its key in the entry. */
static const char *const texts[] = {"name",           "note",       "purpose",   "database",
                                    "server_version", "git_commit", "git_branch"};
#define PREFIX "devkit_"
#define OF_BRANCH PREFIX "branch"
#define MIGRATION PREFIX "migration"

static void mark(json_t *marks, const char *key, const char *value) {
    DK_AUTOFREE char *whole = dk_format(PREFIX "%s", key);
    if (value && *value)
        dk_json_set_string(marks, whole, value);
}

static void mark_migration(json_t *marks, const json_t *migration) {
    DK_AUTOFREE char *text = json_is_object(migration) ? json_dumps(migration, JSON_COMPACT) : NULL;
    DK_AUTO_JSON json_t *brief = text && strlen(text) > MIGRATION_MAX
                                     ? json_pack("{s:O?, s:O?}", "tool", json_object_get(migration, "tool"),
                                                 "current", json_object_get(migration, "current"))
                                     : NULL;
    DK_AUTOFREE char *short_text = brief ? json_dumps(brief, JSON_COMPACT) : NULL;
    const char *chosen = short_text ? short_text : text;
    if (chosen && strlen(chosen) <= MIGRATION_MAX)
        dk_json_set_string(marks, MIGRATION, chosen);
}

json_t *neon_entry_marks(const dk_snapshot_request *request, const neon_place *place, const char *database,
                         const char *version) {
    json_t *marks = json_object();
    dk_json_set_string(marks, NEON_MARK, NEON_MARK_SNAPSHOT);
    dk_json_set_string(marks, OF_BRANCH, place->branch);
    mark(marks, "name", request->name);
    mark(marks, "note", request->note);
    mark(marks, "purpose", request->purpose);
    mark(marks, "database", database);
    mark(marks, "server_version", version);
    mark(marks, "git_commit", dk_json_string(request->facts, "git_commit", NULL));
    mark(marks, "git_branch", dk_json_string(request->facts, "git_branch", NULL));
    mark_migration(marks, json_object_get(request->facts, "migration"));
    return marks;
}

static bool is_kept(const json_t *kept, const char *own, const json_t *branch) {
    for (size_t i = 0; i < json_array_size(kept); i++) {
        const json_t *one = json_array_get(kept, i);
        if (dk_streq(dk_json_string(one, "name", ""), dk_json_string(branch, "name", NULL)) &&
            dk_streq(dk_json_string(one, "branch", ""), own))
            return true;
    }
    return false;
}

/* After a restore the database's branch hangs on the snapshot, and older ones on what was kept. */
static char *why_kept(const neon_session *session, const json_t *branch, bool is_state_before) {
    DK_AUTO_STRV dk_strv children = DK_STRV_INIT;
    neon_branch_children(&session->branches, branch, &children);
    if (!children.count)
        return is_state_before ? dk_strdup("it holds the state before a restore") : NULL;
    DK_AUTOFREE char *names = dk_strv_join(&children, ", ");
    return dk_format("Neon deletes no branch that others hang on: %s", names);
}

static void describe(const neon_session *session, const json_t *branch, bool is_state_before, json_t *entry) {
    const char *state = dk_json_string(branch, "current_state", "ready");
    json_t *size = json_object_get(branch, "logical_size");
    bool ready = strcmp(state, "ready") == 0 || strcmp(state, "archived") == 0;
    DK_AUTOFREE char *why_not = ready ? NULL : dk_format("Neon is not done with it: %s", state);
    DK_AUTOFREE char *kept_because = why_kept(session, branch, is_state_before);
    dk_json_set_string(entry, "kind", "neon");
    dk_json_set_string(entry, "created_at", dk_json_string(branch, "created_at", NULL));
    dk_json_set_string(entry, "branch_id", dk_json_string(branch, "id", NULL));
    dk_json_set_string(entry, "branch_name", dk_json_string(branch, "name", NULL));
    dk_json_set_string(entry, "expires_at", dk_json_string(branch, "expires_at", NULL));
    dk_json_set_bool(entry, "restorable", ready);
    dk_json_set_string(entry, "why_not", why_not);
    dk_json_set_string(entry, "kept_because", kept_because);
    json_object_set_new(entry, "size_bytes", size ? json_incref(size) : json_null());
}

static json_t *new_entry(void) {
    json_t *entry = json_object();
    for (size_t i = 0; i < DK_COUNT(texts); i++)
        json_object_set_new(entry, texts[i], json_null());
    json_object_set_new(entry, "migration", json_null());
    return entry;
}

static json_t *marked_entry(const neon_session *session, const json_t *branch) {
    json_t *entry = new_entry();
    for (size_t i = 0; i < DK_COUNT(texts); i++) {
        DK_AUTOFREE char *key = dk_format(PREFIX "%s", texts[i]);
        dk_json_set_string(entry, texts[i], neon_branch_mark(&session->branches, branch, key));
    }
    const char *migration = neon_branch_mark(&session->branches, branch, MIGRATION);
    json_t *read = migration ? json_loads(migration, 0, NULL) : NULL;
    json_object_set_new(entry, "migration", read ? read : json_null());
    describe(session, branch, false, entry);
    return entry;
}

json_t *neon_entry(const neon_session *session, const json_t *branch, const json_t *kept) {
    const char *own = session->place.branch;
    if (dk_streq(neon_branch_mark(&session->branches, branch, NEON_MARK), NEON_MARK_SNAPSHOT) && own &&
        dk_streq(neon_branch_mark(&session->branches, branch, OF_BRANCH), own))
        return marked_entry(session, branch);
    if (!is_kept(kept, own, branch))
        return NULL;
    json_t *entry = new_entry();
    dk_json_set_string(entry, "name", dk_json_string(branch, "name", NULL));
    dk_json_set_string(entry, "note", "the state before a restore");
    dk_json_set_string(entry, "purpose", "before-restore");
    describe(session, branch, true, entry);
    return entry;
}

json_t *neon_entries(const neon_session *session, dk_context *context) {
    DK_AUTO_JSON json_t *kept = neon_recall_kept(context);
    json_t *entries = json_array();
    for (size_t i = 0; i < json_array_size(session->branches.list); i++) {
        json_t *entry = neon_entry(session, json_array_get(session->branches.list, i), kept);
        if (entry)
            json_array_append_new(entries, entry);
    }
    return entries;
}

const json_t *neon_entry_find(const neon_session *session, dk_context *context, const char *name,
                              dk_error *error) {
    DK_AUTO_JSON json_t *entries = neon_entries(session, context);
    for (size_t i = 0; i < json_array_size(entries); i++) {
        const json_t *entry = json_array_get(entries, i);
        if (dk_streq(dk_json_string(entry, "name", NULL), name))
            return neon_branch_find(&session->branches, dk_json_string(entry, "branch_id", ""), error);
    }
    dk_fail(error, DK_ERROR_FAILED, "no-such-snapshot", "there is no snapshot \"%s\" at Neon", name);
    dk_error_hint(error, "`devkit snapshot list` shows what there is");
    return NULL;
}

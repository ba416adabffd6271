/* Snapshots as branches: children of the database's branch, without a compute, marked as devkit's. */
#include "neon.h"

#include <stdlib.h>
#include <string.h>

enum { BRANCH_SCORE = 90 };
#define BRANCH_PREFIX "devkit/" /* for people who look at Neon's console */

/* False without an error: the database is somewhere else. */
static bool is_at_neon(dk_context *context, dk_error *error, bool *failed) {
    const dk_database *database = dk_database_get(context, error);
    const dk_endpoint_interface *endpoint =
        database ? dk_interface_find(context, "endpoint", "neon", DK_ENDPOINT_VERSION, error) : NULL;
    *failed = !endpoint;
    return endpoint && database->url && endpoint->matches(database->url);
}

bool neon_store_fits(dk_context *context, const dk_snapshot_request *request, int *score, dk_buf *why,
                     dk_error *error) {
    bool failed = false;
    (void)request;
    *score = 0;
    if (!is_at_neon(context, error, &failed)) {
        dk_buf_add(why, "the database is not at Neon");
        return !failed;
    }
    DK_AUTO_ERROR dk_error missing = DK_ERROR_INIT;
    DK_AUTOFREE char *key = neon_key_find(context, &missing);
    if (!key) {
        dk_buf_add(why, missing.message);
        return true;
    }
    *score = BRANCH_SCORE;
    dk_buf_add(why, "a branch of the database's branch at Neon, in seconds");
    return true;
}

/* The branch the database is on has to be known: a snapshot is a child of it. */
static bool open_session(dk_context *context, dk_progress *progress, neon_session *session, dk_error *error) {
    if (!neon_session_open(context, NULL, NEON_OPERATION_MS, session, error))
        return false;
    session->client.progress = progress;
    return neon_choose(&session->branches, &session->place, NULL, error) != NULL;
}

json_t *neon_store_list(dk_context *context, dk_error *error) {
    bool failed = false;
    NEON_AUTO_SESSION neon_session session = {0};
    if (!is_at_neon(context, error, &failed))
        return failed ? NULL : json_array();
    return open_session(context, NULL, &session, error) ? neon_entries(&session, context) : NULL;
}

/* "17": Neon tells the major version. Caller frees; NULL: it could not be found out, which stops nothing. */
static char *server_version(neon_session *session) {
    DK_AUTO_BUF dk_buf path = DK_BUF_INIT;
    DK_AUTO_JSON json_t *answer = NULL;
    neon_path(&path, "/projects/%", session->place.project);
    const neon_call call = {.path = dk_buf_text(&path), .what = "read the project"};
    if (!neon_send(&session->client, &call, &answer, NULL))
        return NULL;
    int64_t version = dk_json_int(json_object_get(answer, "project"), "pg_version", 0);
    return version ? dk_format("%lld", (long long)version) : NULL;
}

/* A branch of that name may be another database's snapshot: then some letters tell them apart. */
static json_t *create(neon_session *session, const char *name, const json_t *marks, dk_error *error) {
    char random[7];
    DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
    DK_AUTOFREE char *first = dk_format(BRANCH_PREFIX "%s", name);
    neon_wish wish = {.name = first, .parent = session->place.branch, .marks = marks};
    json_t *branch = neon_create(&session->client, session->place.project, &wish, &why);
    if (branch || !dk_error_is(&why, "neon-name-taken")) {
        if (!branch)
            dk_error_move(error, &why);
        return branch;
    }
    dk_random_hex(random, sizeof random - 1);
    DK_AUTOFREE char *second = dk_format(BRANCH_PREFIX "%s-%s", name, random);
    wish.name = second;
    return neon_create(&session->client, session->place.project, &wish, error);
}

static bool check_new(const neon_session *session, dk_context *context, const char *name, dk_error *error) {
    const json_t *own = neon_choose(&session->branches, &session->place, NULL, error);
    if (neon_entry_find(session, context, name, NULL))
        return dk_fail(error, DK_ERROR_FAILED, "snapshot-exists",
                       "there is a snapshot \"%s\" at Neon already", name);
    if (!dk_json_string(own, "expires_at", NULL))
        return true;
    dk_fail(error, DK_ERROR_REFUSED, "neon-parent-expires",
            "the branch %s expires, so it can have no children", dk_json_string(own, "name", ""));
    return dk_error_hint(error,
                         "take the expiration away in Neon's console, or `devkit snapshot save --kind dump`");
}

/* The entry as `list` will have it: read back with its annotation and its size. */
static bool read_back(neon_session *session, dk_context *context, const json_t *branch, json_t *entry,
                      dk_error *error) {
    neon_branches_release(&session->branches);
    if (!neon_branches_read(&session->client, session->place.project, NULL, &session->branches, error))
        return false;
    const json_t *found = neon_branch_find(&session->branches, dk_json_string(branch, "id", ""), error);
    DK_AUTO_JSON json_t *kept = neon_recall_kept(context);
    DK_AUTO_JSON json_t *made = found ? neon_entry(session, found, kept) : NULL;
    if (found && !made)
        return dk_fail(error, DK_ERROR_FAILED, "neon-failed",
                       "the branch %s was made, but without devkit's mark",
                       dk_json_string(found, "name", ""));
    return made && json_object_update(entry, made) == 0;
}

bool neon_store_save(dk_context *context, const dk_snapshot_request *request, json_t *entry,
                     dk_error *error) {
    NEON_AUTO_SESSION neon_session session = {0};
    const dk_database *database = dk_database_get(context, error);
    if (!database || !open_session(context, request->progress, &session, error) ||
        !check_new(&session, context, request->name, error))
        return false;
    DK_AUTOFREE char *version = server_version(&session);
    DK_AUTO_JSON json_t *marks =
        neon_entry_marks(request, &session.place, database->url ? database->url->database : NULL, version);
    DK_AUTO_JSON json_t *branch = create(&session, request->name, marks, error);
    return branch && read_back(&session, context, branch, entry, error);
}

bool neon_store_remove(dk_context *context, const char *name, dk_error *error) {
    NEON_AUTO_SESSION neon_session session = {0};
    DK_AUTO_STRV dk_strv children = DK_STRV_INIT;
    if (!open_session(context, NULL, &session, error))
        return false;
    const json_t *branch = neon_entry_find(&session, context, name, error);
    if (!branch)
        return false;
    neon_branch_children(&session.branches, branch, &children);
    if (children.count) {
        DK_AUTOFREE char *names = dk_strv_join(&children, ", ");
        dk_fail(error, DK_ERROR_REFUSED, "neon-has-children", "the snapshot \"%s\" can't be removed", name);
        dk_error_detail(error, "other branches hang on it, and Neon deletes none of those: %s", names);
        return dk_error_hint(error,
                             "after a restore the database's own branch does; another restore frees it");
    }
    if (!neon_remove(&session.client, session.place.project, branch, error))
        return false;
    neon_forget_kept(context, dk_json_string(branch, "name", ""));
    return true;
}

/* Going back to a snapshot, by Neon's own restore: https://neon.com/docs/guides/branch-restore
 *
 * The branch keeps its id and its endpoint, so that the connection string stays; connections drop, and all of
 * its databases are overwritten. What it was becomes a branch of its own, under a name that nobody has; the
 * restored branch becomes a child of the snapshot, and its older children hang on what was kept. */
#include "neon.h"

#include <stdlib.h>
#include <string.h>

#define LOOKS 4
#define LOOK_PAUSE_MS 700
#define ANSWER_MS 120000 /* until the endpoint takes queries again: a compute wakes in 2 to 5 s */

typedef struct restoration {
    dk_context *context;
    neon_session *session;
    const json_t *target, *source;
    char *keep; /* the name of what was */
} restoration;

static char *unique_name(void) {
    char time[32], random[7];
    dk_format_time(dk_unix_time(), time);
    dk_random_hex(random, sizeof random - 1);
    return dk_format("devkit/before-restore-%s-%s", time, random);
}

/* ── the call ── */
/* A restore whose answer got lost has been done when the branch that holds what was is there; it may show up
 * a moment later. */
static bool is_kept(restoration *work) {
    neon_session *session = work->session;
    for (int i = 0; i < LOOKS; i++) {
        NEON_AUTO_BRANCHES neon_branches found = {0};
        if (neon_branches_read(&session->client, session->place.project, work->keep, &found, NULL) &&
            neon_branch_find(&found, work->keep, NULL))
            return true;
        if (!neon_sleep(LOOK_PAUSE_MS, NULL))
            break;
    }
    return false;
}

static bool send_restore(restoration *work, json_t **answer, dk_error *error) {
    DK_AUTO_BUF dk_buf path = DK_BUF_INIT;
    DK_AUTO_JSON json_t *body =
        json_pack("{s:s, s:s}", "source_branch_id", dk_json_string(work->source, "id", ""),
                  "preserve_under_name", work->keep);
    neon_path(&path, "/projects/%/branches/%/restore", work->session->place.project,
              dk_json_string(work->target, "id", ""));
    const neon_call call = {
        .method = "POST", .path = dk_buf_text(&path), .body = body, .what = "restore the branch"};
    return neon_send(&work->session->client, &call, answer, error);
}

/* The name is written down first: killed in the middle, the next run still knows whose that branch is. */
static bool call_restore(restoration *work, dk_error *error) {
    neon_client *client = &work->session->client;
    const char *project = work->session->place.project, *id = dk_json_string(work->target, "id", "");
    DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
    DK_AUTO_JSON json_t *answer = NULL;
    neon_remember_kept(work->context, work->keep, id);
    if (send_restore(work, &answer, &why))
        return neon_operations_wait(client, project, answer, error);
    bool lost = dk_error_is(&why, "neon-answer-lost");
    if (lost && is_kept(work))
        return neon_operations_settle(client, project, id, error);
    if (!lost && why.error_class != DK_ERROR_INTERRUPTED)
        neon_forget_kept(work->context, work->keep);
    dk_error_move(error, &why);
    return false;
}

/* ── what stands in the way ── */
static bool refuse_protected(const restoration *work, dk_error *error) {
    dk_fail(error, DK_ERROR_REFUSED, "neon-protected", "the branch %s is protected at Neon",
            dk_json_string(work->target, "name", ""));
    return dk_error_hint(error,
                         "if that is meant: --force takes the protection away for the time of the restore");
}

static bool set_protected(restoration *work, bool protected_, dk_error *error) {
    DK_AUTO_JSON json_t *value = json_boolean(protected_);
    return neon_change(&work->session->client, work->session->place.project,
                       dk_json_string(work->target, "id", ""), "protected", value, error);
}

/* Neon may refuse an expiring branch as a source, and would let one vanish that others hang on. */
static bool keep_source(restoration *work, dk_snapshot_report *report, dk_error *error) {
    DK_AUTO_JSON json_t *never = json_null();
    if (!dk_json_string(work->source, "expires_at", NULL))
        return true;
    dk_strv_add(&report->notes, "the snapshot no longer expires: the restored branch hangs on it");
    return neon_change(&work->session->client, work->session->place.project,
                       dk_json_string(work->source, "id", ""), "expires_at", never, error);
}

static bool restore_protected(restoration *work, dk_error *error) {
    DK_AUTO_ERROR dk_error again = DK_ERROR_INIT;
    if (!set_protected(work, false, error))
        return false;
    bool restored = call_restore(work, error);
    if (set_protected(work, true, &again))
        return restored;
    dk_warn(work->context, "the branch %s is no longer protected, and can't be protected again: %s",
            dk_json_string(work->target, "name", ""), again.message);
    return restored;
}

/* ── afterwards ── */
static bool answers_again(dk_context *context, dk_error *error) {
    dk_server_status status = DK_SERVER_STATUS_INIT;
    bool changed = false;
    const dk_server_interface *server = dk_server(context, NULL, error);
    bool ready = server && server->up(context, ANSWER_MS, &status, &changed, error);
    dk_server_status_release(&status);
    return ready || dk_error_prefix(error, "the branch is restored, but the database does not answer");
}

static void describe(const restoration *work, dk_snapshot_report *report) {
    const char *name = dk_json_string(work->target, "name", "");
    DK_AUTO_STRV dk_strv children = DK_STRV_INIT;
    neon_branch_children(&work->session->branches, work->target, &children); /* before the restore */
    DK_AUTOFREE char *names = dk_strv_join(&children, ", ");
    report->undo = dk_strdup(work->keep);
    report->undo_command = dk_format("devkit snapshot restore %s", work->keep);
    dk_strv_addf(
        &report->notes,
        "at Neon %s is a child of the snapshot's branch %s now, which can't be deleted while that is so",
        name, dk_json_string(work->source, "name", ""));
    if (children.count)
        dk_strv_addf(&report->notes,
                     "what was made from %s before hangs on %s now, which stays as long as they do: %s", name,
                     work->keep, names);
    dk_strv_addf(&report->notes, "all databases of the branch %s were put back, and its connections dropped",
                 name);
}

static bool perform(restoration *work, unsigned flags, dk_snapshot_report *report, dk_error *error) {
    bool is_protected = dk_json_bool(work->target, "protected", false);
    if (is_protected && !(flags & DK_SNAPSHOT_FORCE))
        return refuse_protected(work, error);
    if (!keep_source(work, report, error))
        return false;
    bool restored = is_protected ? restore_protected(work, error) : call_restore(work, error);
    if (!restored)
        return false;
    describe(work, report);
    return answers_again(work->context, error);
}

bool neon_store_restore(dk_context *context, const dk_snapshot_restore *request, dk_snapshot_report *report,
                        dk_error *error) {
    NEON_AUTO_SESSION neon_session session = {0};
    int64_t started = dk_now_ms();
    if (!neon_session_open(context, NULL, NEON_OPERATION_MS, &session, error))
        return false;
    session.client.progress = request->progress;
    restoration work = {.context = context, .session = &session};
    work.target = neon_choose(&session.branches, &session.place, NULL, error);
    work.source = work.target ? neon_entry_find(&session, context, request->name, error) : NULL;
    if (!work.source)
        return false;
    work.keep = unique_name();
    bool restored = perform(&work, request->flags, report, error);
    report->duration_ms = dk_now_ms() - started;
    free(work.keep);
    return restored;
}

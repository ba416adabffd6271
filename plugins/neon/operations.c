/* What Neon does in the background: every change is a list of operations, done when all of them are over.
 * https://neon.com/docs/manage/operations */
#include "neon.h"

#include <string.h>

#define FIRST_POLL_MS 250
#define LONGEST_POLL_MS 1000
#define RECENT 100

typedef struct operation_status {
    const char *name;
    bool over, failed;
} operation_status;

static const operation_status statuses[] = {
    {"scheduling", false, false}, {"running", false, false}, {"cancelling", false, false},
    {"finished", true, false},    {"skipped", true, false},  {"failed", true, true},
    {"error", true, true},        {"cancelled", true, true},
};

/* A status that came later than this table: it may still change. */
static const operation_status *status_of(const json_t *operation) {
    static const operation_status unknown = {"", false, false};
    const char *name = dk_json_string(operation, "status", "");
    for (size_t i = 0; i < DK_COUNT(statuses); i++)
        if (strcmp(statuses[i].name, name) == 0)
            return &statuses[i];
    return &unknown;
}

bool neon_operation_is_over(const json_t *operation) {
    return status_of(operation)->over;
}

static bool fail_operation(const json_t *operation, dk_error *error) {
    const char *reason = dk_json_string(operation, "error", "");
    const char *again = dk_json_string(operation, "retry_at", NULL);
    dk_fail(error, DK_ERROR_FAILED, "neon-operation-failed", "Neon's operation %s ended as \"%s\"",
            dk_json_string(operation, "action", "?"), dk_json_string(operation, "status", "?"));
    dk_error_detail(error, "%s%s%s", *reason ? reason : "it gives no reason",
                    again ? "; Neon tries it again at " : "", again ? again : "");
    return dk_error_hint(error, "`devkit neon operations` shows what became of it");
}

static bool fail_timeout(const json_t *operation, int64_t timeout_ms, dk_error *error) {
    char time[DK_FORMATTED];
    dk_format_duration(timeout_ms, time);
    dk_fail(error, DK_ERROR_FAILED, "neon-timeout", "Neon's operation %s is not over after %s",
            dk_json_string(operation, "action", "?"), time);
    return dk_error_hint(error, "it goes on by itself: `devkit neon operations --wait`");
}

static bool read_one(neon_client *client, const char *project, const char *id, json_t **answer,
                     dk_error *error) {
    DK_AUTO_BUF dk_buf path = DK_BUF_INIT;
    neon_path(&path, "/projects/%/operations/%", project, id);
    const neon_call call = {.path = dk_buf_text(&path), .what = "see how far Neon is", .young = true};
    return neon_send(client, &call, answer, error);
}

static bool wait_for_one(neon_client *client, const char *project, const json_t *given, int64_t deadline,
                         dk_error *error) {
    DK_AUTO_JSON json_t *answer = json_pack("{s:O}", "operation", (json_t *)(uintptr_t)given);
    for (int64_t pause = FIRST_POLL_MS;; pause = pause * 2 < LONGEST_POLL_MS ? pause * 2 : LONGEST_POLL_MS) {
        const json_t *operation = json_object_get(answer, "operation");
        if (status_of(operation)->failed)
            return fail_operation(operation, error);
        if (status_of(operation)->over)
            return true;
        if (dk_now_ms() >= deadline)
            return fail_timeout(operation, client->patience_ms, error);
        if (!neon_sleep(pause, error))
            return false;
        dk_json_release(&answer);
        if (!read_one(client, project, dk_json_string(given, "id", ""), &answer, error))
            return false;
    }
}

static bool wait_for_list(neon_client *client, const char *project, const json_t *list, dk_error *error) {
    int64_t deadline = dk_now_ms() + client->patience_ms;
    size_t count = json_array_size(list);
    bool fine = true;
    if (!count)
        return true;
    dk_progress *own = client->progress ? NULL : dk_progress_begin(client->context, "neon");
    dk_progress *progress = own ? own : client->progress;
    for (size_t i = 0; fine && i < count; i++) {
        const json_t *operation = json_array_get(list, i);
        dk_progress_update(progress, (int64_t)i, (int64_t)count, dk_json_string(operation, "action", NULL));
        fine = wait_for_one(client, project, operation, deadline, error);
    }
    dk_progress_end(own, fine, fine ? "done" : NULL);
    return fine;
}

bool neon_operations_wait(neon_client *client, const char *project, const json_t *answer, dk_error *error) {
    return wait_for_list(client, project, json_object_get(answer, "operations"), error);
}

/* One page is enough for what is wanted of operations: the newest come first. */
json_t *neon_operations_read(neon_client *client, const char *project, int64_t limit, dk_error *error) {
    DK_AUTO_BUF dk_buf path = DK_BUF_INIT;
    DK_AUTO_JSON json_t *answer = NULL;
    json_t *list = NULL;
    neon_path(&path, "/projects/%/operations", project);
    dk_buf_addf(&path, "?limit=%lld", (long long)limit);
    const neon_call call = {.path = dk_buf_text(&path), .what = "list the operations"};
    if (!neon_send(client, &call, &answer, error) || !http_json_array(answer, "operations", &list, error))
        return NULL;
    return json_incref(list);
}

bool neon_operations_settle(neon_client *client, const char *project, const char *branch, dk_error *error) {
    DK_AUTO_JSON json_t *list = neon_operations_read(client, project, RECENT, error);
    DK_AUTO_JSON json_t *running = json_array();
    if (!list)
        return false;
    for (size_t i = 0; i < json_array_size(list); i++) {
        json_t *operation = json_array_get(list, i);
        bool meant = !branch || dk_streq(dk_json_string(operation, "branch_id", NULL), branch);
        if (meant && !neon_operation_is_over(operation))
            json_array_append(running, operation);
    }
    return wait_for_list(client, project, running, error);
}

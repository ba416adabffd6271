/* What Neon's statuses mean to whoever typed the command. Neon's `code` is often empty, so that words of the
 * message tell one 422 from the other. */
#include "neon.h"

#include <string.h>
#include <strings.h>

typedef struct neon_problem {
    long status;
    const char *word; /* in "CODE: message"; NULL: any */
    dk_error_class error_class;
    const char *code;
    const char *hint;
} neon_problem;

static const neon_problem problems[] = {
    {400, "org_id", DK_ERROR_USAGE, "neon-organisation-needed",
     "name the project in .devkit.toml: [neon] project_id = \"…\""},
    {401, NULL, DK_ERROR_USAGE, "neon-key-rejected",
     "make a new key at https://console.neon.tech/app/settings/api-keys"},
    {403, NULL, DK_ERROR_REFUSED, "neon-forbidden",
     "the key's owner may not do that: ask for a key that may"},
    {404, NULL, DK_ERROR_FAILED, "neon-not-found", "`devkit neon branches` shows what there is"},
    {409, NULL, DK_ERROR_FAILED, "neon-name-taken",
     "choose another name, or `devkit neon delete` that branch"},
    {412, NULL, DK_ERROR_FAILED, "neon-precondition", "wait for `devkit neon operations --wait`, then again"},
    {422, "branches_limit_exceeded", DK_ERROR_FAILED, "neon-branch-limit",
     "`devkit neon branches` shows them all, `devkit neon delete NAME` makes room"},
    {422, "branches limit", DK_ERROR_FAILED, "neon-branch-limit",
     "`devkit neon branches` shows them all, `devkit neon delete NAME` makes room"},
    {422, "protected", DK_ERROR_REFUSED, "neon-protected",
     "take the protection away in Neon's console first, if that is meant"},
    {422, "child", DK_ERROR_REFUSED, "neon-has-children", "delete those first: `devkit neon branches`"},
    {422, "not ready", DK_ERROR_FAILED, "neon-not-ready", "`devkit neon operations --wait`, then again"},
    {422, "limit", DK_ERROR_FAILED, "neon-limit", "that is the plan's: https://neon.com/pricing"},
    {422, NULL, DK_ERROR_FAILED, "neon-refused", NULL},
    {423, NULL, DK_ERROR_FAILED, "neon-busy", "`devkit neon operations --wait`, then again"},
    {429, NULL, DK_ERROR_FAILED, "neon-too-many-requests", "wait a minute, then again"},
    {503, NULL, DK_ERROR_FAILED, "neon-unavailable", "see https://neonstatus.com, and try again later"},
    {0, NULL, DK_ERROR_FAILED, "neon-failed", "see https://neonstatus.com"},
};

static const neon_problem *find(long status, const char *reason) {
    const neon_problem *row = problems;
    while (row->status && (row->status != status || (row->word && !strcasestr(reason, row->word))))
        row++;
    return row;
}

char *neon_reason(const http_response *response) {
    const char *text = dk_buf_text(&response->body);
    DK_AUTO_JSON json_t *body = json_loadb(text, response->body.length, 0, NULL);
    const char *code = dk_json_string(body, "code", "");
    const char *message = dk_json_string(body, "message", "");
    if (json_is_object(body))
        return dk_format("%s%s%s", code, *code && *message ? ": " : "", message);
    if (text[strspn(text, " \t\r\n")] == '<')
        return dk_strdup("a web page came instead of Neon's answer: something on the way to it spoke");
    return dk_strdup("");
}

static bool explain_lost(const neon_call *call, const char *reason, dk_error *why, dk_error *error) {
    long status = why->http_status;
    DK_AUTOFREE char *detail = dk_format("%s%s%s", why->message, *reason || why->detail ? ": " : "",
                                         *reason       ? reason
                                         : why->detail ? why->detail
                                                       : "");
    dk_fail(error, DK_ERROR_FAILED, "neon-answer-lost", "cannot say whether Neon did %s: its answer got lost",
            call->what);
    dk_error_detail(error, "%s", detail);
    if (error)
        error->http_status = status;
    return dk_error_hint(error,
                         "see `devkit neon branches` and `devkit neon operations` before trying again");
}

bool neon_explain(const neon_call *call, neon_verdict verdict, const char *reason, dk_error *why,
                  dk_error *error) {
    if (dk_error_is(why, "interrupted")) {
        dk_error_move(error, why);
        return false;
    }
    if (verdict == NEON_LOST)
        return explain_lost(call, reason, why, error);
    if (!dk_error_is(why, "http-status")) {
        dk_error_move(error, why);
        return dk_error_prefix(error, "cannot %s", call->what);
    }
    const neon_problem *row = find(why->http_status, reason);
    dk_fail(error, row->error_class, row->code, "cannot %s", call->what);
    dk_error_detail(error, "Neon answers with status %ld%s%s", why->http_status, *reason ? ": " : "", reason);
    if (error)
        error->http_status = why->http_status;
    if (row->hint)
        dk_error_hint(error, "%s", row->hint);
    return false;
}

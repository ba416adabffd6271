/* One call of the API, from the request to the answer as JSON. */
#include "neon.h"

#include <stdlib.h>
#include <string.h>

#define CALL_TIMEOUT_MS 60000 /* answers of 12 s were measured */
#define NETWORK_ATTEMPTS 4    /* a machine without a network shall say so soon */
#define YOUNG_ATTEMPTS 8

bool neon_client_open(dk_context *context, neon_client *client, dk_error *error) {
    *client = (neon_client){.context = context, .patience_ms = NEON_PATIENCE_MS};
    client->base = neon_address(context, error);
    DK_AUTOFREE char *key = client->base ? neon_key_find(context, error) : NULL;
    if (!key)
        return false;
    dk_strv_addf(&client->headers, "Authorization: Bearer %s", key);
    dk_strv_add(&client->headers, "Accept: application/json");
    return true;
}

void neon_client_release(neon_client *client) {
    free(client->base);
    dk_strv_release(&client->headers);
    *client = (neon_client){0};
}

void neon_path(dk_buf *path, const char *pattern, ...) {
    va_list words;
    va_start(words, pattern);
    for (const char *at = pattern; *at; at++)
        if (*at == '%')
            http_quote(path, va_arg(words, const char *)); /* NOLINT: it is begun, and tidy does not see it */
        else
            dk_buf_add_char(path, *at);
    va_end(words);
}

/* Answers of 204 have no body. */
static bool read_answer(const http_response *response, json_t **answer, dk_error *why) {
    json_t *read = response->body.length ? http_json(response, why) : json_object();
    if (!read)
        return false;
    if (answer)
        *answer = read;
    else
        json_decref(read);
    return true;
}

static bool exchange(neon_client *client, const neon_call *call, http_response *response, json_t **answer,
                     dk_error *why) {
    DK_AUTO_BUF dk_buf url = DK_BUF_INIT;
    dk_buf_addf(&url, "%s%s", client->base, call->path);
    http_request request = {.context = client->context,
                            .peer = "Neon",
                            .method = call->method,
                            .url = dk_buf_text(&url),
                            .headers = &client->headers,
                            .json = call->body,
                            .timeout_ms = CALL_TIMEOUT_MS,
                            .flags = call->method ? HTTP_ONCE : 0};
    return http_send(&request, response, why) && read_answer(response, answer, why);
}

static bool may_go_on(const neon_call *call, const dk_error *why, int attempt) {
    if (!dk_error_is(why, "http-status"))
        return attempt + 1 < NETWORK_ATTEMPTS;
    return !(why->http_status == 404 && call->young) || attempt + 1 < YOUNG_ATTEMPTS;
}

/* Somebody looks at a terminal that says nothing. */
static void tell(neon_client *client, const dk_error *why, const char *reason) {
    if (!client->told && dk_error_is(why, "http-status") && why->http_status != 404)
        dk_note(client->context, "Neon says \"not now\" (%ld%s%s); trying again", why->http_status,
                *reason ? ", " : "", reason);
    client->told = true;
}

bool neon_send(neon_client *client, const neon_call *call, json_t **answer, dk_error *error) {
    int64_t deadline = dk_now_ms() + client->patience_ms;
    for (int attempt = 0;; attempt++) {
        HTTP_AUTO_RESPONSE http_response response = HTTP_RESPONSE_INIT;
        DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
        if (exchange(client, call, &response, answer, &why))
            return true;
        DK_AUTOFREE char *reason = neon_reason(&response);
        neon_verdict verdict = neon_judge(call, &why, reason);
        int64_t pause = neon_pause(attempt, http_retry_after(&response));
        if (verdict != NEON_AGAIN || !may_go_on(call, &why, attempt) || dk_now_ms() + pause > deadline)
            return neon_explain(call, verdict, reason, &why, error);
        tell(client, &why, reason);
        if (!neon_sleep(pause, error))
            return false;
    }
}

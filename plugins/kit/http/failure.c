/* What went wrong, in words of ours: libcurl's own are only ever the detail. */
#include "http_internal.h"

#include <errno.h>
#include <string.h>

#define PLAIN_MAX 300 /* characters; what is longer is a page, not a reason */

void http_describe_peer(const http_request *request, dk_buf *text) {
    if (request->peer)
        dk_buf_add(text, request->peer);
    if (request->unix_socket) {
        dk_buf_addf(text, "%s%s", request->peer ? " at " : "", request->unix_socket);
        return;
    }
    const char *scheme = strstr(request->url, "://");
    const char *host = scheme ? scheme + 3 : request->url;
    size_t length = strcspn(host, "/?#");
    /* What stands before the last '@' may be a password with an '@' in it. */
    for (const char *at; (at = memchr(host, '@', length)); host = at + 1)
        length -= (size_t)(at + 1 - host);
    dk_buf_addf(text, "%s%.*s", request->peer ? " at " : "", (int)length, host);
}

typedef struct http_cause {
    CURLcode code;
    const char *error_code;
    const char *message; /* %s: the other side */
    const char *hint;    /* or NULL */
} http_cause;

#define UNREACHABLE "http-unreachable", "cannot reach %s"
#define CLOSED "http-closed", "%s ended the connection in the middle of its answer"
#define GARBAGE "http-invalid", "%s does not answer as an HTTP server does"
#define UNTRUSTED "http-tls", "%s can't be trusted: its certificate or the encryption failed"

static const http_cause causes[] = {
    {CURLE_COULDNT_RESOLVE_HOST, UNREACHABLE, "look at the name, and whether this machine is online"},
    {CURLE_COULDNT_RESOLVE_PROXY, UNREACHABLE, "look at the proxy in HTTPS_PROXY or HTTP_PROXY"},
    {CURLE_COULDNT_CONNECT, UNREACHABLE, NULL},
    {CURLE_OPERATION_TIMEDOUT, "http-timeout", "%s gave no answer in time", NULL},
    {CURLE_GOT_NOTHING, CLOSED, NULL},
    {CURLE_PARTIAL_FILE, CLOSED, NULL},
    {CURLE_RECV_ERROR, CLOSED, NULL},
    {CURLE_SEND_ERROR, CLOSED, NULL},
    {CURLE_WEIRD_SERVER_REPLY, GARBAGE, NULL},
    {CURLE_UNSUPPORTED_PROTOCOL, GARBAGE, NULL},
    {CURLE_BAD_CONTENT_ENCODING, GARBAGE, NULL},
    {CURLE_HTTP2, GARBAGE, NULL},
    {CURLE_HTTP2_STREAM, GARBAGE, NULL},
    {CURLE_TOO_MANY_REDIRECTS, "http-invalid", "%s sends us around in circles", NULL},
    {CURLE_URL_MALFORMAT, "http-invalid", "the address of %s is not a URL", NULL},
    {CURLE_PEER_FAILED_VERIFICATION, UNTRUSTED, NULL},
    {CURLE_SSL_CONNECT_ERROR, UNTRUSTED, NULL},
    {CURLE_SSL_CERTPROBLEM, UNTRUSTED, "look at the certificate and key that are configured for it"},
    {CURLE_SSL_CACERT_BADFILE, UNTRUSTED, "look at the file of certificates that is configured for it"},
};

static const http_cause *find_cause(CURLcode code) {
    static const http_cause unknown = {CURLE_OK, "http-failed", "the exchange with %s failed", NULL};
    for (size_t i = 0; i < DK_COUNT(causes); i++)
        if (causes[i].code == code)
            return &causes[i];
    return &unknown;
}

static const char *explain_errno(long number) {
    switch (number) {
    case ENOENT:
        return "there is no such socket";
    case ECONNREFUSED:
        return "nobody listens there";
    case EACCES:
    case EPERM:
        return "permission denied";
    default:
        return number ? strerror((int)number) : NULL;
    }
}

bool http_fail(const http_request *request, const http_outcome *outcome, dk_error *error) {
    DK_AUTO_BUF dk_buf peer = DK_BUF_INIT;
    http_describe_peer(request, &peer);
    const char *name = dk_buf_text(&peer);
    if (outcome->too_large)
        return dk_fail(error, DK_ERROR_FAILED, "http-too-large", "%s answers with more than is sensible",
                       name);
    if (outcome->idle)
        return dk_fail(error, DK_ERROR_FAILED, "http-timeout", "%s went silent in the middle of its answer",
                       name);
    const http_cause *cause = find_cause(outcome->code);
    const char *percent = strstr(cause->message, "%s");
    DK_AUTOFREE char *message =
        dk_format("%.*s%s%s", (int)(percent - cause->message), cause->message, name, percent + 2);
    dk_fail(error, DK_ERROR_FAILED, cause->error_code, "%s", message);
    const char *why = outcome->code == CURLE_COULDNT_CONNECT ? explain_errno(outcome->os_errno) : NULL;
    if (why)
        dk_error_detail(error, "%s", why);
    else if (outcome->code != CURLE_GOT_NOTHING)
        dk_error_detail(error, "%s", *outcome->said ? outcome->said : curl_easy_strerror(outcome->code));
    if (cause->hint)
        dk_error_hint(error, "%s", cause->hint);
    return false;
}

/* The first line of a body that is said to be plain text; caller frees. */
static char *plain_reason(const http_response *response) {
    const char *type = http_header(response, "Content-Type"), *text = dk_buf_text(&response->body);
    size_t length = strcspn(text, "\r\n");
    bool plain = type && dk_starts_with(type, "text/plain") && length && length <= PLAIN_MAX;
    return plain ? dk_strndup(text, length) : NULL;
}

/* What the body says of it: {"message": …} (Docker, Neon, GitHub), {"error": …}, {"error": {"message": …}},
 * or a line of text.
 */
static void add_reason(const http_response *response, dk_error *error) {
    DK_AUTO_JSON json_t *body = json_loadb(dk_buf_text(&response->body), response->body.length, 0, NULL);
    const json_t *inner = json_object_get(body, "error");
    const char *reason = dk_json_string(
        body, "message", dk_json_string(body, "error", dk_json_string(inner, "message", NULL)));
    DK_AUTOFREE char *plain = reason ? NULL : plain_reason(response);
    if ((reason && *reason) || plain)
        dk_error_detail(error, "%s", plain ? plain : reason);
}

bool http_fail_status(const http_request *request, const http_response *response, dk_error *error) {
    DK_AUTO_BUF dk_buf peer = DK_BUF_INIT;
    http_describe_peer(request, &peer);
    dk_fail(error, DK_ERROR_FAILED, "http-status", "%s answers with status %ld", dk_buf_text(&peer),
            response->status);
    if (error)
        error->http_status = response->status;
    add_reason(response, error);
    return false;
}

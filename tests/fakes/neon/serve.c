/* HTTP, by libmicrohttpd: a thread a connection, and one lock around everything that is known. */
#include "fake.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void fake_answer(fake_request *request, unsigned status, json_t *answer) {
    json_decref(request->answer);
    request->status = status;
    request->answer = answer;
}

void fake_fail(fake_request *request, unsigned status, const char *code, const char *message) {
    char id[33];
    dk_random_hex(id, 32);
    fake_answer(request, status,
                json_pack("{s:s, s:s, s:s}", "request_id", id, "code", code, "message", message));
}

const char *fake_query(const fake_request *request, const char *name) {
    return dk_json_string(request->query, name, NULL);
}

static enum MHD_Result add_argument(void *data, enum MHD_ValueKind kind, const char *key, const char *value) {
    (void)kind;
    dk_json_set_string(data, key, value);
    return MHD_YES;
}

static void note(const fake_request *request) {
    json_t *entry = json_object();
    dk_json_set_string(entry, "method", request->method);
    dk_json_set_string(entry, "path", request->path);
    json_object_set_new(entry, "query", json_deep_copy(request->query));
    json_object_set_new(entry, "body", request->body ? json_deep_copy(request->body) : json_null());
    json_array_append_new(fake.log, entry);
}

/* The test itself looks at what there is: no rule spoils that, and no log tells of it. */
static bool is_quiet(struct MHD_Connection *connection) {
    return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "X-Quiet") != NULL;
}

static bool is_known(struct MHD_Connection *connection) {
    const char *given = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Authorization");
    DK_AUTOFREE char *right = dk_format("Bearer %s", fake_options_given.key);
    return dk_streq(given, right);
}

/* "per_second": more requests than that within one second are too many. */
static bool is_too_fast(void) {
    static int64_t second, count;
    int64_t now = dk_unix_time(), limit = fake_setting("per_second", 0);
    count = now == second ? count + 1 : 1;
    second = now;
    return limit > 0 && count > limit;
}

/* Under the lock. `rule` may spoil what is answered, or be NULL. */
static void handle(fake_request *request, struct MHD_Connection *connection, const json_t *rule) {
    if (fake_control(request))
        return;
    if (!is_quiet(connection))
        note(request);
    bool spoiled = rule && dk_json_int(rule, "status", 0);
    if (spoiled && !dk_json_bool(rule, "act", false))
        return;
    if (!is_known(connection))
        fake_fail(request, 401, "", "authentication failed, token is either invalid or expired");
    else if (is_too_fast())
        fake_fail(request, 429, "", "rate limit exceeded");
    else
        fake_route_request(request);
}

static void add_headers(struct MHD_Response *response, const json_t *headers) {
    const char *key = NULL;
    json_t *value = NULL;
    json_object_foreach((json_t *)(uintptr_t)headers, key, value)
        MHD_add_response_header(response, key, json_string_value(value));
}

static enum MHD_Result send_answer(struct MHD_Connection *connection, const fake_request *request,
                                   json_t *rule) {
    const char *spoiled = rule && dk_json_int(rule, "status", 0) ? dk_json_string(rule, "body", "") : NULL;
    unsigned status = spoiled ? (unsigned)dk_json_int(rule, "status", 0) : request->status;
    DK_AUTOFREE char *made = request->answer ? json_dumps(request->answer, 0) : dk_strdup("");
    const char *body = spoiled ? spoiled : made;
    struct MHD_Response *response =
        MHD_create_response_from_buffer(strlen(body), (void *)(uintptr_t)body, MHD_RESPMEM_MUST_COPY);
    if (*body)
        MHD_add_response_header(response, "Content-Type", *body == '<' ? "text/html" : "application/json");
    if (!spoiled && status == 429)
        MHD_add_response_header(response, "Retry-After", "1");
    if (rule)
        add_headers(response, json_object_get(rule, "headers"));
    enum MHD_Result queued = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return queued;
}

static enum MHD_Result answer_request(struct MHD_Connection *connection, const char *url, const char *method,
                                      const dk_buf *body) {
    DK_AUTO_JSON json_t *query = json_object();
    DK_AUTO_JSON json_t *parsed = json_loadb(dk_buf_text(body), body->length, 0, NULL);
    fake_request request = {.method = method, .path = url, .query = query, .body = parsed};
    MHD_get_connection_values(connection, MHD_GET_ARGUMENT_KIND, add_argument, query);
    pthread_mutex_lock(&fake.lock);
    DK_AUTO_JSON json_t *rule = dk_starts_with(url, "/_fake/") || is_quiet(connection)
                                    ? NULL
                                    : json_deep_copy(fake_rule_for(method, url));
    int64_t delay = dk_json_int(rule, "delay_ms", 0);
    handle(&request, connection, rule);
    DK_AUTO_JSON json_t *answer = request.answer ? json_deep_copy(request.answer) : NULL;
    json_decref(request.answer);
    request.answer = answer;
    pthread_mutex_unlock(&fake.lock);
    if (delay)
        usleep((useconds_t)(delay * 1000));
    if (dk_json_bool(rule, "lost", false))
        return MHD_NO;
    return send_answer(connection, &request, rule);
}

static enum MHD_Result on_request(void *data, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_size, void **state) {
    (void)data;
    (void)version;
    dk_buf *body = *state;
    if (!body) {
        *state = dk_alloc(sizeof *body);
        return MHD_YES;
    }
    if (*upload_size) {
        dk_buf_append(body, upload, *upload_size);
        *upload_size = 0;
        return MHD_YES;
    }
    return answer_request(connection, url, method, body);
}

static void on_end(void *data, struct MHD_Connection *connection, void **state,
                   enum MHD_RequestTerminationCode why) {
    (void)data;
    (void)connection;
    (void)why;
    if (*state)
        dk_buf_release(*state);
    free(*state);
    *state = NULL;
}

bool fake_serve_start(int port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION | MHD_USE_POLL, 0,
                            NULL, NULL, on_request, NULL, MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&address,
                            MHD_OPTION_NOTIFY_COMPLETED, on_end, NULL, MHD_OPTION_END) != NULL;
}

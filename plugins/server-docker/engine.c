/* Speaking to the engine: one version for both sides, one way to ask. */
#include "docker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define API_MINOR_MAX 47 /* what we were written for; an older engine (1.41: Debian 12) does as well */
#define API_MINOR_MIN 30
#define PING_TIMEOUT_MS 10000
#define STALL_MS 60000 /* an engine that hangs */

bool docker_negotiate(const char *theirs, char *api, size_t size) {
    int major = 0, minor = 0;
    if (!theirs || sscanf(theirs, "%d.%d", &major, &minor) != 2 || major != 1 || minor < API_MINOR_MIN)
        return false;
    snprintf(api, size, "1.%d", minor < API_MINOR_MAX ? minor : API_MINOR_MAX);
    return true;
}

void docker_request(const docker_engine *engine, const char *path, dk_buf *url, http_request *request) {
    const docker_endpoint *endpoint = &engine->endpoint;
    dk_buf_addf(url, "%s%s", engine->base ? engine->base : endpoint->base, path);
    *request = (http_request){.context = engine->context,
                              .peer = "the Docker engine",
                              .url = dk_buf_text(url),
                              .unix_socket = endpoint->unix_socket,
                              .timeout_ms = STALL_MS,
                              .ca_file = endpoint->ca_file,
                              .certificate_file = endpoint->certificate_file,
                              .key_file = endpoint->key_file};
}

static bool fail_version(const docker_engine *engine, const char *theirs, dk_error *error) {
    const docker_endpoint *endpoint = &engine->endpoint;
    dk_fail(error, DK_ERROR_FAILED, "docker-version", "%s does not speak Docker's API as devkit knows it",
            endpoint->unix_socket ? endpoint->unix_socket : endpoint->base);
    if (theirs)
        dk_error_detail(error, "it offers version %s, devkit needs 1.%d or newer", theirs, API_MINOR_MIN);
    else
        dk_error_detail(error, "its answer names no version (no Api-Version header)");
    return dk_error_hint(error,
                         theirs ? "update Docker or Podman" : "is DOCKER_HOST really a Docker engine?");
}

static bool ping(docker_engine *engine, dk_error *error) {
    DK_AUTO_BUF dk_buf url = DK_BUF_INIT;
    HTTP_AUTO_RESPONSE http_response response = HTTP_RESPONSE_INIT;
    http_request request;
    docker_request(engine, "/_ping", &url, &request);
    request.timeout_ms = PING_TIMEOUT_MS;
    if (!http_send(&request, &response, error))
        return docker_explain("the Docker engine does not answer", error);
    const char *theirs = http_header(&response, "Api-Version");
    if (!docker_negotiate(theirs, engine->api, sizeof engine->api))
        return fail_version(engine, theirs, error);
    const char *server = http_header(&response, "Server");
    snprintf(engine->version, sizeof engine->version, "%s", server ? server : "");
    engine->base = dk_format("%s/v%s", engine->endpoint.base, engine->api);
    return true;
}

bool docker_engine_open(dk_context *context, docker_engine *engine, dk_error *error) {
    *engine = (docker_engine){.context = context};
    return docker_endpoint_find(context, &engine->endpoint, error) && ping(engine, error);
}

void docker_engine_release(docker_engine *engine) {
    docker_endpoint_release(&engine->endpoint);
    free(engine->base);
    *engine = (docker_engine){0};
}

static bool parse_answer(const docker_call *call, const http_response *response, json_t **answer,
                         dk_error *error) {
    *answer = response->body.length ? http_json(response, error) : json_null();
    return *answer || docker_explain(call->what, error);
}

bool docker_send(docker_engine *engine, const docker_call *call, json_t **answer, long *status,
                 dk_error *error) {
    DK_AUTO_BUF dk_buf url = DK_BUF_INIT;
    HTTP_AUTO_RESPONSE http_response response = HTTP_RESPONSE_INIT;
    DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
    http_request request;
    docker_request(engine, call->path, &url, &request);
    request.method = call->method;
    request.json = call->json;
    if (call->timeout_ms)
        request.timeout_ms = call->timeout_ms;
    if (call->tar) {
        request.body = call->tar->data;
        request.body_length = call->tar->length;
        request.content_type = "application/x-tar";
    }
    bool sent = http_send(&request, &response, &why);
    if (status)
        *status = response.status;
    bool accepted = dk_error_is(&why, "http-status") && call->accept && response.status == (long)call->accept;
    if (!sent && !accepted) {
        docker_explain(call->what, &why);
        dk_error_move(error, &why);
        return false;
    }
    if (answer && accepted)
        *answer = json_null();
    return !answer || accepted || parse_answer(call, &response, answer, error);
}

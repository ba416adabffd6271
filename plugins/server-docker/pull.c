/* Pulling an image, with a line of progress. */
#include "docker.h"

#include <stdlib.h>
#include <string.h>

#define PULL_IDLE_MS 120000
#define PRIVATE_HINT                                                                                         \
    "look at the name in [server.docker] image; a private one is fetched with `docker login` and `docker "   \
    "pull`"

void docker_full_reference(const char *name, dk_buf *full) {
    const char *slash = strrchr(name, '/');
    bool tagged = strchr(slash ? slash : name, ':') || strchr(name, '@');
    dk_buf_addf(full, "%s%s", name, tagged ? "" : ":latest");
}

/* Bytes of all layers that are being fetched. */
static void show(docker_pull_state *state, const char *what) {
    int64_t done = 0, total = 0;
    const char *id;
    json_t *layer;
    json_object_foreach(state->layers, id, layer) {
        done += dk_json_int(layer, "done", 0);
        total += dk_json_int(layer, "total", 0);
    }
    char fetched[DK_FORMATTED], all[DK_FORMATTED];
    dk_format_size(done, fetched);
    dk_format_size(total, all);
    DK_AUTOFREE char *text = total ? dk_format("%s of %s  %s", fetched, all, what) : dk_strdup(what);
    dk_progress_update(state->progress, 0, 0, text);
}

bool docker_pull_line(void *data, const char *line, size_t length) {
    docker_pull_state *state = data;
    DK_AUTO_JSON json_t *event = json_loadb(line, length, 0, NULL);
    const char *failure = dk_json_string(event, "error", NULL);
    const char *id = dk_json_string(event, "id", NULL);
    const char *what = dk_json_string(event, "status", "");
    const json_t *detail = json_object_get(event, "progressDetail");
    if (failure) {
        free(state->failure);
        state->failure = dk_strdup(failure);
    }
    if (id && dk_json_int(detail, "total", 0) > 0 && dk_streq(what, "Downloading")) {
        json_t *layer = json_object();
        dk_json_set_int(layer, "done", dk_json_int(detail, "current", 0));
        dk_json_set_int(layer, "total", dk_json_int(detail, "total", 0));
        json_object_set_new(state->layers, id, layer);
    }
    show(state, what);
    return true;
}

/* What the engine and the registry say when they can't; the first row that matches wins. */
static const struct {
    const char *pattern, *code, *hint;
} pull_problems[] = {
    {"no space left", "disk-full", "free some space: `docker system df` shows what takes it"},
    {"toomanyrequests", "image-missing",
     "the registry lets nobody unknown fetch more now: `docker login`, then `docker pull` the image; or "
     "wait"},
    {"no matching manifest", "image-missing",
     "the image is not made for this kind of processor: name another one in [server.docker] image"},
    {"manifest unknown", "image-missing", "there is no such tag: look at [server.docker] image"},
    {"denied", "image-missing", PRIVATE_HINT},
    {"unauthorized", "image-missing", PRIVATE_HINT},
    {"authentication", "image-missing", PRIVATE_HINT},
    {"", "image-missing",
     "look at the name in [server.docker] image and at the engine's way to the registry (proxy?); `docker "
     "load` brings an image in from a file"},
};

static bool fail_pull(const char *name, const char *why, dk_error *error) {
    size_t row = 0;
    while (!strcasestr(why, pull_problems[row].pattern))
        row++;
    dk_fail(error, DK_ERROR_FAILED, pull_problems[row].code, "the engine has no image %s, and cannot pull it",
            name);
    dk_error_detail(error, "%s", why);
    return dk_error_hint(error, "%s", pull_problems[row].hint);
}

bool docker_pull(docker_engine *engine, const char *name, dk_error *error) {
    DK_AUTO_BUF dk_buf reference = DK_BUF_INIT, path = DK_BUF_INIT, url = DK_BUF_INIT;
    HTTP_AUTO_RESPONSE http_response response = HTTP_RESPONSE_INIT;
    DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
    DK_AUTOFREE char *label = dk_format("pull %s", name);
    http_request request;
    docker_full_reference(name, &reference);
    dk_buf_add(&path, "/images/create?fromImage=");
    http_quote(&path, dk_buf_text(&reference));
    docker_request(engine, dk_buf_text(&path), &url, &request);
    docker_pull_state state = {.layers = json_object(),
                               .progress = dk_progress_begin(engine->context, label)};
    request.method = "POST";
    request.timeout_ms = -1;
    request.idle_timeout_ms = PULL_IDLE_MS;
    request.on_line = docker_pull_line;
    request.sink_data = &state;
    bool sent = http_send(&request, &response, &why);
    bool pulled = sent && !state.failure;
    dk_progress_end(state.progress, pulled, pulled ? "pulled" : "failed");
    json_decref(state.layers);
    DK_AUTOFREE char *failure = state.failure;
    if (pulled)
        return true;
    if (sent || dk_error_is(&why, "http-status"))
        return fail_pull(name, failure ? failure : why.detail ? why.detail : why.message, error);
    DK_AUTOFREE char *what = dk_format("cannot pull the image %s", name);
    docker_explain(what, &why);
    dk_error_move(error, &why);
    return false;
}

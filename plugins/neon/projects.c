/* Which project is a host in? Neon has no call for that: every project the key may see is asked, those first
 * whose proxy the host ends with. */
#include "neon.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define WHAT "list the projects"

typedef struct neon_search {
    neon_client *client;
    const char *host;
    char *found; /* id */
} neon_search;

/* An endpoint's host is its id, a dot and the project's proxy. A pooled or private host may differ: then the
 * project is asked all the same. */
static bool may_hold(const json_t *project, const char *host) {
    const char *proxy = dk_json_string(project, "proxy_host", "");
    size_t length = strlen(host), end = strlen(proxy);
    return !end || (length > end && strcasecmp(host + length - end, proxy) == 0);
}

static bool look_into(neon_search *search, const char *id, dk_error *error) {
    DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
    DK_AUTO_JSON json_t *endpoints = neon_endpoints_read(search->client, id, &why);
    if (!endpoints && (why.http_status == 403 || why.http_status == 404))
        return true; /* listed, but not for us */
    if (!endpoints) {
        dk_error_move(error, &why);
        return false;
    }
    if (neon_endpoint_of_host(endpoints, search->host))
        search->found = dk_strdup(id);
    return true;
}

static bool visit(void *data, const json_t *page, dk_error *error) {
    neon_search *search = data;
    const json_t *list = json_object_get(page, "projects");
    for (size_t i = 0; i < json_array_size(list) && !search->found; i++) {
        const json_t *project = json_array_get(list, i);
        if (may_hold(project, search->host) && !look_into(search, dk_json_string(project, "id", ""), error))
            return false;
    }
    return true;
}

static bool search_list(neon_search *search, const char *path, dk_error *error) {
    return neon_pages(search->client, path, "projects", "cursor", WHAT, visit, search, error);
}

/* A personal key belongs to several organisations, and each is listed on its own. */
static bool search_organisations(neon_search *search, dk_error *error) {
    DK_AUTO_JSON json_t *answer = NULL;
    json_t *list = NULL;
    const neon_call call = {.path = "/users/me/organizations", .what = "list the organisations"};
    if (!neon_send(search->client, &call, &answer, error) ||
        !http_json_array(answer, "organizations", &list, error))
        return false;
    for (size_t i = 0; i < json_array_size(list) && !search->found; i++) {
        DK_AUTO_BUF dk_buf path = DK_BUF_INIT;
        neon_path(&path, "/projects?limit=400&org_id=%", dk_json_string(json_array_get(list, i), "id", ""));
        if (!search_list(search, dk_buf_text(&path), error))
            return false;
    }
    return true;
}

static bool search_all(neon_search *search, dk_error *error) {
    DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
    if (search_list(search, "/projects?limit=400", &why))
        return true;
    if (dk_error_is(&why, "neon-organisation-needed"))
        return search_organisations(search, error) &&
               (search->found || search_list(search, "/projects/shared?limit=400", error));
    dk_error_move(error, &why);
    return false;
}

char *neon_project_of_host(neon_client *client, const char *host, dk_error *error) {
    neon_search search = {.client = client, .host = host};
    if (!search_all(&search, error) || search.found)
        return search.found;
    dk_fail(error, DK_ERROR_FAILED, "neon-project-missing", "none of the key's projects has the host %s",
            host);
    dk_error_hint(error, "is the key of the right account? Else name the project: [neon] project_id = \"…\"");
    return NULL;
}

/* Computes: each branch has at most one that takes writes, and its host is the branch's address. */
#include "neon.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

json_t *neon_endpoints_read(neon_client *client, const char *project, dk_error *error) {
    DK_AUTO_BUF dk_buf path = DK_BUF_INIT;
    DK_AUTO_JSON json_t *answer = NULL;
    json_t *list = NULL;
    neon_path(&path, "/projects/%/endpoints", project);
    const neon_call call = {.path = dk_buf_text(&path), .what = "list the computes"};
    if (!neon_send(client, &call, &answer, error) || !http_json_array(answer, "endpoints", &list, error))
        return NULL;
    return json_incref(list);
}

const json_t *neon_endpoint_of_host(const json_t *endpoints, const char *host) {
    for (size_t i = 0; i < json_array_size(endpoints); i++) {
        const json_t *endpoint = json_array_get(endpoints, i);
        if (strcasecmp(dk_json_string(endpoint, "host", ""), host) == 0)
            return endpoint;
    }
    return NULL;
}

const json_t *neon_endpoint_of_branch(const json_t *endpoints, const char *branch) {
    for (size_t i = 0; i < json_array_size(endpoints); i++) {
        const json_t *endpoint = json_array_get(endpoints, i);
        if (dk_streq(dk_json_string(endpoint, "branch_id", NULL), branch) &&
            strcmp(dk_json_string(endpoint, "type", ""), "read_write") == 0)
            return endpoint;
    }
    return NULL;
}

char *neon_direct_host(dk_context *context, const dk_url *url) {
    DK_AUTO_URL dk_url direct = DK_URL_INIT;
    const dk_endpoint_interface *endpoint =
        dk_interface_find(context, "endpoint", "neon", DK_ENDPOINT_VERSION, NULL);
    bool known = endpoint && endpoint->matches(url) && endpoint->direct(url, &direct, NULL);
    char *host = dk_strdup(dk_url_host_name(known ? &direct : url));
    for (char *at = host; *at; at++)
        *at = (char)tolower((unsigned char)*at);
    return host;
}

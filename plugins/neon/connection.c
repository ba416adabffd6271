/* The URL of a branch. Neon gives one for a branch without a compute, too: that of its parent, which would be
 * the one thing nobody wants. So the host is compared with the branch's own endpoint. */
#include "neon.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool fail_no_compute(const json_t *branch, dk_error *error) {
    const char *name = dk_json_string(branch, "name", "");
    dk_fail(error, DK_ERROR_FAILED, "neon-no-compute", "the branch %s has no compute, so it has no address",
            name);
    return dk_error_hint(error, "`devkit neon create --parent %s` makes a branch of it that has one", name);
}

static bool read_uri(neon_client *client, const char *project, const char *branch, const char *endpoint,
                     const char *database, const char *role, dk_url *url, dk_error *error) {
    DK_AUTO_BUF dk_buf path = DK_BUF_INIT;
    DK_AUTO_JSON json_t *answer = NULL;
    const char *uri = NULL;
    neon_path(&path,
              "/projects/%/connection_uri?branch_id=%&endpoint_id=%&database_name=%&role_name=%&pooled=false",
              project, branch, endpoint, database, role);
    const neon_call call = {.path = dk_buf_text(&path), .what = "get the branch's address"};
    return neon_send(client, &call, &answer, error) && http_json_string(answer, "uri", &uri, error) &&
           dk_url_parse(uri, url, error);
}

bool neon_connection(neon_client *client, const char *project, const json_t *branch, const char *database,
                     const char *role, dk_url *url, dk_error *error) {
    const char *id = dk_json_string(branch, "id", "");
    DK_AUTO_JSON json_t *endpoints = neon_endpoints_read(client, project, error);
    if (!endpoints)
        return false;
    const json_t *endpoint = neon_endpoint_of_branch(endpoints, id);
    if (!endpoint)
        return fail_no_compute(branch, error);
    if (!read_uri(client, project, id, dk_json_string(endpoint, "id", ""), database, role, url, error))
        return false;
    DK_AUTOFREE char *host = neon_direct_host(client->context, url);
    if (strcasecmp(host, dk_json_string(endpoint, "host", "")) == 0)
        return true;
    dk_fail(error, DK_ERROR_FAILED, "neon-wrong-host", "Neon gives %s as the address of the branch %s", host,
            dk_json_string(branch, "name", ""));
    dk_error_detail(error, "its own compute is %s", dk_json_string(endpoint, "host", ""));
    return dk_error_hint(error, "see the branch in Neon's console");
}

/* The only database of the branch; Neon's own choice of names is "neondb". */
static const json_t *only_one(const json_t *list, const char *wanted, dk_error *error) {
    DK_AUTO_BUF dk_buf names = DK_BUF_INIT;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *database = json_array_get(list, i);
        const char *name = dk_json_string(database, "name", "");
        if (wanted ? strcmp(name, wanted) == 0 : json_array_size(list) == 1)
            return database;
        dk_buf_addf(&names, "%s%s", i ? ", " : "", name);
    }
    dk_fail(error, DK_ERROR_USAGE, "neon-database-missing",
            wanted ? "the branch has no database \"%s\"" : "the branch has several databases%s",
            wanted ? wanted : "");
    dk_error_detail(error, "it has: %s", dk_buf_text(&names));
    dk_error_hint(error, "name one with --database");
    return NULL;
}

static bool ask(neon_client *client, const char *project, const json_t *branch, const char *database,
                char **database_used, char **role_used, dk_error *error) {
    DK_AUTO_BUF dk_buf path = DK_BUF_INIT;
    DK_AUTO_JSON json_t *answer = NULL;
    json_t *list = NULL;
    neon_path(&path, "/projects/%/branches/%/databases", project, dk_json_string(branch, "id", ""));
    const neon_call call = {.path = dk_buf_text(&path), .what = "list the branch's databases"};
    if (!neon_send(client, &call, &answer, error) || !http_json_array(answer, "databases", &list, error))
        return false;
    const json_t *chosen = only_one(list, database, error);
    if (!chosen)
        return false;
    *database_used = dk_strdup(dk_json_string(chosen, "name", ""));
    *role_used = dk_strdup(dk_json_string(chosen, "owner_name", ""));
    return true;
}

bool neon_login(neon_client *client, const neon_place *place, const json_t *branch, const char *database,
                const char *role, char **database_used, char **role_used, dk_error *error) {
    const dk_database *ours = dk_database_get(client->context, error);
    if (!ours)
        return false;
    if (place->endpoint && !database)
        database = ours->url->database;
    if (place->endpoint && !role)
        role = ours->url->user;
    *database_used = *role_used = NULL;
    if (database && role) {
        *database_used = dk_strdup(database);
        *role_used = dk_strdup(role);
        return true;
    }
    if (!ask(client, place->project, branch, database, database_used, role_used, error))
        return false;
    if (role) {
        free(*role_used);
        *role_used = dk_strdup(role);
    }
    return true;
}

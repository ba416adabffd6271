/* Where the project's database is at Neon: found by the host of DATABASE_URL unless it is configured. */
#include "neon.h"

#include <stdlib.h>
#include <string.h>

void neon_place_release(neon_place *place) {
    free(place->project);
    free(place->host);
    free(place->branch);
    free(place->endpoint);
    *place = (neon_place){0};
}

static bool is_neon_host(dk_context *context, const dk_url *url) {
    const dk_endpoint_interface *endpoint =
        dk_interface_find(context, "endpoint", "neon", DK_ENDPOINT_VERSION, NULL);
    return endpoint && endpoint->matches(url);
}

static bool fail_elsewhere(const dk_database *database, dk_error *error) {
    if (database->url) {
        dk_fail(error, DK_ERROR_USAGE, "neon-project-unknown", "the database is not at Neon: %s leads to %s",
                database->variable, dk_url_host_name(database->url));
        dk_error_detail(error, "it is set in %s", database->origin);
    } else {
        dk_fail(error, DK_ERROR_USAGE, "neon-project-unknown",
                "%s is not set, so no project can be found by it", database->variable);
    }
    return dk_error_hint(error,
                         "name the project: --project ID, or [neon] project_id = \"…\" in .devkit.toml");
}

/* The endpoints of the project, which is looked for where nobody named it. NULL: error. */
static json_t *find_project(neon_client *client, const dk_database *database, neon_place *place,
                            dk_error *error) {
    dk_context *context = client->context;
    if (place->project)
        return neon_endpoints_read(client, place->project, error);
    if (!database->url || !is_neon_host(context, database->url)) {
        fail_elsewhere(database, error);
        return NULL;
    }
    place->project = neon_recall(context, place->host);
    json_t *endpoints = place->project ? neon_endpoints_read(client, place->project, NULL) : NULL;
    if (endpoints && neon_endpoint_of_host(endpoints, place->host))
        return endpoints;
    json_decref(endpoints);
    free(place->project);
    place->project = neon_project_of_host(client, place->host, error);
    if (!place->project)
        return NULL;
    neon_remember(context, place->host, place->project);
    return neon_endpoints_read(client, place->project, error);
}

static void find_branch(const dk_config *config, const json_t *endpoints, neon_place *place) {
    const json_t *endpoint = place->host ? neon_endpoint_of_host(endpoints, place->host) : NULL;
    place->branch = dk_strdup(dk_json_string(endpoint, "branch_id", NULL));
    place->endpoint = dk_strdup(dk_json_string(endpoint, "id", NULL));
    if (!*config->neon.branch_id)
        return;
    free(place->branch);
    place->branch = dk_strdup(config->neon.branch_id);
}

bool neon_locate(neon_client *client, const char *project, neon_place *place, dk_error *error) {
    const dk_config *config = dk_config_get(client->context, error);
    const dk_database *database = config ? dk_database_get(client->context, error) : NULL;
    if (!database)
        return false;
    *place = (neon_place){0};
    if (database->url)
        place->host = neon_direct_host(client->context, database->url);
    if (project && *project)
        place->project = dk_strdup(project);
    else if (*config->neon.project_id)
        place->project = dk_strdup(config->neon.project_id);
    DK_AUTO_JSON json_t *endpoints = find_project(client, database, place, error);
    if (!endpoints)
        return false;
    find_branch(config, endpoints, place);
    return true;
}

const json_t *neon_choose(const neon_branches *branches, const neon_place *place, const char *word,
                          dk_error *error) {
    if (word && *word)
        return neon_branch_find(branches, word, error);
    if (place->branch)
        return neon_branch_find(branches, place->branch, error);
    dk_fail(error, DK_ERROR_USAGE, "neon-branch-unknown", "no branch of the project %s has the host %s",
            place->project, place->host ? place->host : "of DATABASE_URL, which is not set");
    dk_error_hint(error, "name the branch, or [neon] branch_id = \"br-…\" in .devkit.toml");
    return NULL;
}

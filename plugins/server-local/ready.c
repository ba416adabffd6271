/* Is it ready? Only a query over TCP on the target database, as the application would, answers that. */
#include "local.h"

#include <stdio.h>
#include <string.h>

#define STARTED_MS 10000

static bool read_facts(pg_connection *connection, local_facts *facts, bool *fits, dk_error *error) {
    PG_AUTO_RESULT pg_result *result = NULL;
    if (!pg_run(connection,
                "SELECT pg_catalog.pg_postmaster_start_time()::pg_catalog.text, r.rolcreatedb AND d.datdba "
                "= r.oid FROM pg_catalog.pg_roles r, pg_catalog.pg_database d WHERE r.rolname = "
                "current_user AND d.datname = pg_catalog.current_database()",
                &result, error))
        return false;
    if (pg_rows(result) != 1)
        return dk_fail(error, DK_ERROR_FAILED, "connection-failed", "the server gave no answer");
    snprintf(facts->start_time, sizeof facts->start_time, "%s", pg_value(result, 0, 0));
    facts->version = pg_server_version(connection);
    *fits = pg_bool(result, 0, 1);
    return true;
}

/* Both sessions print the time in their own zone; the moment is what counts. */
static bool same_moment(pg_connection *connection, const char *expected, bool *same, dk_error *error) {
    PG_AUTO_RESULT pg_result *result = NULL;
    const char *const parameters[] = {expected};
    if (!pg_query(connection, "SELECT pg_catalog.pg_postmaster_start_time() = $1::pg_catalog.timestamptz",
                  parameters, 1, &result, error))
        return false;
    *same = pg_bool(result, 0, 0);
    return true;
}

static pg_connection *connect_as_application(const local_cluster *cluster, int timeout_ms, dk_error *error) {
    DK_AUTO_CONNINFO dk_conninfo conninfo = DK_CONNINFO_INIT;
    pg_options options = {.connect_timeout_ms = timeout_ms, .answer_timeout_ms = timeout_ms, .plain = true};
    dk_url_conninfo(cluster->url, &conninfo);
    return pg_connect(&conninfo, NULL, &options, error);
}

/* A server that was started just now (`expected`) may be slow; one that is merely looked at may be frozen. */
static bool check(const local_cluster *cluster, const char *expected, local_facts *facts, bool *fits,
                  dk_error *error) {
    PG_AUTO_CONNECTION pg_connection *connection =
        connect_as_application(cluster, expected ? STARTED_MS : PG_LOOK_MS, error);
    if (!connection || !read_facts(connection, facts, fits, error))
        return false;
    bool same = !expected || dk_streq(expected, facts->start_time);
    if (!same && !same_moment(connection, expected, &same, error))
        return false;
    if (same)
        return true;
    dk_fail(error, DK_ERROR_FAILED, "wrong-server",
            "another PostgreSQL answers at %s:%d than the local server", dk_url_host_name(cluster->url),
            dk_url_port(cluster->url));
    return dk_error_hint(error, "change the port in %s, or stop the other server", cluster->variable);
}

bool local_ready(const local_cluster *cluster, const char *expected, local_facts *facts, dk_error *error) {
    bool fits = false;
    return check(cluster, expected, facts, &fits, error);
}

bool local_is_up(const local_cluster *cluster, const local_postmaster *postmaster, local_facts *facts) {
    if (!postmaster->alive || !dk_streq(postmaster->state, "ready"))
        return false;
    LOCAL_AUTO_SETTINGS local_settings settings = {0};
    local_settings_make(cluster, cluster->data_dir, &settings);
    bool fits = false;
    return settings.main_same && settings.access_same && local_postmaster_has_socket(postmaster) &&
           check(cluster, NULL, facts, &fits, NULL) && fits;
}

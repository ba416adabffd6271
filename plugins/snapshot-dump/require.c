/* What a restore needs and the server lacks, said before anything begins. */
#include "dump.h"

#include <stdlib.h>
#include <string.h>

/* Appends the names of `wanted` that the query does not know. */
static bool find_missing(const dump_database *database, const char *query, const json_t *wanted,
                         dk_strv *missing, dk_error *error) {
    DK_AUTOFREE char *list = json_dumps(wanted, JSON_COMPACT);
    const char *parameter = list ? list : "[]";
    PG_AUTO_RESULT pg_result *result = NULL;
    if (!pg_query(database->connection, query, &parameter, 1, &result, error))
        return false;
    for (size_t row = 0; row < pg_rows(result); row++)
        dk_strv_add(missing, pg_value(result, row, 0));
    return true;
}

static bool require_roles(const dump_database *database, const json_t *manifest, dk_error *error) {
    static const char query[] = "SELECT w FROM json_array_elements_text($1::json) w"
                                " WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = w)";
    DK_AUTO_STRV dk_strv missing = DK_STRV_INIT;
    const json_t *roles = json_object_get(manifest, "roles");
    if (!json_is_array(roles))
        return true;
    if (!find_missing(database, query, roles, &missing, error))
        return false;
    if (missing.count == 0)
        return true;
    DK_AUTOFREE char *names = dk_strv_join(&missing, ", ");
    DK_AUTO_BUF dk_buf sql = DK_BUF_INIT;
    for (size_t i = 0; i < missing.count; i++) {
        dk_buf_add(&sql, i ? " CREATE ROLE " : "CREATE ROLE ");
        pg_quote_identifier(&sql, missing.items[i]);
        dk_buf_add_char(&sql, ';');
    }
    dk_fail(error, DK_ERROR_FAILED, "roles-missing",
            "the snapshot needs roles that the server does not have: %s", names);
    return dk_error_hint(error,
                         "%s (as a superuser), or --no-owner: everything becomes %s's, grants are left out",
                         dk_buf_text(&sql), database->application->url->user);
}

static bool require_extensions(const dump_database *database, const json_t *manifest, dk_error *error) {
    static const char query[] =
        "SELECT w->>'name' FROM json_array_elements($1::json) w"
        " WHERE NOT EXISTS (SELECT FROM pg_available_extensions WHERE name = w->>'name')";
    DK_AUTO_STRV dk_strv missing = DK_STRV_INIT;
    const json_t *extensions = json_object_get(manifest, "extensions");
    if (!json_is_array(extensions))
        return true;
    if (!find_missing(database, query, extensions, &missing, error))
        return false;
    if (missing.count == 0)
        return true;
    DK_AUTOFREE char *names = dk_strv_join(&missing, ", ");
    dk_fail(error, DK_ERROR_FAILED, "extensions-missing",
            "the snapshot needs extensions that are not installed on the server: %s", names);
    return dk_error_hint(error, "install their packages for PostgreSQL %d on the server",
                         database->version / 10000);
}

static bool require_version(const dump_database *database, const json_t *manifest, unsigned flags,
                            dk_error *error) {
    const char *from = dk_json_string(manifest, "server_version", "");
    int major = atoi(from);
    int here = database->version / 10000;
    if (major <= here || (flags & DK_SNAPSHOT_FORCE))
        return true;
    dk_fail(error, DK_ERROR_FAILED, "server-too-old", "the snapshot is of PostgreSQL %s, the server is %d",
            from, here);
    return dk_error_hint(error, "restore it to a server of version %d or newer, or try with --force", major);
}

bool dump_require(const dump_database *database, const json_t *manifest, unsigned flags, dk_error *error) {
    return require_version(database, manifest, flags, error) &&
           require_extensions(database, manifest, error) &&
           ((flags & DK_SNAPSHOT_NO_OWNER) || require_roles(database, manifest, error));
}

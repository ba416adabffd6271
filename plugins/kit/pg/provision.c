/* Role, password, database and owner, as a URL says, on a server that devkit owns. */
#include "pg.h"

#include <stdio.h>
#include <string.h>

/* What is there of it. */
typedef struct provision_facts {
    bool role;
    bool role_fits; /* may log in and make databases */
    bool database;
    bool owned;      /* by the role */
    bool admin_owns; /* nobody was named yet: initdb's own, or a swap in progress */
    char owner[64];
} provision_facts;

static bool look(pg_connection *connection, const pg_provision_request *request, provision_facts *facts,
                 pg_server_facts *server, dk_error *error) {
    const char *const parameters[] = {request->url->user, request->url->database};
    PG_AUTO_RESULT pg_result *result = NULL;
    if (!pg_query(connection,
                  "SELECT r.oid IS NOT NULL, coalesce(r.rolcanlogin AND r.rolcreatedb, false), d.oid IS NOT "
                  "NULL, coalesce(d.datdba = r.oid, false), coalesce(o.rolname, ''), "
                  "pg_postmaster_start_time()::text FROM (SELECT 1) AS one "
                  "LEFT JOIN pg_roles r ON r.rolname = $1 LEFT JOIN pg_database d ON d.datname = $2 "
                  "LEFT JOIN pg_roles o ON o.oid = d.datdba",
                  parameters, DK_COUNT(parameters), &result, error))
        return false;
    facts->role = pg_bool(result, 0, 0);
    facts->role_fits = pg_bool(result, 0, 1);
    facts->database = pg_bool(result, 0, 2);
    facts->owned = pg_bool(result, 0, 3);
    snprintf(facts->owner, sizeof facts->owner, "%s", pg_value(result, 0, 4));
    facts->admin_owns = dk_streq(facts->owner, request->admin_role);
    snprintf(server->start_time, sizeof server->start_time, "%s", pg_value(result, 0, 5));
    server->version = pg_server_version(connection);
    return true;
}

/* The statement carries the password, which must not get into the log. A message of its own: log_statement =
 * all, as developers like it, writes a message down before the first statement in it is run. */
static bool be_quiet(pg_connection *connection, dk_error *error) {
    static const char always[] = "SET log_min_error_statement = panic; SET log_statement = none; "
                                 "SET log_min_duration_statement = -1";
    static const char since_13[] = "SET log_min_duration_sample = -1; SET log_transaction_sample_rate = 0";
    return pg_run(connection, always, NULL, error) &&
           (pg_server_version(connection) < 130000 || pg_run(connection, since_13, NULL, error));
}

static bool make_role(pg_connection *connection, const dk_url *url, const char *verb, bool with_password,
                      dk_error *error) {
    DK_AUTO_BUF dk_buf sql = DK_BUF_INIT;
    if (!be_quiet(connection, error))
        return false;
    dk_buf_addf(&sql, "%s ROLE ", verb);
    pg_quote_identifier(&sql, url->user);
    dk_buf_add(&sql, " LOGIN CREATEDB");
    if (with_password && url->password) {
        dk_buf_add(&sql, " PASSWORD ");
        pg_quote_literal(&sql, url->password);
    }
    return pg_run(connection, dk_buf_text(&sql), NULL, error);
}

bool pg_set_password(pg_connection *admin, const dk_url *url, dk_error *error) {
    return make_role(admin, url, "ALTER", true, error);
}

static bool make_database(pg_connection *connection, const dk_url *url, dk_error *error) {
    DK_AUTO_BUF dk_buf sql = DK_BUF_INIT;
    dk_buf_add(&sql, "CREATE DATABASE ");
    pg_quote_identifier(&sql, url->database);
    dk_buf_add(&sql, " OWNER ");
    pg_quote_identifier(&sql, url->user);
    return pg_run(connection, dk_buf_text(&sql), NULL, error);
}

/* Roles that the new owner had been given to, when the URL changed back and forth: PostgreSQL takes no
 * circles, so what leads from the old owner to the new one goes. */
static bool break_circles(pg_connection *connection, const char *old_owner, const char *new_owner,
                          dk_error *error) {
    const char *const parameters[] = {old_owner, new_owner};
    PG_AUTO_RESULT pg_result *result = NULL;
    if (!pg_query(connection,
                  "SELECT m.rolname FROM pg_catalog.pg_auth_members a "
                  "JOIN pg_catalog.pg_roles n ON n.oid = a.roleid JOIN pg_catalog.pg_roles m ON m.oid = "
                  "a.member WHERE n.rolname = $2 AND pg_catalog.pg_has_role($1::pg_catalog.name, m.oid, "
                  "'MEMBER')",
                  parameters, DK_COUNT(parameters), &result, error))
        return false;
    for (size_t row = 0; row < pg_rows(result); row++) {
        DK_AUTO_BUF dk_buf sql = DK_BUF_INIT;
        dk_buf_add(&sql, "REVOKE ");
        pg_quote_identifier(&sql, new_owner);
        dk_buf_add(&sql, " FROM ");
        pg_quote_identifier(&sql, pg_value(result, row, 0));
        if (!pg_run(connection, dk_buf_text(&sql), NULL, error))
            return false;
    }
    return true;
}

/* The URL names another role than before: it takes the database over, and what the old one made in it stays
 * usable by being a member of it. */
static bool change_owner(dk_context *context, pg_connection *connection, const dk_url *url,
                         const provision_facts *facts, dk_error *error) {
    DK_AUTO_BUF dk_buf sql = DK_BUF_INIT;
    dk_buf_add(&sql, "ALTER DATABASE ");
    pg_quote_identifier(&sql, url->database);
    dk_buf_add(&sql, " OWNER TO ");
    pg_quote_identifier(&sql, url->user);
    if (!facts->admin_owns) {
        if (!break_circles(connection, facts->owner, url->user, error))
            return false;
        dk_buf_add(&sql, "; GRANT ");
        pg_quote_identifier(&sql, facts->owner);
        dk_buf_add(&sql, " TO ");
        pg_quote_identifier(&sql, url->user);
        dk_note(context, "database %s belonged to %s; now to %s, who is a member of %s", url->database,
                facts->owner, url->user, facts->owner);
    }
    return pg_run(connection, dk_buf_text(&sql), NULL, error);
}

/* In a new cluster it goes without saying; a change of owner was noted already. */
static void say_what_was_made(dk_context *context, const dk_url *url, const provision_facts *before) {
    if (!before->role)
        dk_info(context, "role %s is made", url->user);
    else if (!before->role_fits)
        dk_info(context, "role %s may log in and make databases now", url->user);
    if (!before->database)
        dk_info(context, "database %s is made, owned by %s", url->database, url->user);
}

bool pg_provision(pg_connection *admin, const pg_provision_request *request, pg_server_facts *server,
                  bool *changed, dk_error *error) {
    const dk_url *url = request->url;
    provision_facts facts = {0};
    if (!look(admin, request, &facts, server, error))
        return false;
    if (!facts.role && !make_role(admin, url, "CREATE", true, error))
        return false;
    if (facts.role && !facts.role_fits && !make_role(admin, url, "ALTER", false, error))
        return false;
    if (!facts.database && !make_database(admin, url, error))
        return dk_error_prefix(error, "cannot create the database %s", url->database);
    if (facts.database && !facts.owned && !change_owner(request->context, admin, url, &facts, error))
        return false;
    if (!facts.role || !facts.role_fits || !facts.database || !facts.owned)
        *changed = true;
    if (!request->fresh)
        say_what_was_made(request->context, url, &facts);
    return true;
}

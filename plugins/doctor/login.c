/* The URL's role, password and database, as the server sees them. */
#include "doctor.h"

#include <string.h>

#define NEAR_LIMIT 200 /* names that are compared */

static const char *shown_error(const doctor_case *of) {
    return of->why.detail ? of->why.detail : of->why.message;
}

/* ── password-rejected ── */

/* PostgreSQL's images, and clusters, read the password they are given only once: when they are empty. */
static bool describe_owned(const doctor_case *of, dk_check_result *result) {
    const dk_database *database = of->database;
    const char *root = dk_project_root(of->context, NULL);
    const char *data = of->status.data_dir ? of->status.data_dir : "its data";
    DK_AUTOFREE char *shown = dk_path_relative(root ? root : "", data);
    doctor_why(result, "%s%s was made earlier, with another password than %s (%s) says now",
               *data == '/' ? "the cluster in " : "the ", shown, database->variable, database->origin);
    return doctor_fixable(result, "devkit up");
}

static bool describe_password(const doctor_case *of, dk_check_result *result) {
    const dk_database *database = of->database;
    doctor_fail(result, "role %s: %s", database->url->user, shown_error(of));
    if (doctor_is_owned(of))
        return describe_owned(of, result);
    bool volume = of->known && dk_streq(of->status.provider, "compose");
    if (volume)
        doctor_why(
            result,
            "a data volume keeps the password it was made with: POSTGRES_PASSWORD counts only while it "
            "is empty, so a volume that is older than the password in %s answers like this",
            database->origin);
    else
        doctor_why(result, "the server knows role %s with another password than %s says", database->url->user,
                   database->origin);
    if (volume && of->status.hint)
        return doctor_fix(result, "%s", of->status.hint);
    return doctor_fix(result, "correct the password in %s, or as an administrator in psql: \\password %s",
                      database->origin, database->url->user);
}

static bool run_password(dk_context *context, dk_check_result *result, dk_error *error) {
    DOCTOR_AUTO_CASE doctor_case of;
    if (!doctor_case_look(context, &of, "password-rejected", error))
        return false;
    if (!doctor_is_for(&of, "password-rejected", result))
        return true;
    return !of.cause ? doctor_ok(result, "role %s logs in", of.database->url->user)
                     : describe_password(&of, result);
}

const dk_check_interface doctor_password_rejected = {
    .head = DK_INTERFACE("check", "password-rejected", DK_CHECK_VERSION, dk_check_interface),
    .title = "The server takes the URL's password",
    .run = run_password,
    .fix = doctor_up,
};

/* ── near names ── */

/* The name in the first column of the rows that is nearest to `wanted`. Caller frees; NULL: none. */
static char *nearest(pg_connection *connection, const char *sql, const char *wanted) {
    PG_AUTO_RESULT pg_result *result = NULL;
    const char *names[NEAR_LIMIT];
    size_t count = 0;
    if (!connection || !pg_run(connection, sql, &result, NULL))
        return NULL;
    for (; count < pg_rows(result) && count < NEAR_LIMIT; count++)
        names[count] = pg_value(result, count, 0);
    return dk_strdup(dk_nearest(wanted, names, count));
}

static pg_connection *connect_elsewhere(const doctor_case *of, bool as_admin) {
    static const pg_options options = {.connect_timeout_ms = DOCTOR_CONNECT_MS};
    DK_AUTO_CONNINFO dk_conninfo conninfo = DK_CONNINFO_INIT;
    const dk_config *config = dk_config_get(of->context, NULL);
    bool superuser = false;
    if (!as_admin)
        dk_url_conninfo(&of->reached, &conninfo);
    else if (!of->known || !of->server->admin(of->context, &conninfo, &superuser, NULL))
        return NULL;
    return config ? pg_connect(&conninfo, config->database.maintenance_db, &options, NULL) : NULL;
}

/* ── role-missing ── */

static bool describe_role(const doctor_case *of, dk_check_result *result) {
    const dk_database *database = of->database;
    bool barred = dk_error_is(&of->why, "connection-failed");
    PG_AUTO_CONNECTION pg_connection *connection = connect_elsewhere(of, true);
    DK_AUTOFREE char *near =
        barred ? NULL
               : nearest(connection, "SELECT rolname FROM pg_roles WHERE rolcanlogin", database->url->user);
    DK_AUTO_BUF dk_buf name = DK_BUF_INIT;
    pg_quote_identifier(&name, database->url->user);
    doctor_fail(result, barred ? "role %s may not log in%s%s" : "the server has no role %s%s%s",
                database->url->user, near ? "; there is a role " : "", near ? near : "");
    doctor_why(result, "the application logs in as %s, says %s", database->url->user, database->origin);
    if (doctor_is_owned(of))
        return doctor_fixable(result, "devkit up");
    return barred
               ? doctor_fix(result, "as an administrator: ALTER ROLE %s LOGIN", dk_buf_text(&name))
               : doctor_fix(result, "as an administrator: CREATE ROLE %s LOGIN CREATEDB, then \\password %s",
                            dk_buf_text(&name), database->url->user);
}

static bool run_role(dk_context *context, dk_check_result *result, dk_error *error) {
    DOCTOR_AUTO_CASE doctor_case of;
    if (!doctor_case_look(context, &of, "role-missing", error))
        return false;
    if (!doctor_is_for(&of, "role-missing", result))
        return true;
    return !of.cause ? doctor_ok(result, "role %s is there", of.database->url->user)
                     : describe_role(&of, result);
}

const dk_check_interface doctor_role_missing = {
    .head = DK_INTERFACE("check", "role-missing", DK_CHECK_VERSION, dk_check_interface),
    .title = "The URL's role is there",
    .run = run_role,
    .fix = doctor_up,
};

/* ── database-missing ── */

static bool describe_database(const doctor_case *of, dk_check_result *result) {
    const dk_url *url = &of->reached;
    PG_AUTO_CONNECTION pg_connection *connection = connect_elsewhere(of, false);
    DK_AUTOFREE char *near =
        nearest(connection, "SELECT datname FROM pg_database WHERE datallowconn AND datname !~ '^devkit_'",
                url->database);
    doctor_fail(result, "the server has no database %s%s%s", url->database, near ? "; there is " : "",
                near ? near : "");
    doctor_why(result, "the application connects to %s, says %s", url->database, of->database->origin);
    if (doctor_is_owned(of))
        return doctor_fixable(result, "devkit up");
    if (near)
        return doctor_fix(result, "change the database in %s to %s, or: createdb -h %s -p %d -U %s %s",
                          of->database->origin, near, dk_url_host_name(url), dk_url_port(url), url->user,
                          url->database);
    return doctor_fix(result, "createdb -h %s -p %d -U %s %s", dk_url_host_name(url), dk_url_port(url),
                      url->user, url->database);
}

static bool run_database(dk_context *context, dk_check_result *result, dk_error *error) {
    DOCTOR_AUTO_CASE doctor_case of;
    if (!doctor_case_look(context, &of, "database-missing", error))
        return false;
    if (!doctor_is_for(&of, "database-missing", result))
        return true;
    return !of.cause ? doctor_ok(result, "database %s is there", of.database->url->database)
                     : describe_database(&of, result);
}

const dk_check_interface doctor_database_missing = {
    .head = DK_INTERFACE("check", "database-missing", DK_CHECK_VERSION, dk_check_interface),
    .title = "The URL's database is there",
    .run = run_database,
    .fix = doctor_up,
};

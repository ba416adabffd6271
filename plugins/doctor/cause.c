/* Why the application does not reach its database: one cause, so that one fault is one failure. */
#include "doctor.h"

#include <stdlib.h>
#include <string.h>

#define UP_TIMEOUT_MS 60000
#define FULL_PATIENCE_MS 1000

static const pg_options connect_options = {.connect_timeout_ms = DOCTOR_CONNECT_MS,
                                           .statement_timeout_ms = DOCTOR_CONNECT_MS};

/* What connecting said, and the check that explains it. */
static const struct {
    const char *code, *check;
} causes[] = {
    {"too-many-connections", "pool-size"},    {"password-rejected", "password-rejected"},
    {"hba-rejected", "hba-rejected"},         {"role-missing", "role-missing"},
    {"database-missing", "database-missing"},
};

bool doctor_ask_server(doctor_case *of) {
    if (of->asked)
        return of->known;
    of->asked = true;
    if (of->database && !of->database->url && doctor_env_is_missing(of->context))
        return false; /* where it should be is written in a file that nobody copied yet */
    of->server = dk_server(of->context, NULL, &of->refusal);
    of->known = of->server && of->server->status(of->context, &of->status, &of->refusal);
    /* It may have given the run a URL, its own or one that leads into a container. */
    of->database = dk_database_get(of->context, NULL);
    return of->known;
}

bool doctor_is_owned(const doctor_case *of) {
    return of->known && of->status.owned;
}

/* ── the one cause ── */

static bool is_idle(const doctor_case *of) {
    return doctor_is_owned(of) &&
           (of->status.state == DK_SERVER_ABSENT || of->status.state == DK_SERVER_STOPPED);
}

static bool is_about_tls(const dk_error *why) {
    const char *detail = why->detail ? why->detail : "";
    return !*why->sqlstate && (strstr(detail, "SSL") || strstr(detail, "certificate"));
}

/* What keeps a server of devkit's own from running at all. */
static const char *obstacle(doctor_case *of) {
    dk_check_result seen = {0};
    if (!is_idle(of))
        return NULL;
    if (!doctor_has_programs(of, NULL, NULL))
        return "programs";
    bool fits = doctor_data_fits(of, &seen);
    doctor_result_release(&seen);
    return fits ? NULL : "data-version";
}

static const char *address_cause(doctor_case *of) {
    const dk_url *url = &of->reached;
    bool silent = dk_error_is(&of->why, "not-listening") || dk_error_is(&of->why, "server-starting");
    bool strange =
        dk_error_is(&of->why, "connection-failed") && !*of->why.sqlstate && !is_about_tls(&of->why);
    if (of->asked && !of->known && of->refusal.error_class == DK_ERROR_USAGE)
        return "url-invalid";
    if (doctor_other_port(of))
        return "port-mismatch";
    if (is_idle(of) && !silent)
        return "port-taken"; /* somebody else answers where the project's own server should be */
    if (strange && dk_url_is_local(url) && doctor_listens(dk_url_host_name(url), dk_url_port(url)))
        return "port-taken";
    if (!silent && !strange)
        return NULL;
    if (doctor_long_socket(url))
        return "doctor-socket-path";
    const char *found = obstacle(of);
    return found ? found : "not-listening";
}

/* Where passwords are asked for, a server does not tell that there is no such role; its administrator sees.
 */
static bool role_is_missing(const doctor_case *of) {
    DK_AUTO_CONNINFO dk_conninfo conninfo = DK_CONNINFO_INIT;
    const dk_config *config = dk_config_get(of->context, NULL);
    bool superuser = false;
    if (!config || !of->known || !of->server->admin(of->context, &conninfo, &superuser, NULL))
        return false;
    PG_AUTO_RESULT pg_result *result = NULL;
    PG_AUTO_CONNECTION pg_connection *connection =
        pg_connect(&conninfo, config->database.maintenance_db, &connect_options, NULL);
    const char *role = of->reached.user;
    return connection &&
           pg_query(connection, "SELECT FROM pg_roles WHERE rolname = $1", &role, 1, &result, NULL) &&
           pg_rows(result) == 0;
}

static const char *login_cause(const doctor_case *of) {
    if (dk_error_is(&of->why, "password-rejected") && role_is_missing(of))
        return "role-missing";
    for (size_t i = 0; i < DK_COUNT(causes); i++)
        if (dk_error_is(&of->why, causes[i].code))
            return causes[i].check;
    if (dk_error_sqlstate_is(&of->why, "28000"))
        return "role-missing"; /* it may not log in */
    return is_about_tls(&of->why) ? "tls" : "not-listening";
}

static const char *find_cause(doctor_case *of) {
    doctor_ask_server(of);
    const char *cause = address_cause(of);
    return cause ? cause : login_cause(of);
}

/* ── a case ── */

/* No URL at all: nobody said where the database is, or the server that devkit would make is not there yet. */
static void without_url(doctor_case *of) {
    bool refused = !of->known && of->refusal.error_class == DK_ERROR_USAGE;
    if (is_idle(of)) {
        of->cause = "not-listening";
        dk_fail(&of->why, DK_ERROR_FAILED, of->cause, "the project's own server does not run");
        return;
    }
    of->cause = refused && !dk_error_is(&of->refusal, "env-missing") ? "url-invalid" : "env-missing";
    dk_fail(&of->why, DK_ERROR_FAILED, of->cause, "%s is not set", of->database->variable);
}

/* A small server may be full of nothing but the other checks. */
static pg_connection *connect_patiently(const dk_url *url, dk_error *why) {
    DK_AUTO_CONNINFO dk_conninfo conninfo = DK_CONNINFO_INIT;
    dk_url_conninfo(url, &conninfo);
    for (int64_t deadline = dk_now_ms() + FULL_PATIENCE_MS;;) {
        pg_connection *connection = pg_connect(&conninfo, NULL, &connect_options, why);
        if (connection)
            dk_error_release(why); /* of an earlier attempt */
        if (connection || !dk_error_is(why, "too-many-connections") || dk_now_ms() >= deadline)
            return connection;
        dk_sleep_ms(20);
    }
}

bool doctor_case_open(dk_context *context, doctor_case *of, dk_error *error) {
    *of = (doctor_case){.context = context};
    of->database = dk_database_get(context, &of->why);
    if (!of->database) {
        of->cause = "url-invalid";
        return true;
    }
    if (!of->database->url && doctor_env_is_missing(context)) {
        of->cause = "env-missing";
        return true;
    }
    if (!of->database->url)
        doctor_ask_server(of); /* it may remember one that it made up */
    if (!of->database || !of->database->url) {
        if (of->database)
            without_url(of);
        return true;
    }
    /* A name that only containers know: the provider says how it is reached from here. */
    if (!dk_database_reach(context, &of->reached, &of->why)) {
        doctor_ask_server(of);
        of->cause = of->why.error_class == DK_ERROR_USAGE ? "url-invalid" : "not-listening";
        return true;
    }
    of->connection = connect_patiently(&of->reached, &of->why);
    if (of->connection)
        return true;
    if (dk_error_is(&of->why, "interrupted")) {
        dk_error_move(error, &of->why);
        return false;
    }
    of->cause = find_cause(of);
    return true;
}

void doctor_case_release(doctor_case *of) {
    pg_close(of->connection);
    dk_server_status_release(&of->status);
    dk_url_release(&of->reached);
    dk_error_release(&of->refusal);
    dk_error_release(&of->why);
    memset(of, 0, sizeof *of);
}

bool doctor_is_for(const doctor_case *of, const char *id, dk_check_result *result) {
    if (!of->cause || strcmp(of->cause, id) == 0)
        return true;
    doctor_skip(result, "the database can't be reached: see %s", of->cause);
    return false;
}

bool doctor_up(dk_context *context, dk_error *error) {
    dk_server_status status = DK_SERVER_STATUS_INIT;
    bool changed = false;
    const dk_server_interface *server = dk_server(context, NULL, error);
    bool up = server && server->up(context, UP_TIMEOUT_MS, &status, &changed, error);
    dk_server_status_release(&status);
    return up;
}

/* Why the application does not reach its database: one cause, so that one fault is one failure. */
#include "doctor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FULL_PATIENCE_MS 1000

static const pg_options connect_options = {.connect_timeout_ms = DOCTOR_CONNECT_MS,
                                           .answer_timeout_ms = 2 * DOCTOR_CONNECT_MS,
                                           .statement_timeout_ms = DOCTOR_CONNECT_MS};

/* What connecting said, and the check that explains it. */
static const struct {
    const char *code, *check;
} causes[] = {
    {"too-many-connections", "pool-size"},    {"password-rejected", "password-rejected"},
    {"hba-rejected", "hba-rejected"},         {"role-missing", "role-missing"},
    {"database-missing", "database-missing"},
};

/* ── the one cause ── */

static bool is_about_tls(const dk_error *why) {
    const char *detail = why->detail ? why->detail : "";
    return !*why->sqlstate && (strstr(detail, "SSL") || strstr(detail, "certificate"));
}

/* What keeps a server of devkit's own from running at all. */
static const char *obstacle(doctor_case *of) {
    dk_check_result seen = {0};
    if (!doctor_is_idle(of))
        return NULL;
    if (!doctor_has_programs(of, NULL, NULL))
        return "programs";
    bool fits = doctor_data_fits(of, &seen);
    doctor_result_release(&seen);
    return fits ? NULL : "data-version";
}

/* A PostgreSQL that says nothing is no stranger at the port, and asking its provider would take as long
 * again. */
static bool is_frozen(const doctor_case *of) {
    return dk_error_is(&of->why, "not-answering") && dk_url_is_local(&of->reached) &&
           doctor_is_postgres(dk_url_port(&of->reached));
}

/* One in a container, whose port another program holds. */
static bool is_frozen_inside(const doctor_case *of) {
    return dk_error_is(&of->why, "not-answering") && of->known && !doctor_is_idle(of) &&
           !dk_streq(of->status.provider, "external");
}

static const char *address_cause(doctor_case *of) {
    const dk_url *url = &of->reached;
    bool silent = dk_error_is(&of->why, "not-listening") || dk_error_is(&of->why, "server-starting");
    bool strange = dk_error_is(&of->why, "not-answering") || (dk_error_is(&of->why, "connection-failed") &&
                                                              !*of->why.sqlstate && !is_about_tls(&of->why));
    if (of->asked && !of->known && of->refusal.error_class == DK_ERROR_USAGE)
        return "url-invalid";
    if (doctor_other_port(of))
        return "port-mismatch";
    if (is_frozen_inside(of))
        return "not-listening";
    if (doctor_is_idle(of) && !silent)
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
    if (is_frozen(of))
        return "not-listening";
    doctor_ask_server(of);
    const char *cause = address_cause(of);
    return cause ? cause : login_cause(of);
}

/* ── a case ── */

/* No URL at all: nobody said where the database is, or the server that devkit would make is not there yet. */
static void without_url(doctor_case *of) {
    bool refused = !of->known && of->refusal.error_class == DK_ERROR_USAGE;
    if (doctor_is_idle(of)) {
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

static void connect_case(doctor_case *of) {
    of->connection = connect_patiently(&of->reached, &of->why);
    if (!of->connection && !dk_error_is(&of->why, "interrupted"))
        of->cause = find_cause(of);
}

static void open_afresh(doctor_case *of) {
    of->database = dk_database_get(of->context, &of->why);
    if (!of->database) {
        of->cause = "url-invalid";
        return;
    }
    if (!of->database->url && doctor_env_is_missing(of->context)) {
        of->cause = "env-missing";
        return;
    }
    if (!of->database->url)
        doctor_ask_server(of); /* it may remember one that it made up */
    if (!of->database)
        of->cause = "url-invalid";
    else if (!of->database->url)
        without_url(of);
    if (of->cause)
        return;
    /* A name that only containers know: the provider says how it is reached from here. */
    if (dk_database_reach(of->context, &of->reached, &of->why)) {
        connect_case(of);
        return;
    }
    doctor_ask_server(of);
    of->cause = of->why.error_class == DK_ERROR_USAGE ? "url-invalid" : "not-listening";
}

static bool finish(doctor_case *of, dk_error *error) {
    if (of->connection || of->cause || !dk_error_is(&of->why, "interrupted"))
        return true;
    dk_error_move(error, &of->why);
    return false;
}

/* ── one look for all the checks of a run ── */

/* A login costs both sides more than all questions together, and a deaf host costs seconds. */
static struct {
    bool reached;
    char cause[48]; /* "" while it is not known */
    doctor_case view;
} ahead;

/* In a process of its own: what hangs or crashes there does so in each check, too, and is reported by them.
 */
static void look(void *data, dk_buf *answer) {
    DOCTOR_AUTO_CASE doctor_case of = {.context = data};
    open_afresh(&of);
    if (of.cause)
        dk_buf_add(answer, of.cause);
    else if (of.connection && doctor_ask_server(&of))
        dk_buf_add(answer, "reached");
}

/* What that process could do without trouble is done once more here, where the checks have it from: the
 * server's view, the URL that it made up, and what libpq's libraries set up for a first login. */
void doctor_look_ahead(dk_context *context) {
    dk_task task = {.run = look, .data = context, .timeout_ms = DOCTOR_TIME_LIMIT_MS};
    doctor_look_ends();
    dk_tasks_run(&task, 1, 1, NULL);
    const char *answer = task.returned ? dk_buf_text(&task.answer) : "";
    ahead.reached = strcmp(answer, "reached") == 0;
    if (!ahead.reached && strlen(answer) < sizeof ahead.cause)
        snprintf(ahead.cause, sizeof ahead.cause, "%s", answer);
    ahead.view.context = context;
    ahead.view.database = ahead.reached ? dk_database_get(context, NULL) : NULL;
    if (ahead.reached && doctor_ask_server(&ahead.view))
        doctor_share_view(&ahead.view);
    dk_task_release(&task);
}

void doctor_look_ends(void) {
    doctor_share_view(NULL);
    doctor_case_release(&ahead.view);
    memset(&ahead, 0, sizeof ahead);
}

/* True when it is known already that another check has to speak. */
static bool is_explained(doctor_case *of, const char *id) {
    if (!*ahead.cause || strcmp(ahead.cause, id) == 0)
        return false;
    of->database = dk_database_get(of->context, NULL);
    if (!of->database || !of->database->url)
        return false;
    of->cause = ahead.cause;
    return true;
}

bool doctor_case_open(dk_context *context, doctor_case *of, const char *id, dk_error *error) {
    *of = (doctor_case){.context = context};
    if (!is_explained(of, id))
        open_afresh(of);
    return finish(of, error);
}

bool doctor_case_look(dk_context *context, doctor_case *of, const char *id, dk_error *error) {
    *of = (doctor_case){.context = context};
    of->database = ahead.reached ? dk_database_get(context, NULL) : NULL;
    if (of->database && of->database->url && dk_database_reach(context, &of->reached, NULL))
        return true;
    return doctor_case_open(context, of, id, error);
}

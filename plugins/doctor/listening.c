/* Is the project's server at the address that the URL names? */
#include "doctor.h"

#include <stdlib.h>
#include <string.h>

static bool is_one_of(const char *id, const char *const *list) {
    for (; id && *list; list++)
        if (strcmp(id, *list) == 0)
            return true;
    return false;
}

/* What is found before anything is sent to the server. */
static const char *const before_the_server[] = {"env-missing",   "url-invalid",        "not-listening",
                                                "port-mismatch", "port-taken",         "programs",
                                                "data-version",  "doctor-socket-path", NULL};

static void say_why(const doctor_case *of, dk_check_result *result) {
    if (of->why.detail)
        doctor_fail(result, "%s: %s", of->why.message, of->why.detail);
    else
        doctor_fail(result, "%s", of->why.message);
}

/* ── not-listening ── */

static bool is_starting(const doctor_case *of) {
    return dk_error_is(&of->why, "server-starting") || (of->known && of->status.state == DK_SERVER_STARTING);
}

static bool describe_silence(const doctor_case *of, dk_check_result *result) {
    say_why(of, result);
    doctor_why(result, "without its database the application can't work");
    if (is_starting(of)) {
        result->status = DK_CHECK_WARN;
        return doctor_fix(result, "devkit wait");
    }
    if (dk_error_is(&of->why, "not-answering")) /* `up` does not thaw it */
        return doctor_fix(result, "%s", of->why.hint);
    /* Devkit's own, or one of the project's compose file. */
    if (of->known && !dk_streq(of->status.provider, "external"))
        return doctor_fixable(result, "devkit up");
    const char *hint = of->known && of->status.hint ? of->status.hint : of->why.hint;
    return doctor_fix(result, "%s", hint ? hint : "start the server, or correct the URL");
}

static bool run_not_listening(dk_context *context, dk_check_result *result, dk_error *error) {
    DOCTOR_AUTO_CASE doctor_case of;
    if (!doctor_case_look(context, &of, "not-listening", error))
        return false;
    if (!is_one_of(of.cause, before_the_server))
        return doctor_ok(result, "a server answers at %s:%d", dk_url_host_name(of.database->url),
                         dk_url_port(of.database->url));
    return !doctor_is_for(&of, "not-listening", result) || describe_silence(&of, result);
}

const dk_check_interface doctor_not_listening = {
    .head = DK_INTERFACE("check", "not-listening", DK_CHECK_VERSION, dk_check_interface),
    .title = "A server answers at the URL's address",
    .run = run_not_listening,
    .fix = doctor_up,
};

/* ── port-mismatch ── */

/* Who is right: a server of devkit's own moves to the URL, any other is where it is. One that devkit would
 * only make is none yet. */
static bool moves(const doctor_case *of) {
    return doctor_is_owned(of) && of->status.state != DK_SERVER_ABSENT;
}

static bool describe_mismatch(doctor_case *of, int port, dk_check_result *result) {
    const dk_database *database = of->database;
    doctor_fail(result, "%s (%s) says port %d, the server is at port %d", database->variable,
                database->origin, dk_url_port(database->url), port);
    doctor_why(result, "the application asks at a port where its database is not");
    if (moves(of))
        return doctor_fixable(result, "devkit restart");
    /* File and URL agree: what is wrong is a container made before the file was changed. */
    bool older =
        dk_streq(of->status.provider, "compose") && doctor_file_port(of) == dk_url_port(database->url);
    if (older)
        return doctor_fix(result, "%s",
                          of->status.hint ? of->status.hint
                                          : "make the container anew: docker compose up -d");
    if (database->origin_file)
        return doctor_fixable(result, "change the port in %s to %d", database->origin, port);
    return doctor_fix(result, "change the port in %s, which comes from %s, to %d", database->variable,
                      database->origin, port);
}

static bool run_port_mismatch(dk_context *context, dk_check_result *result, dk_error *error) {
    DOCTOR_AUTO_CASE doctor_case of;
    if (!doctor_case_look(context, &of, "port-mismatch", error))
        return false;
    bool readable = of.database && of.database->url;
    int port = readable ? doctor_other_port(&of) : 0;
    if (port)
        return describe_mismatch(&of, port, result);
    if (!readable || is_one_of(of.cause, before_the_server))
        return !doctor_is_for(&of, "port-mismatch", result) || doctor_ok(result, "nothing runs elsewhere");
    return doctor_ok(result, "port %d is the server's", dk_url_port(of.database->url));
}

static bool fix_port_mismatch(dk_context *context, dk_error *error) {
    DOCTOR_AUTO_CASE doctor_case of;
    if (!doctor_case_open(context, &of, "port-mismatch", error))
        return false;
    int port = of.database && of.database->url ? doctor_other_port(&of) : 0;
    if (!port)
        return true;
    if (moves(&of))
        return doctor_restart(context, error);
    return dk_database_set_port(context, port, NULL, NULL, error);
}

const dk_check_interface doctor_port_mismatch = {
    .head = DK_INTERFACE("check", "port-mismatch", DK_CHECK_VERSION, dk_check_interface),
    .title = "The URL's port is the server's",
    .run = run_port_mismatch,
    .fix = fix_port_mismatch,
};

/* ── port-taken ── */

static bool describe_stranger(const doctor_case *of, dk_check_result *result) {
    int port = dk_url_port(of->database->url);
    DK_AUTOFREE char *holder = doctor_holder(of->context, port);
    if (holder)
        doctor_fail(result, "port %d is held by %s", port, holder);
    else
        doctor_fail(result, "something that is not this project's database listens at port %d", port);
    doctor_why(result, "the project's own server can't be there, and the application talks to a stranger");
    return doctor_fix(
        result, "stop what `devkit ports` shows at %d, or take another port: devkit up --port auto", port);
}

static bool is_taken(doctor_case *of) {
    const dk_url *url = of->database->url;
    bool idle = doctor_ask_server(of) && of->status.owned &&
                (of->status.state == DK_SERVER_ABSENT || of->status.state == DK_SERVER_STOPPED);
    return idle && doctor_listens(dk_url_host_name(url), dk_url_port(url));
}

static bool run_port_taken(dk_context *context, dk_check_result *result, dk_error *error) {
    DOCTOR_AUTO_CASE doctor_case of;
    if (!doctor_case_look(context, &of, "port-taken", error))
        return false;
    bool readable = of.database && of.database->url;
    if (readable && (dk_streq(of.cause, "port-taken") || is_taken(&of)))
        return describe_stranger(&of, result);
    if (is_one_of(of.cause, before_the_server))
        return !doctor_is_for(&of, "port-taken", result) || doctor_ok(result, "no stranger is there");
    return doctor_ok(result, "no stranger is at the URL's port");
}

const dk_check_interface doctor_port_taken = {
    .head = DK_INTERFACE("check", "port-taken", DK_CHECK_VERSION, dk_check_interface),
    .title = "Nobody else is at the URL's port",
    .run = run_port_taken,
};

/* url-invalid: the URL itself. */
#include "doctor.h"

static bool say(const dk_error *why, dk_check_result *result) {
    if (why->detail)
        doctor_fail(result, "%s: %s", why->message, why->detail);
    else
        doctor_fail(result, "%s", why->message);
    doctor_why(result, "neither the application nor devkit can tell from it where the database is");
    return doctor_fix(result, "%s",
                      why->hint ? why->hint
                                : "write it as postgresql://ROLE:PASSWORD@localhost:5432/DATABASE");
}

static bool run(dk_context *context, dk_check_result *result, dk_error *error) {
    (void)error;
    DOCTOR_AUTO_CASE doctor_case of = {.context = context};
    of.database = dk_database_get(context, &of.why);
    if (!of.database)
        return say(&of.why, result);
    if (!of.database->url)
        return doctor_ok(result, "%s is not set", of.database->variable);
    /* One that the server in question can never serve is as wrong as one that can't be read. */
    if (!doctor_ask_server(&of) && of.refusal.error_class == DK_ERROR_USAGE)
        return say(&of.refusal, result);
    DK_AUTO_ERROR dk_error unreachable = DK_ERROR_INIT;
    if (of.database && of.database->url && !dk_database_reach(context, &of.reached, &unreachable) &&
        unreachable.error_class == DK_ERROR_USAGE)
        return say(&unreachable, result);
    DK_AUTOFREE char *shown = of.database ? dk_url_masked(of.database->url) : NULL;
    return doctor_ok(result, "%s", shown ? shown : "it can be read");
}

const dk_check_interface doctor_url_invalid = {
    .head = DK_INTERFACE("check", "url-invalid", DK_CHECK_VERSION, dk_check_interface),
    .title = "The database's URL can be read",
    .run = run,
};

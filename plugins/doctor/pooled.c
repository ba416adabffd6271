/* pooled-endpoint: a connection pooler between the developer and his database. */
#include "doctor.h"

#include <string.h>

/* The text of the URL without the mark. A password may be spelled like it, so that the host alone is looked
 * at. Caller frees; NULL: it is not there as one piece. */
char *doctor_text_without_pooler(const char *text) {
    const char *at = text ? strrchr(text, '@') : NULL;
    const char *mark = text ? strstr(at ? at : text, "-pooler.") : NULL;
    return mark ? dk_format("%.*s%s", (int)(mark - text), text, mark + strlen("-pooler")) : NULL;
}

static char *direct_text(const doctor_case *of) {
    return doctor_text_without_pooler(dk_project_variable(of->context, of->database->variable, NULL));
}

static bool say(const doctor_case *of, const dk_pooler *pooler, dk_check_result *result) {
    const dk_url *url = of->database->url;
    DK_AUTOFREE char *direct = pooler->marked ? direct_text(of) : NULL;
    doctor_warn(result, "%s (%s) names the pooled endpoint %s:%d", of->database->variable,
                of->database->origin, dk_url_host_name(url), dk_url_port(url));
    doctor_why(result, "it is %s, %s", pooler->name, pooler->harm);
    if (direct && doctor_can_rewrite(of))
        return doctor_fixable(result, "take \"-pooler\" out of the host in %s", of->database->origin);
    if (pooler->marked)
        return doctor_fix(result, "take \"-pooler\" out of the host in %s (%s)", of->database->variable,
                          of->database->origin);
    return doctor_fix(result, "change %s (%s): %s", of->database->variable, of->database->origin,
                      pooler->remedy);
}

static bool open_case(dk_context *context, doctor_case *of, dk_check_result *result) {
    *of = (doctor_case){.context = context};
    of->database = dk_database_get(context, NULL);
    if (!of->database)
        return !doctor_skip(result, "the URL can't be read: see url-invalid");
    if (!of->database->url)
        return !doctor_skip(result, "%s is not set", of->database->variable);
    return true;
}

static bool run(dk_context *context, dk_check_result *result, dk_error *error) {
    (void)error;
    DOCTOR_AUTO_CASE doctor_case of;
    if (!open_case(context, &of, result))
        return true;
    if (dk_environment_name(context))
        return doctor_skip(result, "%s need not be a place to develop", dk_environment_name(context));
    const dk_pooler *pooler = dk_url_pooler(of.database->url);
    if (pooler)
        return say(&of, pooler, result);
    return doctor_ok(result, "%s is not known as a pooler", dk_url_host_name(of.database->url));
}

static bool fix(dk_context *context, dk_error *error) {
    dk_check_result ignored = {0};
    DOCTOR_AUTO_CASE doctor_case of;
    const dk_pooler *pooler = open_case(context, &of, &ignored) ? dk_url_pooler(of.database->url) : NULL;
    doctor_result_release(&ignored);
    DK_AUTOFREE char *direct = pooler && pooler->marked ? direct_text(&of) : NULL;
    if (!direct || !doctor_can_rewrite(&of))
        return dk_fail(error, DK_ERROR_FAILED, "not-written", "the URL is not written in one piece");
    return doctor_rewrite(&of, direct, error);
}

const dk_check_interface doctor_pooled_endpoint = {
    .head = DK_INTERFACE("check", "pooled-endpoint", DK_CHECK_VERSION, dk_check_interface),
    .title = "The URL leads to the database itself, not to a pooler",
    .run = run,
    .fix = fix,
};

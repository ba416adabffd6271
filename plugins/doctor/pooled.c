/* pooled-endpoint: a connection pooler between the developer and his database. */
#include "doctor.h"

#include <string.h>
#include <strings.h>

#define SUPABASE_TRANSACTION_PORT 6543

/* https://neon.com/docs/connect/connection-pooling: "-pooler" ends the first label of the host. */
static const char *neon_mark(const char *host) {
    const char *dot = strchr(host, '.');
    const size_t length = strlen("-pooler");
    return dot && dot - host > (long)length && strncmp(dot - length, "-pooler", length) == 0 ? dot - length
                                                                                             : NULL;
}

static bool is_supabase(const dk_url *url) {
    const char *host = dk_url_host_name(url);
    return dk_ends_with(host, ".pooler.supabase.com") ||
           (dk_ends_with(host, ".supabase.co") && dk_url_port(url) == SUPABASE_TRANSACTION_PORT);
}

/* The text of the URL without the mark. Caller frees; NULL: it is not there as one piece. What stands before
 * the host (a password) may look like it. */
char *doctor_text_without_pooler(const char *text) {
    const char *at = text ? strrchr(text, '@') : NULL;
    const char *mark = text ? strstr(at ? at : text, "-pooler.") : NULL;
    return mark ? dk_format("%.*s%s", (int)(mark - text), text, mark + strlen("-pooler")) : NULL;
}

static char *direct_text(const doctor_case *of) {
    return doctor_text_without_pooler(dk_project_variable(of->context, of->database->variable, NULL));
}

static bool say(const doctor_case *of, dk_check_result *result) {
    const dk_url *url = of->database->url;
    DK_AUTOFREE char *direct = neon_mark(dk_url_host_name(url)) ? direct_text(of) : NULL;
    doctor_warn(result, "%s (%s) names the pooled endpoint %s:%d", of->database->variable,
                of->database->origin, dk_url_host_name(url), dk_url_port(url));
    doctor_why(result,
               "through a pooler sessions are shared: migrations lose their search_path and locks, prepared "
               "statements vanish, and an old schema may be served for a while");
    if (direct && doctor_can_rewrite(of))
        return doctor_fixable(result, "take \"-pooler\" out of the host in %s", of->database->origin);
    if (is_supabase(url))
        return doctor_fix(result, "name the direct host in %s: db.PROJECT.supabase.co, port 5432",
                          of->database->origin);
    return doctor_fix(result, "take \"-pooler\" out of the host in %s (%s)", of->database->variable,
                      of->database->origin);
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
    if (neon_mark(dk_url_host_name(of.database->url)) || is_supabase(of.database->url))
        return say(&of, result);
    return doctor_ok(result, "%s is not known as a pooler", dk_url_host_name(of.database->url));
}

static bool fix(dk_context *context, dk_error *error) {
    dk_check_result ignored = {0};
    DOCTOR_AUTO_CASE doctor_case of;
    bool open = open_case(context, &of, &ignored);
    doctor_result_release(&ignored);
    DK_AUTOFREE char *direct = open ? direct_text(&of) : NULL;
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

/* `devkit neon delete` */
#include "neon.h"

#include <string.h>

static bool refuse(const json_t *branch, const char *code, const char *why, const char *hint,
                   dk_error *error) {
    dk_fail(error, DK_ERROR_REFUSED, code, "the branch %s can't be deleted",
            dk_json_string(branch, "name", ""));
    dk_error_detail(error, "%s", why);
    return dk_error_hint(error, "%s", hint);
}

/* Neon would refuse, too, but without the names. */
static bool check(const neon_session *session, const json_t *branch, dk_error *error) {
    DK_AUTO_STRV dk_strv children = DK_STRV_INIT;
    if (dk_json_bool(branch, "default", false))
        return refuse(branch, "neon-default-branch", "it is the project's default branch",
                      "`devkit neon promote` another branch first", error);
    if (dk_json_bool(branch, "protected", false))
        return refuse(branch, "neon-protected", "it is protected",
                      "take the protection away in Neon's console first, if that is meant", error);
    neon_branch_children(&session->branches, branch, &children);
    if (!children.count)
        return true;
    DK_AUTOFREE char *names = dk_strv_join(&children, ", ");
    DK_AUTOFREE char *why = dk_format("other branches were made from it: %s", names);
    return refuse(branch, "neon-has-children", why, "delete those first", error);
}

/* The database that .env names is on it: its name has to be said; else a yes is enough. */
static bool confirm(dk_context *context, const neon_session *session, const json_t *branch,
                    const neon_delete_values *given, dk_error *error) {
    const char *name = dk_json_string(branch, "name", "");
    if (dk_streq(dk_json_string(branch, "id", NULL), session->place.branch))
        return dk_confirm_name(context,
                               "the Neon branch that the project's database is on, with all its databases",
                               name, given->confirm, error);
    if (dk_streq(given->confirm, name))
        return true;
    DK_AUTOFREE char *question = dk_format("Delete the Neon branch %s with all its databases?", name);
    return dk_confirm(context, question, error);
}

bool neon_delete_run(dk_context *context, const void *values, dk_error *error) {
    const neon_delete_values *given = values;
    NEON_AUTO_SESSION neon_session session = {0};
    if (!neon_command_open(context, given->project, given->timeout, &session, error))
        return false;
    const json_t *branch = neon_branch_find(&session.branches, given->branch, error);
    if (!branch || !check(&session, branch, error) || !confirm(context, &session, branch, given, error) ||
        !neon_remove(&session.client, session.place.project, branch, error))
        return false;
    dk_json_set_string(dk_result(context), "deleted", dk_json_string(branch, "id", NULL));
    dk_json_set_string(dk_result(context), "name", dk_json_string(branch, "name", NULL));
    dk_print(context, "%s (%s) is deleted\n", dk_json_string(branch, "name", ""),
             dk_json_string(branch, "id", ""));
    return true;
}

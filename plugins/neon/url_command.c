/* `devkit neon url` */
#include "neon.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const dk_endpoint_interface *endpoints_of_neon(dk_context *context, dk_error *error) {
    return dk_interface_find(context, "endpoint", "neon", DK_ENDPOINT_VERSION, error);
}

static bool of_branch(dk_context *context, const neon_url_values *given, dk_url *url, dk_error *error) {
    NEON_AUTO_SESSION neon_session session = {0};
    DK_AUTOFREE char *database = NULL;
    DK_AUTOFREE char *role = NULL;
    if (!neon_command_open(context, given->project, 0, &session, error))
        return false;
    const json_t *branch = neon_choose(&session.branches, &session.place, given->branch, error);
    if (!branch)
        return false;
    dk_json_set_string(dk_result(context), "branch", dk_json_string(branch, "id", NULL));
    return neon_login(&session.client, &session.place, branch, given->database, given->role, &database, &role,
                      error) &&
           neon_connection(&session.client, session.place.project, branch, database, role, url, error);
}

/* Without a branch it is the application's own URL, for which nobody needs to be asked: as it is written,
 * without the port and the user that would be filled in. */
static bool of_application(dk_context *context, dk_url *url, dk_error *error) {
    const dk_database *database = dk_database_require(context, error);
    const char *written = database ? dk_project_variable(context, database->variable, error) : NULL;
    if (!database)
        return false;
    if (written)
        return dk_url_parse(written, url, error);
    dk_url_copy(url, database->url);
    return true;
}

static bool choose(dk_context *context, const neon_url_values *given, const dk_url *url, dk_url *chosen,
                   dk_error *error) {
    const dk_endpoint_interface *endpoint = endpoints_of_neon(context, error);
    if (!endpoint)
        return false;
    if (given->direct)
        return endpoint->direct(url, chosen, error);
    if (given->pooled)
        return endpoint->pooled(url, chosen, error);
    dk_url_copy(chosen, url);
    return true;
}

bool neon_url_run(dk_context *context, const void *values, dk_error *error) {
    const neon_url_values *given = values;
    DK_AUTO_URL dk_url url = DK_URL_INIT;
    DK_AUTO_URL dk_url chosen = DK_URL_INIT;
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    bool asks = given->branch || given->project || given->database || given->role;
    if (given->direct && given->pooled)
        return dk_fail(error, DK_ERROR_USAGE, "usage", "--direct and --pooled exclude each other");
    if (!(asks ? of_branch(context, given, &url, error) : of_application(context, &url, error)) ||
        !choose(context, given, &url, &chosen, error))
        return false;
    if (!given->reveal && isatty(STDOUT_FILENO)) {
        DK_AUTOFREE char *masked = dk_url_masked(&chosen);
        dk_buf_add(&text, masked);
    } else {
        dk_url_format(&chosen, &text);
    }
    dk_reveal(context, "url", dk_buf_text(&text));
    return true;
}

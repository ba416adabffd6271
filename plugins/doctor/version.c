/* Which major version is wanted, which one runs, and which one made the data. */
#include "doctor.h"

#include <kit/compose/compose.h>
#include <stdlib.h>

/* ── data-version ── */

static bool run_data(dk_context *context, dk_check_result *result, dk_error *error) {
    (void)error;
    DOCTOR_AUTO_CASE doctor_case of = {.context = context};
    of.database = dk_database_get(context, NULL);
    doctor_data_fits(&of, result);
    return true;
}

const dk_check_interface doctor_data_version = {
    .head = DK_INTERFACE("check", "data-version", DK_CHECK_VERSION, dk_check_interface),
    .title = "The data is of the version that the server has",
    .run = run_data,
};

/* ── server-version ── */

/* What somebody wrote down: the image of the provider, or that of the team's compose file. */
static int wanted_version(const doctor_case *of, bool *binding, dk_buf *where) {
    const dk_config *config = dk_config_get(of->context, NULL);
    const char *provider = of->known ? of->status.provider : NULL;
    COMPOSE_AUTO_PROJECT compose_project project = COMPOSE_PROJECT_INIT;
    *binding = dk_streq(provider, "docker") || dk_streq(provider, "compose");
    if (dk_streq(provider, "docker")) {
        dk_buf_addf(where, "[server.docker] image = \"%s\"", config->server_docker.image);
        return compose_image_major(config->server_docker.image);
    }
    if (dk_streq(provider, "local") || !compose_open(of->context, &project, NULL) || !project.files.count)
        return 0;
    const compose_service *service =
        compose_database(&project, config->server_compose.service, dk_url_host_name(of->database->url),
                         dk_url_port(of->database->url), NULL);
    if (!service || !service->image)
        return 0;
    const char *root = dk_project_root(of->context, NULL);
    DK_AUTOFREE char *place = compose_service_place(service, root ? root : "");
    dk_buf_addf(where, "%s says %s", place, service->image);
    return compose_image_major(service->image);
}

static bool run_server(dk_context *context, dk_check_result *result, dk_error *error) {
    DOCTOR_AUTO_CASE doctor_case of;
    DK_AUTO_BUF dk_buf where = DK_BUF_INIT;
    bool binding = false;
    if (!doctor_case_open(context, &of, "server-version", error))
        return false;
    if (!doctor_is_for(&of, "server-version", result))
        return true;
    doctor_ask_server(&of);
    int have = pg_server_version(of.connection) / 10000;
    int wanted = wanted_version(&of, &binding, &where);
    if (!wanted || wanted == have)
        return doctor_ok(result, "the server is version %d%s", have, wanted ? ", as written down" : "");
    doctor_warn(result, "the server is version %d, %s", have, dk_buf_text(&where));
    if (binding)
        result->status = DK_CHECK_FAIL;
    doctor_why(result,
               "what works on one major version need not work on the other, and dumps go only upwards");
    return doctor_fix(result,
                      binding ? "keep a copy (pg_dump), then devkit destroy, devkit up; or name an image of "
                                "version %d"
                              : "use a server of that version, or correct the file to version %d",
                      have);
}

const dk_check_interface doctor_server_version = {
    .head = DK_INTERFACE("check", "server-version", DK_CHECK_VERSION, dk_check_interface),
    .title = "The server has the version that is written down",
    .run = run_server,
};

/* Which major version is wanted, which one runs, and which one made the data. */
#include "doctor.h"

#include <kit/compose/compose.h>
#include <stdlib.h>

int doctor_data_major(const char *data_dir) {
    DK_AUTOFREE char *path = data_dir ? dk_path_join(data_dir, "PG_VERSION") : NULL;
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    int64_t major = 0;
    if (!path || !dk_file_read(path, 64, &text, NULL))
        return 0;
    dk_buf_trim_end(&text);
    return dk_parse_int64(dk_buf_text(&text), &major) ? (int)major : 0;
}

/* ── data-version ── */

static int wanted_by_configuration(const doctor_case *of) {
    const dk_config *config = dk_config_get(of->context, NULL);
    return config && dk_streq(of->status.provider, "local") ? (int)config->server_local.version : 0;
}

bool doctor_data_fits(doctor_case *of, dk_check_result *result) {
    DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
    int have = doctor_ask_server(of) && of->status.owned ? doctor_data_major(of->status.data_dir) : 0;
    int wanted = have ? wanted_by_configuration(of) : 0;
    bool running = of->known && (of->status.state == DK_SERVER_READY || of->status.pid);
    if (!have)
        return doctor_skip(result, "there is no data folder to look at");
    if (!running && !doctor_find_server_programs(of->context, 0, NULL, NULL))
        return doctor_skip(result, "there are no server programs: see programs");
    if (wanted && wanted != have) {
        doctor_fail(result,
                    "the data folder was made by PostgreSQL %d, and [server.local] version asks for %d", have,
                    wanted);
        doctor_why(result, "PostgreSQL opens only data of its own major version");
        doctor_fix(
            result,
            "set version = %d in [server.local]; or keep a copy (pg_dump), then devkit destroy, devkit up",
            have);
        return false;
    }
    if (!running && !doctor_find_server_programs(of->context, have, NULL, &why)) {
        doctor_fail(result, "the data folder was made by PostgreSQL %d, whose programs are not here", have);
        doctor_why(result, "PostgreSQL opens only data of its own major version");
        doctor_fix(result, "%s", why.hint ? why.hint : "install the server programs of that version");
        return false;
    }
    return doctor_ok(result, "the data is of version %d", have);
}

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
    DK_AUTOFREE char *shown = dk_path_relative(root ? root : "", service->file);
    dk_buf_addf(where, "%s:%d says %s", shown, service->line, service->image);
    return compose_image_major(service->image);
}

static bool run_server(dk_context *context, dk_check_result *result, dk_error *error) {
    DOCTOR_AUTO_CASE doctor_case of;
    DK_AUTO_BUF dk_buf where = DK_BUF_INIT;
    bool binding = false;
    if (!doctor_case_open(context, &of, error))
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

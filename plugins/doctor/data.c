/* What a data folder tells, and whether there are programs that can open it. */
#include "doctor.h"

#include <stdlib.h>

#define PID_FILE_PORT_LINE 4 /* https://www.postgresql.org/docs/current/storage-file-layout.html */

/* ── its files ── */

int doctor_postmaster_port(const char *data_dir) {
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    DK_AUTO_STRV dk_strv lines = DK_STRV_INIT;
    int64_t port = 0;
    DK_AUTOFREE char *path = data_dir ? dk_path_join(data_dir, "postmaster.pid") : NULL;
    if (!path || !dk_file_read(path, 4096, &text, NULL))
        return 0;
    dk_strv_split(&lines, dk_buf_text(&text), '\n');
    bool found =
        lines.count >= PID_FILE_PORT_LINE && dk_parse_int64(lines.items[PID_FILE_PORT_LINE - 1], &port);
    return found && port > 0 && port < 65536 ? (int)port : 0;
}

int doctor_data_major(const char *data_dir) {
    DK_AUTOFREE char *path = data_dir ? dk_path_join(data_dir, "PG_VERSION") : NULL;
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    int64_t major = 0;
    if (!path || !dk_file_read(path, 64, &text, NULL))
        return 0;
    dk_buf_trim_end(&text);
    return dk_parse_int64(dk_buf_text(&text), &major) ? (int)major : 0;
}

/* ── programs for it ── */

char *doctor_bin_dir(dk_context *context) {
    const dk_config *config = dk_config_get(context, NULL);
    const char *root = config ? dk_project_root(context, NULL) : NULL;
    return root && *config->server_local.bin_dir ? dk_path_absolute(root, config->server_local.bin_dir)
                                                 : NULL;
}

bool doctor_find_server_programs(dk_context *context, int major, int *found, dk_error *error) {
    DK_AUTOFREE char *folder = doctor_bin_dir(context);
    DK_AUTOFREE char *programs = pg_find_server_programs(major, folder, found, error);
    return programs != NULL;
}

/* Where there is data already, its version is data-version's matter. */
bool doctor_has_programs(doctor_case *of, int *major, dk_error *error) {
    const dk_config *config = dk_config_get(of->context, error);
    if (!config || !doctor_ask_server(of) || !dk_streq(of->status.provider, "local"))
        return config != NULL;
    int wanted = doctor_data_major(of->status.data_dir) ? 0 : (int)config->server_local.version;
    return doctor_find_server_programs(of->context, wanted, major, error);
}

/* ── the two together ── */

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

/* PostgreSQL's programs: those that the local server is made of, and the clients that backups and psql need.
 */
#include "doctor.h"

#include <stdlib.h>
#include <string.h>

#define VERSION_TIMEOUT_MS 3000

/* "15.18" of "pg_dump (PostgreSQL) 15.18 (Debian …)". Caller frees; NULL: it does not say. */
static char *version_of(const char *program) {
    DK_AUTO_PROCESS dk_process process = DK_PROCESS_INIT;
    dk_process_add(&process, program);
    dk_process_add(&process, "--version");
    process.timeout_ms = VERSION_TIMEOUT_MS;
    const char *found =
        dk_process_run(&process, NULL) ? strstr(dk_buf_text(&process.output), "(PostgreSQL) ") : NULL;
    return found ? dk_strndup(found + 13, strcspn(found + 13, " \n")) : NULL;
}

/* The folder with server programs brings no clients everywhere, so PATH and the usual places count, too. */
static char *find_client(dk_context *context, const char *name, int major, dk_error *error) {
    DK_AUTOFREE char *folder = doctor_bin_dir(context);
    char *found = folder ? pg_find_program(name, major, folder, NULL) : NULL;
    return found ? found : pg_find_program(name, major, NULL, error);
}

/* ── programs ── */

static bool say_missing(const dk_error *why, const char *purpose, dk_check_status status,
                        dk_check_result *result) {
    doctor_fail(result, "%s", why->message);
    result->status = status;
    doctor_why(result, "%s", purpose);
    return doctor_fix(result, "%s", why->hint ? why->hint : "install PostgreSQL's programs");
}

static bool run_programs(dk_context *context, dk_check_result *result, dk_error *error) {
    (void)error;
    static const char *const clients[] = {"psql", "pg_dump"};
    DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
    DK_AUTO_BUF dk_buf seen = DK_BUF_INIT;
    int major = 0;
    DOCTOR_AUTO_CASE doctor_case of = {.context = context, .database = dk_database_get(context, NULL)};
    if (!doctor_has_programs(&of, &major, &why))
        return say_missing(&why, "the project's own server is made of them", DK_CHECK_FAIL, result);
    if (major)
        dk_buf_addf(&seen, "server programs of version %d", major);
    for (size_t i = 0; i < DK_COUNT(clients); i++) {
        DK_AUTOFREE char *program = find_client(context, clients[i], 0, &why);
        if (!program)
            return say_missing(&why, "`devkit psql`, backups and large SQL files need it", DK_CHECK_WARN,
                               result);
        DK_AUTOFREE char *version = version_of(program);
        dk_buf_addf(&seen, "%s%s %s", seen.length ? ", " : "", clients[i],
                    version ? version : "of unknown version");
    }
    return doctor_ok(result, "%s", dk_buf_text(&seen));
}

const dk_check_interface doctor_programs = {
    .head = DK_INTERFACE("check", "programs", DK_CHECK_VERSION, dk_check_interface),
    .title = "PostgreSQL's programs are installed",
    .run = run_programs,
};

/* ── client-version ── */

static bool run_client_version(dk_context *context, dk_check_result *result, dk_error *error) {
    DOCTOR_AUTO_CASE doctor_case of;
    DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
    if (!doctor_case_open(context, &of, "client-version", error))
        return false;
    if (!doctor_is_for(&of, "client-version", result))
        return true;
    int server = pg_server_version(of.connection) / 10000;
    DK_AUTOFREE char *fitting = find_client(context, "pg_dump", server, &why);
    if (fitting)
        return doctor_ok(result, "pg_dump is not older than the server (%d)", server);
    DK_AUTOFREE char *older = find_client(context, "pg_dump", 0, NULL);
    if (!older)
        return doctor_skip(result, "there is no pg_dump: see programs");
    DK_AUTOFREE char *version = version_of(older);
    doctor_warn(result, "pg_dump is %s, the server %d", version ? version : "older", server);
    doctor_why(result, "pg_dump refuses a server that is newer than itself, so there can be no backups");
    return doctor_fix(result, "%s", why.hint ? why.hint : "install the client programs of that version");
}

const dk_check_interface doctor_client_version = {
    .head = DK_INTERFACE("check", "client-version", DK_CHECK_VERSION, dk_check_interface),
    .title = "The client programs are as new as the server",
    .run = run_client_version,
};

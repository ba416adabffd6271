/* Getting back in, when the administrator's password is lost or another one than the volume's: the official
 * image trusts whoever comes through the server's own socket inside the container. The statement is put there
 * as a file, so that no password is in an argument list, and removed again. */
#include "docker.h"

#include <string.h>

#define SCRIPT "devkit-mend.sql"
#define POLL_MS 50

static bool put_script(docker_engine *engine, const docker_container *container, const char *content,
                       dk_error *error) {
    DK_AUTO_BUF dk_buf tar = DK_BUF_INIT;
    DK_AUTOFREE char *path = dk_format("/containers/%s/archive?path=/tmp", container->id);
    docker_tar_file(&tar, SCRIPT, 0400, content);
    docker_call call = {
        .method = "PUT", .path = path, .tar = &tar, .what = "cannot put a file into the container"};
    return docker_send(engine, &call, NULL, NULL, error);
}

static bool start(docker_engine *engine, const docker_container *container, char **id, dk_error *error) {
    DK_AUTO_JSON json_t *command =
        json_pack("{s: b, s: b, s: s, s: [s, s, s, s, s, s, s, s, s]}", "AttachStdout", 0, "AttachStderr", 0,
                  "User", "0", "Cmd", "psql", "-XqU", DOCKER_ADMIN, "-d", DOCKER_MAINTENANCE, "-v",
                  "ON_ERROR_STOP=1", "-f", "/tmp/" SCRIPT);
    DK_AUTO_JSON json_t *made = NULL;
    DK_AUTO_JSON json_t *detached = json_pack("{s: b}", "Detach", 1);
    DK_AUTOFREE char *path = dk_format("/containers/%s/exec", container->id);
    docker_call call = {
        .method = "POST", .path = path, .json = command, .what = "cannot run psql in the container"};
    const char *given = NULL;
    if (!docker_send(engine, &call, &made, NULL, error))
        return false;
    if (!http_json_string(made, "Id", &given, error))
        return docker_explain(call.what, error);
    *id = dk_strdup(given);
    DK_AUTOFREE char *start_path = dk_format("/exec/%s/start", given);
    call.path = start_path;
    call.json = detached;
    return docker_send(engine, &call, NULL, NULL, error);
}

static bool wait_end(docker_engine *engine, const char *id, int64_t deadline, dk_error *error) {
    DK_AUTOFREE char *path = dk_format("/exec/%s/json", id);
    docker_call call = {.path = path, .what = "cannot look after psql in the container"};
    while (dk_now_ms() < deadline) {
        DK_AUTO_JSON json_t *state = NULL;
        if (!docker_send(engine, &call, &state, NULL, error))
            return false;
        if (!dk_json_bool(state, "Running", true)) {
            int64_t status = dk_json_int(state, "ExitCode", -1);
            return status == 0 || dk_fail(error, DK_ERROR_FAILED, "password-rejected",
                                          "psql in the container ends with status %lld", (long long)status);
        }
        dk_sleep_ms(POLL_MS);
        if (dk_interrupted())
            return dk_fail_interrupted(error);
    }
    return dk_fail(error, DK_ERROR_FAILED, "timed-out", "psql in the container does not end");
}

static bool fail_locked_out(const docker_project *project, dk_error *error) {
    DK_AUTOFREE char *why = dk_strdup(error ? error->message : NULL);
    dk_fail(error, DK_ERROR_FAILED, "password-rejected",
            "the volume %s was initialised with other credentials than devkit's", project->name);
    if (why)
        dk_error_detail(error,
                        "PostgreSQL sets its superuser and password only when a volume is new; setting "
                        "them from inside the container failed, too: %s",
                        why);
    return dk_error_hint(error,
                         "as a superuser that you know: CREATE ROLE " DOCKER_ADMIN
                         " SUPERUSER LOGIN, or ALTER ROLE " DOCKER_ADMIN
                         " PASSWORD with what .devkit/docker.admin holds; or keep a copy (pg_dump) and "
                         "start anew with `devkit destroy`");
}

bool docker_mend_admin(docker_engine *engine, const docker_project *project,
                       const docker_container *container, const char *secret, int64_t deadline,
                       dk_error *error) {
    DK_AUTO_BUF dk_buf sql = DK_BUF_INIT;
    DK_AUTOFREE char *id = NULL;
    dk_buf_add(&sql, "SET log_min_error_statement = panic; SET log_statement = none; ALTER ROLE " DOCKER_ADMIN
                     " PASSWORD ");
    pg_quote_literal(&sql, secret);
    dk_buf_add(&sql, ";\n");
    bool mended = put_script(engine, container, dk_buf_text(&sql), error) &&
                  start(engine, container, &id, error) && wait_end(engine, id, deadline, error);
    put_script(engine, container, "", NULL);
    if (!mended)
        return dk_error_is(error, "interrupted") ? false : fail_locked_out(project, error);
    dk_note(project->context, "the volume %s had another administrator's password: set anew", project->name);
    return true;
}

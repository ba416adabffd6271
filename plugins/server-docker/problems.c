/* What the engine's and the container's words mean. The first row that matches wins. */
#include "docker.h"

#include <string.h>
#include <strings.h>

typedef struct docker_problem {
    const char *pattern; /* in English, as engine and server say it */
    const char *code;
    const char *message; /* NULL: what we were about to do */
    const char *hint;
} docker_problem;

static const docker_problem engine_problems[] = {
    {"port is already allocated", "port-taken", NULL,
     "`devkit ports` shows who has it; stop that, or change the port in the URL (`devkit up --port auto`)"},
    {"address already in use", "port-taken", NULL,
     "`devkit ports` shows who has it; stop that, or change the port in the URL (`devkit up --port auto`)"},
    {"ports are not available", "port-taken", NULL, /* Docker Desktop */
     "`devkit ports` shows who has it; stop that, or change the port in the URL (`devkit up --port auto`)"},
    {"cannot expose privileged port", "port-privileged", NULL, /* rootless */
     "take a port above 1023 in the URL (`devkit up --port auto`)"},
    {"is too old. Minimum supported API version", "docker-version", NULL, "update devkit"},
    {"HTTP request to an HTTPS server", "docker-tls", NULL,
     "it wants TLS: set DOCKER_TLS_VERIFY=1, and DOCKER_CERT_PATH to the folder of its certificates"},
    {"no space left on device", "disk-full", NULL,
     "free some space: `docker system df` shows what images and volumes take, `docker image prune` removes "
     "images that nothing uses"},
    {"disk quota exceeded", "disk-full", NULL, "free some space where the engine keeps its data"},
    {"read-only file system", "read-only", NULL, "the engine's own folder is read-only: look at its disk"},
    {"cannot connect to the docker daemon", "docker-unreachable", NULL, "start the engine"},
    {"is already in use by container", "container-foreign", NULL,
     "another container has the name; `docker ps -a` shows it"},
};

static const docker_problem log_problems[] = {
    {"database files are incompatible with server", "data-version",
     "the volume's data was made by another version of PostgreSQL",
     "name the image of that version in [server.docker]; or keep a copy (pg_dump), `devkit destroy`, and "
     "`devkit up`"},
    {"there appears to be PostgreSQL data in", "data-version",
     "the volume's data was made by another version of PostgreSQL",
     "name the image of that version in [server.docker]; or keep a copy (pg_dump), `devkit destroy`, and "
     "`devkit up`"},
    {"No space left on device", "disk-full", "the engine's disk is full",
     "free some space: `docker system df` shows what images and volumes take"},
    {"Read-only file system", "read-only", "the volume is read-only", "look at the engine's disk"},
    {"superuser password is not specified", "image-unknown",
     "the image does not read POSTGRES_PASSWORD_FILE as the official one does",
     "use the official image or one made from it in [server.docker] image"},
    {"Cannot allocate memory", "memory", "there is not enough memory for the server",
     "give the engine more memory"},
    {"could not map anonymous shared memory", "memory", "there is not enough memory for the server",
     "give the engine more memory"},
    {"could not locate a valid checkpoint record", "data-damaged", "the volume's data is damaged",
     "restore a snapshot, or start anew with `devkit destroy`"},
    {"Permission denied", "permission", "the container may not use a file it needs",
     "look at the line above"},
    {"Operation not permitted", "permission", "the engine does not let the container do what it needs",
     "look at the line above"},
};

static const docker_problem *find(const docker_problem *problems, size_t count, const char *text) {
    for (size_t i = 0; text && i < count; i++)
        if (strcasestr(text, problems[i].pattern))
            return &problems[i];
    return NULL;
}

bool docker_fail_from_log(const char *log, const char *fallback, dk_error *error) {
    const docker_problem *problem = find(log_problems, DK_COUNT(log_problems), log);
    dk_fail(error, DK_ERROR_FAILED, problem ? problem->code : "container-failed", "%s",
            problem ? problem->message : fallback);
    if (*log)
        dk_error_detail(error, "%s", log);
    return dk_error_hint(error, "%s", problem ? problem->hint : "`devkit logs` shows more");
}

/* kit/http's code → ours, for failures in which the engine said nothing itself. */
static const struct {
    const char *http, *code, *hint;
} transport[] = {
    {"http-unreachable", "docker-unreachable", "start the engine, or look at DOCKER_HOST"},
    {"http-timeout", "docker-timeout",
     "the engine hangs or is very busy: does `docker ps` answer? sudo systemctl restart docker starts it "
     "anew"},
    {"http-closed", "docker-invalid", "did the engine just stop? try again; its own log says why"},
    {"http-invalid", "docker-invalid", "is DOCKER_HOST really a Docker engine, and is it well? try again"},
    {"http-too-large", "docker-invalid", "is DOCKER_HOST really a Docker engine?"},
    {"http-failed", "docker-failed", "try again; with -v devkit tells each exchange with the engine"},
    {"http-tls", "docker-tls", "look at the certificates of the context, or in DOCKER_CERT_PATH"},
};

static bool explain_transport(const char *what, dk_error *error) {
    for (size_t i = 0; i < DK_COUNT(transport); i++) {
        if (!dk_error_is(error, transport[i].http))
            continue;
        DK_AUTOFREE char *detail =
            error->detail ? dk_format("%s: %s", error->message, error->detail) : dk_strdup(error->message);
        dk_fail(error, DK_ERROR_FAILED, transport[i].code, "%s", what);
        dk_error_detail(error, "%s", detail);
        return dk_error_hint(error, "%s", transport[i].hint);
    }
    return false;
}

bool docker_explain(const char *what, dk_error *error) {
    if (!error || dk_error_is(error, "interrupted"))
        return false;
    if (!dk_error_is(error, "http-status"))
        return explain_transport(what, error);
    long status = error->http_status;
    DK_AUTOFREE char *said = dk_strdup(error->detail);
    const docker_problem *problem = find(engine_problems, DK_COUNT(engine_problems), said);
    dk_fail(error, DK_ERROR_FAILED, problem ? problem->code : "docker-failed", "%s", what);
    error->http_status = status;
    if (said)
        dk_error_detail(error, "the engine says: %s", said);
    else
        dk_error_detail(error, "the engine answers with status %ld", status);
    return dk_error_hint(error, "%s", problem ? problem->hint : "the engine's own log may say more");
}

/* `up`: what is already true is left alone, the rest is made true. */
#include "docker.h"

#include <stdlib.h>
#include <string.h>

typedef struct up_work {
    docker_engine engine;
    docker_project project;
    docker_container container;
    docker_facts facts;
    char *secret;
    int64_t deadline;
    bool changed;
    bool created; /* the container */
} up_work;

static void release(up_work *work) {
    docker_container_release(&work->container);
    docker_project_release(&work->project);
    docker_engine_release(&work->engine);
    free(work->secret);
}

static bool look(up_work *work, dk_error *error) {
    docker_container_release(&work->container);
    return docker_container_read(&work->engine, &work->project, &work->container, error) &&
           docker_container_check_owned(&work->project, &work->container, error);
}

/* ── a container that is not what it should be ────────────────────────────────────────────────────────────
 */

static bool fail_differs(const up_work *work, const dk_strv *differences, dk_error *error) {
    DK_AUTOFREE char *all = dk_strv_join(differences, "; ");
    dk_fail(error, DK_ERROR_FAILED, "container-differs", "the container %s is not what is asked for",
            work->project.name);
    dk_error_detail(error, "%s", all);
    return dk_error_hint(error,
                         "`devkit restart` makes it anew and keeps its data (the volume %s); or change "
                         "%s or .devkit.toml back",
                         work->project.name, work->project.variable);
}

/* Only the container goes; its data is in the volume. `restart` says that it may. */
static bool settle_differences(up_work *work, dk_error *error) {
    DK_AUTO_STRV dk_strv differences = DK_STRV_INIT;
    if (!work->container.exists)
        return true;
    docker_differences(&work->project, &work->container, &differences);
    if (!differences.count)
        return true;
    bool used = !dk_streq(work->container.state, "created"); /* one that never ran holds nothing */
    if (used && !docker_was_stopped_here())
        return fail_differs(work, &differences, error);
    DK_AUTOFREE char *all = dk_strv_join(&differences, "; ");
    if (used)
        dk_info(work->project.context, "the container is made anew, its data stays: %s", all);
    return docker_can_create(&work->engine, &work->project, error) &&
           docker_remove_container(&work->engine, work->project.name, error) && look(work, error);
}

/* ── running ──────────────────────────────────────────────────────────────────────────────────────────────
 */

/* What this machine knows of the holder; where it sees none (another network, a virtual machine), the
 * engine's words. */
static bool fail_taken(const up_work *work, const char *said, dk_error *error) {
    const docker_project *project = &work->project;
    socket_fail_taken(project->context, dk_url_port(project->url), project->variable, error);
    if (error && said && (!error->detail || !*error->detail))
        dk_error_detail(error, "%s", said);
    return false;
}

/* "localhost" is ::1, too, and tried there first: whoever listens there would get the application's logins,
 * although the engine can publish at 127.0.0.1. */
static bool is_beside_another(const up_work *work) {
    const dk_url *url = work->project.url;
    int port = dk_url_port(url);
    bool by_name = !dk_streq(dk_url_host_name(url), docker_publish_address(url));
    return by_name && !socket_port_is_free(port) && !socket_port_is_privileged(port);
}

static bool start(up_work *work, dk_error *error) {
    DK_AUTOFREE char *path = dk_format("/containers/%s/start", work->container.id);
    DK_AUTOFREE char *what = dk_format("cannot start the container %s", work->project.name);
    docker_call call = {
        .method = "POST", .path = path, .what = what, .accept = 304, .timeout_ms = DOCKER_START_TIMEOUT_MS};
    if (is_beside_another(work))
        return fail_taken(work, NULL, error);
    if (!docker_secret_put(&work->engine, &work->container, work->secret, error))
        return false;
    DK_FAULT("container-start-before");
    DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
    if (docker_send(&work->engine, &call, NULL, NULL, &why))
        return look(work, error);
    if (dk_error_is(&why, "port-taken"))
        return fail_taken(work, why.detail, error);
    dk_error_move(error, &why);
    return false;
}

/* `up` is to make it run, whoever stopped its clock. */
static bool resume(up_work *work, dk_error *error) {
    DK_AUTOFREE char *path = dk_format("/containers/%s/unpause", work->container.id);
    DK_AUTOFREE char *what = dk_format("cannot continue the paused container %s", work->project.name);
    docker_call call = {.method = "POST", .path = path, .what = what};
    return docker_send(&work->engine, &call, NULL, NULL, error) && look(work, error);
}

static bool find_secret(up_work *work, dk_error *error) {
    free(work->secret); /* of an attempt before */
    work->secret = docker_secret_read(&work->project);
    if (!work->secret && !work->created)
        work->secret = docker_secret_recover(&work->engine, &work->project, &work->container);
    if (!work->secret)
        work->secret = docker_secret_make(&work->project, error);
    return work->secret != NULL;
}

/* Pulling an image takes what it takes: only the server is waited for no longer than was said. */
static bool make_exist(up_work *work, dk_error *error) {
    int64_t before = dk_now_ms();
    if (!settle_differences(work, error))
        return false;
    if (!work->container.exists) {
        work->changed = work->created = true;
        if (!docker_create(&work->engine, &work->project, error) || !look(work, error))
            return false;
    }
    work->deadline += dk_now_ms() - before;
    return true;
}

static bool make_run(up_work *work, dk_error *error) {
    if (!make_exist(work, error) || !find_secret(work, error))
        return false;
    bool paused = dk_streq(work->container.state, "paused");
    if (work->container.running && !paused)
        return true;
    work->changed = true;
    return paused ? resume(work, error) : start(work, error);
}

/* A volume that was initialised with another password is opened from inside. */
static bool wait_ready(up_work *work, dk_error *error) {
    DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
    if (docker_wait(&work->engine, &work->project, &work->container, work->secret, work->deadline, &why))
        return true;
    if (!dk_error_is(&why, "password-rejected")) {
        dk_error_move(error, &why);
        return false;
    }
    work->changed = true;
    return docker_mend_admin(&work->engine, &work->project, &work->container, work->secret, work->deadline,
                             error) &&
           docker_wait(&work->engine, &work->project, &work->container, work->secret, work->deadline, error);
}

/* ── the URL ──────────────────────────────────────────────────────────────────────────────────────────────
 */

static pg_connection *connect_admin(const up_work *work, dk_error *error) {
    DK_AUTO_CONNINFO dk_conninfo conninfo = DK_CONNINFO_INIT;
    static const pg_options options = {.connect_timeout_ms = 10000};
    docker_admin_conninfo(&work->project, &work->container, work->secret, &conninfo);
    return pg_connect(&conninfo, DOCKER_MAINTENANCE, &options, error);
}

static bool explain_login(const up_work *work, dk_error *error) {
    if (error && error->detail && strstr(error->detail, "does not support SSL"))
        dk_error_hint(error,
                      "the container is reached without TLS: leave sslmode (or ssl) out of %s, or set it to "
                      "prefer",
                      work->project.variable);
    return false;
}

/* Role and database, then a login as the application; where only its password is wrong, the URL is right. */
static bool provision(up_work *work, dk_error *error) {
    DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
    const dk_url *url = work->project.url;
    pg_server_facts server = {0};
    pg_provision_request request = {
        .context = work->project.context, .admin_role = DOCKER_ADMIN, .url = url, .fresh = work->created};
    PG_AUTO_CONNECTION pg_connection *admin = connect_admin(work, error);
    if (!admin || !pg_provision(admin, &request, &server, &work->changed, error))
        return false;
    if (docker_ready(&work->project, server.start_time, &work->facts, &why))
        return true;
    if (!dk_error_is(&why, "password-rejected")) {
        dk_error_move(error, &why);
        return explain_login(work, error);
    }
    if (!pg_set_password(admin, url, error))
        return false;
    work->changed = true;
    dk_info(work->project.context, "role %s has the URL's password now", url->user);
    return docker_ready(&work->project, server.start_time, &work->facts, error);
}

/* Runs already, as the URL says, with everything in it? */
static bool is_up(up_work *work) {
    DK_AUTO_STRV dk_strv differences = DK_STRV_INIT;
    if (!dk_streq(work->container.state, "running")) /* a paused one would let us wait for an answer */
        return false;
    docker_differences(&work->project, &work->container, &differences);
    return !differences.count && docker_truth_is_known(&work->project, &work->container) &&
           docker_ready(&work->project, NULL, &work->facts, NULL) && work->facts.fits;
}

static bool attempt(up_work *work, dk_error *error) {
    return look(work, error) &&
           (is_up(work) || (make_run(work, error) && wait_ready(work, error) && provision(work, error)));
}

/* A port that was found free may be taken before the engine has it: one that devkit chose is chosen anew. */
static bool bring_up(up_work *work, dk_error *error) {
    DOCKER_AUTO_LOCK dk_lock lock = DK_LOCK_INIT;
    int64_t patience = work->deadline - dk_now_ms();
    if (!docker_lock(&work->project, &lock, patience > 0 ? patience : 0, error) ||
        !docker_address(&work->project, true, error))
        return false;
    for (;;) {
        DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
        if (attempt(work, &why))
            return true;
        if (!dk_error_is(&why, "port-taken") || !docker_address_next(&work->project, error)) {
            dk_error_move(error, &why);
            return false;
        }
        dk_info(work->project.context, "%s: the project's server takes port %d", why.message,
                dk_url_port(work->project.url));
    }
}

/* A published loopback port is of no use on another machine. */
static bool check_near(const docker_engine *engine, dk_error *error) {
    const char *host = engine->endpoint.host;
    if (!host || dk_streq(host, "localhost") || dk_starts_with(host, "127.") || dk_streq(host, "::1"))
        return true;
    dk_fail(error, DK_ERROR_USAGE, "docker-remote", "the Docker engine is on another machine, %s", host);
    dk_error_detail(error, "the container's port would be published there, not here (%s)",
                    engine->endpoint.origin);
    return dk_error_hint(error, "use an engine on this machine, or server = \"external\" with the URL of a "
                                "server over there");
}

static bool run(up_work *work, dk_context *context, dk_error *error) {
    if (!docker_project_open(context, &work->project, error) ||
        !docker_address(&work->project, false, error) || !docker_engine_open(context, &work->engine, error) ||
        !check_near(&work->engine, error))
        return false;
    if (work->project.url && !look(work, error))
        return false;
    if ((!work->project.url || !is_up(work)) && !bring_up(work, error))
        return false;
    docker_truth_remember(&work->project, &work->container);
    return true;
}

bool docker_up(dk_context *context, int64_t timeout_ms, dk_server_status *status, bool *changed,
               dk_error *error) {
    up_work work = {.deadline = dk_now_ms() + (timeout_ms > 0 ? timeout_ms : DOCKER_START_TIMEOUT_MS)};
    bool done = run(&work, context, error);
    *changed = work.changed;
    if (done) {
        status->state = DK_SERVER_READY;
        docker_status_fill(&work.engine, &work.project, &work.container, &work.facts, false, status);
    }
    release(&work);
    return done;
}

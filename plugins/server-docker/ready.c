/* Is it ready? Only a query over TCP answers that; and as the official image first runs a temporary server,
 * only the same server twice. */
#include "docker.h"

#include <stdio.h>
#include <string.h>

#define POLL_MS 100
#define STEADY_MS 1500 /* an image whose entry point we don't know must stay up this long */
#define PROBE_TIMEOUT_MS 2000
#define LAST_WORDS_MS 2000
#define STARTED_MS 10000 /* one that was started just now may be slow; one merely looked at, frozen */

void docker_admin_conninfo(const docker_project *project, const docker_container *container,
                           const char *secret, dk_conninfo *conninfo) {
    DK_AUTOFREE char *port = dk_format("%d", container->port ? container->port : dk_url_port(project->url));
    const char *address = container->address ? container->address : docker_publish_address(project->url);
    dk_conninfo_set(conninfo, "host", dk_streq(address, "0.0.0.0") ? "127.0.0.1" : address);
    dk_conninfo_set(conninfo, "port", port);
    dk_conninfo_set(conninfo, "user", DOCKER_ADMIN);
    dk_conninfo_set(conninfo, "password", secret);
}

/* ── as the application ───────────────────────────────────────────────────────────────────────────────────
 */

static bool read_facts(pg_connection *connection, const char *expected, docker_facts *facts, bool *same,
                       dk_error *error) {
    PG_AUTO_RESULT pg_result *result = NULL;
    const char *const parameters[] = {expected};
    if (!pg_query(connection,
                  "SELECT pg_catalog.pg_postmaster_start_time()::pg_catalog.text, r.rolcreatedb AND d.datdba "
                  "= r.oid, coalesce(pg_catalog.pg_postmaster_start_time() = $1::pg_catalog.timestamptz, "
                  "true) FROM pg_catalog.pg_roles r, pg_catalog.pg_database d WHERE r.rolname = current_user "
                  "AND d.datname = pg_catalog.current_database()",
                  parameters, 1, &result, error))
        return false;
    if (pg_rows(result) != 1)
        return dk_fail(error, DK_ERROR_FAILED, "connection-failed", "the server gave no answer");
    snprintf(facts->server.start_time, sizeof facts->server.start_time, "%s", pg_value(result, 0, 0));
    facts->server.version = pg_server_version(connection);
    facts->fits = pg_bool(result, 0, 1);
    *same = pg_bool(result, 0, 2);
    return true;
}

bool docker_ready(const docker_project *project, const char *expected, docker_facts *facts, dk_error *error) {
    DK_AUTO_CONNINFO dk_conninfo conninfo = DK_CONNINFO_INIT;
    int timeout_ms = expected ? STARTED_MS : PG_LOOK_MS;
    pg_options options = {.connect_timeout_ms = timeout_ms, .answer_timeout_ms = timeout_ms, .plain = true};
    bool same = false;
    dk_url_conninfo(project->url, &conninfo);
    PG_AUTO_CONNECTION pg_connection *connection = pg_connect(&conninfo, NULL, &options, error);
    if (!connection || !read_facts(connection, expected, facts, &same, error))
        return false;
    if (same)
        return true;
    dk_fail(error, DK_ERROR_FAILED, "wrong-server",
            "another PostgreSQL answers at %s:%d than the container's", dk_url_host_name(project->url),
            dk_url_port(project->url));
    return dk_error_hint(error, "change the port in %s, or stop the other server", project->variable);
}

/* ── waiting ──────────────────────────────────────────────────────────────────────────────────────────────
 */

typedef struct probe {
    char start_time[48];
    int64_t process; /* of the postmaster, as the container counts; 1: the container's own process */
} probe;

static bool ask(const docker_project *project, const docker_container *container, const char *secret,
                probe *seen, dk_error *error) {
    DK_AUTO_CONNINFO dk_conninfo conninfo = DK_CONNINFO_INIT;
    static const pg_options options = {.connect_timeout_ms = PROBE_TIMEOUT_MS,
                                       .answer_timeout_ms = PROBE_TIMEOUT_MS,
                                       .statement_timeout_ms = PROBE_TIMEOUT_MS};
    PG_AUTO_RESULT pg_result *result = NULL;
    docker_admin_conninfo(project, container, secret, &conninfo);
    PG_AUTO_CONNECTION pg_connection *connection = pg_connect(&conninfo, DOCKER_MAINTENANCE, &options, error);
    if (!connection ||
        !pg_run(connection,
                "SELECT pg_catalog.pg_postmaster_start_time()::pg_catalog.text, pg_catalog.split_part("
                "pg_catalog.pg_read_file('postmaster.pid'), E'\\n', 1)",
                &result, error))
        return false;
    snprintf(seen->start_time, sizeof seen->start_time, "%s", pg_value(result, 0, 0));
    if (!dk_parse_int64(pg_value(result, 0, 1), &seen->process))
        seen->process = 0;
    return true;
}

/* The entry point becomes the real server, so that one is the container's first process; the temporary one is
 * not. An image that starts differently shows by its log or by staying up. */
static bool is_real(const probe *seen, const docker_watch *watch, int64_t steady_since) {
    if (seen->process == 1)
        return true;
    if (watch->initialises && !watch->initialised)
        return false;
    return dk_now_ms() - steady_since >= STEADY_MS;
}

static bool fail_stopped(const docker_watch *watch, const docker_container *now, dk_error *error) {
    DK_AUTOFREE char *last = docker_watch_last(watch);
    DK_AUTOFREE char *fallback =
        now->out_of_memory ? dk_strdup("the engine ended the container: it used too much memory")
                           : dk_format("the container stopped with status %lld while it was starting",
                                       (long long)now->exit_status);
    return docker_fail_from_log(last, fallback, error);
}

/* A container that is gone or stopped won't become ready. */
static bool check_running(docker_engine *engine, const docker_project *project, docker_watch *watch,
                          dk_error *error) {
    DOCKER_AUTO_CONTAINER docker_container now = {0};
    if (!docker_container_read(engine, project, &now, error))
        return false;
    if (now.running && !dk_streq(now.state, "restarting"))
        return true;
    /* The rest of what it said. One that its policy starts again and again has a log without an end. */
    for (int64_t end = dk_now_ms() + LAST_WORDS_MS; !watch->ended && dk_now_ms() < end;)
        if (!docker_watch_step(watch, POLL_MS, error))
            return false;
    return fail_stopped(watch, &now, error);
}

static bool fail_timeout(const docker_watch *watch, const dk_error *why, dk_error *error) {
    DK_AUTOFREE char *last = docker_watch_last(watch);
    dk_fail(error, DK_ERROR_FAILED, "not-ready", "the server in the container is not ready yet");
    dk_error_detail(error, "%s%s%s", why->message ? why->message : "it answers, but is still starting",
                    *last ? "\n" : "", last);
    return dk_error_hint(error, "it goes on starting: `devkit wait` waits longer, `devkit logs` shows what "
                                "it does");
}

static bool may_pass(const dk_error *why) {
    static const char *const final[] = {"password-rejected", "hba-rejected", "role-missing", "interrupted"};
    for (size_t i = 0; i < DK_COUNT(final); i++)
        if (dk_error_is(why, final[i]))
            return false;
    return true;
}

static bool wait_real(docker_engine *engine, const docker_project *project, const docker_container *container,
                      const char *secret, int64_t deadline, docker_watch *watch, dk_error *error) {
    probe before = {.process = -1};
    int64_t steady_since = 0, checked = dk_now_ms();
    for (;;) {
        DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
        probe seen = {0};
        bool answered = ask(project, container, secret, &seen, &why);
        if (!answered && !may_pass(&why)) {
            dk_error_move(error, &why);
            return false;
        }
        if (answered && !dk_streq(seen.start_time, before.start_time)) {
            before = seen;
            steady_since = dk_now_ms();
            continue; /* ask again: the second answer counts */
        }
        if (answered && is_real(&seen, watch, steady_since))
            return true;
        if (!answered)
            before.start_time[0] = 0;
        if (dk_now_ms() >= deadline)
            return fail_timeout(watch, &why, error);
        if (!docker_watch_step(watch, POLL_MS, error))
            return false;
        if ((watch->ended || dk_now_ms() - checked > 1000) && !check_running(engine, project, watch, error))
            return false;
        checked = dk_now_ms() - checked > 1000 ? dk_now_ms() : checked;
    }
}

bool docker_wait(docker_engine *engine, const docker_project *project, const docker_container *container,
                 const char *secret, int64_t deadline, dk_error *error) {
    docker_watch watch;
    docker_watch_start(engine, container, &watch);
    watch.progress = dk_progress_begin(project->context, "wait for the server");
    bool ready = wait_real(engine, project, container, secret, deadline, &watch, error);
    dk_progress_end(watch.progress, ready, ready ? "ready" : "not ready");
    docker_watch_end(&watch);
    return ready;
}

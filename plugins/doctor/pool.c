/* pool-size: do the connections that the application may open fit into those that the server gives? */
#include "doctor.h"

#include <stdlib.h>

/* Where frameworks and process managers read them. */
static const char size_variable[] = "DATABASE_POOL_SIZE";
static const char overflow_variable[] = "DATABASE_MAX_OVERFLOW";
static const char instances_variable[] = "WEB_CONCURRENCY";

/* Of other roles' sessions a plain role is told little, but not nothing. */
static const char question[] =
    "SELECT current_setting('max_connections')::int, current_setting('superuser_reserved_connections')::int "
    "+ coalesce(current_setting('reserved_connections', true)::int, 0), "
    "count(*) FILTER (WHERE application_name IS DISTINCT FROM 'devkit'), "
    "count(*) FILTER (WHERE application_name IS DISTINCT FROM 'devkit' "
    "AND (datname, usename) IS DISTINCT FROM (current_database(), current_user)) "
    "FROM pg_stat_activity WHERE backend_type = 'client backend' "
    "OR backend_type IS NULL AND datid IS NOT NULL AND usesysid IS NOT NULL";

typedef struct pool {
    bool given;
    int64_t size, overflow, instances;
    int64_t wanted;                /* connections that the application may open */
    int64_t most, used, by_others; /* of the server: without the reserved ones */
} pool;

/* More than this no server has, and products of three must not overflow. */
#define NUMBER_MOST 1000000

static int64_t number(dk_context *context, const char *name, int64_t fallback, bool *given) {
    int64_t value = 0;
    const char *text = dk_project_variable(context, name, NULL);
    if (!text || !dk_parse_int64(text, &value) || value < 0)
        return fallback;
    if (given)
        *given = true;
    return value < NUMBER_MOST ? value : NUMBER_MOST;
}

static void read_pool(dk_context *context, pool *of) {
    of->size = number(context, size_variable, 0, &of->given);
    of->overflow = number(context, overflow_variable, 0, NULL);
    of->instances = number(context, instances_variable, 1, NULL);
    if (of->instances < 1)
        of->instances = 1;
    of->wanted = (of->size + of->overflow) * of->instances;
}

static void describe_pool(const pool *of, dk_buf *text) {
    dk_buf_addf(text, "the application may open %lld connections (%s=%lld + %s=%lld", (long long)of->wanted,
                size_variable, (long long)of->size, overflow_variable, (long long)of->overflow);
    if (of->instances > 1)
        dk_buf_addf(text, ", %s=%lld times", instances_variable, (long long)of->instances);
    dk_buf_add(text, ")");
}

/* ── the server's side ── */

static bool say_too_many(const pool *of, dk_check_status status, dk_check_result *result) {
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    describe_pool(of, &text);
    if (of->wanted > of->most)
        doctor_fail(result, "%s; the server gives %lld", dk_buf_text(&text), (long long)of->most);
    else
        doctor_fail(result, "%s; of the server's %lld others use %lld", dk_buf_text(&text),
                    (long long)of->most, (long long)of->by_others);
    result->status = status;
    doctor_why(result, "under load requests fail with \"too many clients already\"");
    return doctor_fix(result, "lower %s or %s in .env, or raise max_connections on the server", size_variable,
                      overflow_variable);
}

static bool say_exhausted(const doctor_case *of, dk_check_result *result) {
    doctor_fail(result, "%s", of->why.detail ? of->why.detail : of->why.message);
    doctor_why(result, "nobody else gets a connection");
    return doctor_fix(result, "%s",
                      of->why.hint ? of->why.hint
                                   : "close clients that are not needed, or raise max_connections");
}

/* ── the requests' side ── */

static bool say_too_few(const pool *of, int64_t requests, dk_check_result *result) {
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    describe_pool(of, &text);
    doctor_fail(result, "%s, and [project] concurrency says %lld requests at once", dk_buf_text(&text),
                (long long)requests);
    doctor_why(result, "requests beyond the pool wait for a connection and end with a time-out");
    return doctor_fix(result, "raise %s in .env, or lower concurrency in .devkit.toml", size_variable);
}

static bool judge(dk_context *context, const pool *of, dk_check_result *result) {
    const dk_config *config = dk_config_get(context, NULL);
    int64_t requests = config ? config->project.concurrency : 0;
    if (of->given && of->wanted > of->most)
        return say_too_many(of, DK_CHECK_FAIL, result);
    if (of->given && requests > of->wanted)
        return say_too_few(of, requests, result);
    if (of->given && of->wanted > of->most - of->by_others)
        return say_too_many(of, DK_CHECK_WARN, result);
    return doctor_ok(result, "%lld of %lld connections are in use%s", (long long)of->used,
                     (long long)of->most, of->given ? ", and the pool fits" : "");
}

static bool run(dk_context *context, dk_check_result *result, dk_error *error) {
    DOCTOR_AUTO_CASE doctor_case of;
    PG_AUTO_RESULT pg_result *row = NULL;
    pool seen = {0};
    if (!doctor_case_open(context, &of, "pool-size", error))
        return false;
    if (!doctor_is_for(&of, "pool-size", result))
        return true;
    if (!of.connection)
        return say_exhausted(&of, result);
    if (!pg_run(of.connection, question, &row, error))
        return false;
    read_pool(context, &seen);
    seen.most = pg_int(row, 0, 0) - pg_int(row, 0, 1);
    seen.used = pg_int(row, 0, 2);
    seen.by_others = pg_int(row, 0, 3);
    return judge(context, &seen, result);
}

const dk_check_interface doctor_pool_size = {
    .head = DK_INTERFACE("check", "pool-size", DK_CHECK_VERSION, dk_check_interface),
    .title = "The application's connections fit into the server's",
    .run = run,
};

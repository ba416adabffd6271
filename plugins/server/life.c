/* up, down, restart, status, wait, logs, destroy. */
#include "server.h"

#define STATUS_AUTO DK_CLEANUP(dk_server_status_release)
#define WAIT_POLL_MS 50
#define LOOK_TIMEOUT_MS 60000

static void print_up(dk_context *context, const dk_server_status *status, bool changed, const char *why) {
    if (dk_is_json(context)) {
        server_report(context, status, why);
        dk_json_set_bool(dk_result(context), "changed", changed);
        return;
    }
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    server_describe(status, &text);
    dk_print(context, "%s %s\n", changed ? "up:" : "already up:", dk_buf_text(&text));
}

static bool bring_up(dk_context *context, const server_up_values *given, dk_error *error) {
    const char *why = NULL;
    bool changed = false, up = false;
    STATUS_AUTO dk_server_status status = DK_SERVER_STATUS_INIT;
    SERVER_AUTO_MOVE server_move move = SERVER_MOVE_INIT;
    DK_AUTO_ERROR dk_error failure = DK_ERROR_INIT;
    const dk_server_interface *server =
        server_move_parse(given->port, &move, error) ? dk_server(context, &why, error) : NULL;
    if (!server || !dk_event(context, "pre-up", NULL, error) ||
        !server_move_begin(context, server, given->timeout, &move, error) ||
        !(server = dk_server(context, &why, error))) /* with the URL it may be another one's now */
        return false;
    do {
        dk_server_status_release(&status);
        up = server_move_settle(context, server, &move, &failure) &&
             server->up(context, given->timeout, &status, &changed, &failure);
    } while (!up && server_move_again(context, &move, &failure));
    if (!up) {
        dk_error_move(error, &failure);
        return false;
    }
    print_up(context, &status, changed, why);
    server_move_report(context, &move);
    return dk_event(context, "post-up", NULL, error);
}

bool server_up(dk_context *context, const void *values, dk_error *error) {
    return bring_up(context, values, error);
}

static bool take_down(dk_context *context, const dk_server_interface *server, bool *changed,
                      dk_error *error) {
    return dk_event(context, "pre-down", NULL, error) && server->down(context, changed, error);
}

bool server_down(dk_context *context, const void *values DK_UNUSED, dk_error *error) {
    bool changed = false;
    const dk_server_interface *server = dk_server(context, NULL, error);
    if (!server || !take_down(context, server, &changed, error))
        return false;
    dk_json_set_string(dk_result(context), "server", server->head.name);
    dk_json_set_bool(dk_result(context), "changed", changed);
    dk_print(context, changed ? "down: the server is stopped\n" : "already down: no server was running\n");
    return dk_event(context, "post-down", NULL, error);
}

/* Down and up with the events of both. What --port can't do is said while the server still runs. */
bool server_restart(dk_context *context, const void *values, dk_error *error) {
    const server_up_values *given = values;
    bool changed = false;
    SERVER_AUTO_MOVE server_move move = SERVER_MOVE_INIT;
    const dk_server_interface *server =
        server_move_parse(given->port, &move, error) ? dk_server(context, NULL, error) : NULL;
    return server && server_move_allowed(context, server, &move, error) &&
           take_down(context, server, &changed, error) && dk_event(context, "post-down", NULL, error) &&
           bring_up(context, given, error);
}

bool server_status(dk_context *context, const void *values DK_UNUSED, dk_error *error) {
    const char *why = NULL;
    STATUS_AUTO dk_server_status status = DK_SERVER_STATUS_INIT;
    const dk_server_interface *server = dk_server(context, &why, error);
    if (!server || !server->status(context, &status, error))
        return false;
    DK_AUTO_JSON json_t *facts = server_facts(context, &status);
    if (dk_interrupted())
        return dk_fail_interrupted(error);
    server_report(context, &status, why);
    json_object_update_missing(dk_result(context), facts);
    server_print_facts(context, facts);
    if (!dk_json_bool(facts, "healthy", false))
        dk_set_findings(context);
    return true;
}

/* ── wait ─────────────────────────────────────────────────────────────────────────────────────────────────
 */

static bool fail_wait(const dk_server_status *status, int64_t timeout, dk_error *error) {
    char patience[DK_FORMATTED];
    dk_format_duration(timeout, patience);
    dk_fail(error, DK_ERROR_FAILED, "not-ready", "the server is not ready after %s: it is %s", patience,
            dk_server_state_name(status->state));
    if (status->problem)
        dk_error_detail(error, "%s", status->problem);
    if (status->hint)
        return dk_error_hint(error, "%s", status->hint);
    return dk_error_hint(error, status->state == DK_SERVER_STARTING ? "`devkit logs` shows what it is doing"
                                                                    : "start it with `devkit up`");
}

bool server_wait(dk_context *context, const void *values, dk_error *error) {
    int64_t timeout = ((const server_wait_values *)values)->timeout;
    int64_t deadline = dk_now_ms() + timeout;
    const char *why = NULL;
    const dk_server_interface *server = dk_server(context, &why, error);
    while (server) {
        STATUS_AUTO dk_server_status status = DK_SERVER_STATUS_INIT;
        if (!server->status(context, &status, error))
            return false;
        if (status.state == DK_SERVER_READY) {
            DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
            server_describe(&status, &text);
            if (dk_is_json(context))
                server_report(context, &status, why);
            dk_print(context, "ready: %s\n", dk_buf_text(&text));
            return true;
        }
        if (dk_interrupted())
            return dk_fail_interrupted(error);
        if (dk_now_ms() >= deadline)
            return fail_wait(&status, timeout, error);
        dk_sleep_ms(WAIT_POLL_MS);
    }
    return false;
}

/* ── logs, destroy ────────────────────────────────────────────────────────────────────────────────────────
 */

bool server_logs(dk_context *context, const void *values, dk_error *error) {
    const server_logs_values *given = values;
    const dk_server_interface *server = dk_server(context, NULL, error);
    if (given->follow && dk_is_json(context))
        return dk_fail(error, DK_ERROR_USAGE, "usage", "--follow never ends, so it can't be one JSON object");
    if (!server || !given->service)
        return server && server->logs(context, given->follow, given->lines, error);
    if (server->service_logs)
        return server->service_logs(context, given->service, given->follow, given->lines, error);
    dk_fail(error, DK_ERROR_USAGE, "no-such-service", "the server \"%s\" knows no other services",
            server->head.name);
    return dk_error_hint(error, "services are those of a compose file: [database] server = \"compose\"");
}

static bool list_protected(dk_context *context, dk_strv *names, dk_error *error) {
    DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
    const dk_engine_interface *engine =
        dk_interface_find(context, "engine", "template", DK_ENGINE_VERSION, &why);
    if (dk_error_is(&why, "no-such-engine"))
        return true; /* then nothing can have set the mark */
    if (engine)
        return engine->protected_names(context, names, error);
    dk_error_move(error, &why);
    return false;
}

/* The mark stands in the database, so the server has to run for the look. */
static bool list_protected_started(dk_context *context, const dk_server_interface *server,
                                   const dk_server_status *before, dk_strv *names, dk_error *error) {
    bool changed = false;
    STATUS_AUTO dk_server_status status = DK_SERVER_STATUS_INIT;
    if (!server->up(context, LOOK_TIMEOUT_MS, &status, &changed, error))
        return false;
    bool listed = list_protected(context, names, error);
    if (before->state == DK_SERVER_STOPPED)
        server->down(context, &changed, NULL);
    return listed;
}

/* One that can't be started any more (its data is damaged, its programs are gone) can't be asked either: that
 * is said before the name has to be typed, and destroying is the way out. */
static bool refuse_protected(dk_context *context, const dk_server_interface *server,
                             const dk_server_status *status, dk_error *error) {
    DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
    DK_AUTO_STRV dk_strv names = DK_STRV_INIT;
    bool listed = status->state != DK_SERVER_STOPPED && list_protected(context, &names, NULL);
    if (!listed && !list_protected_started(context, server, status, &names, &why)) {
        if (dk_interrupted())
            return dk_fail_interrupted(error);
        dk_warn(context, "whether a database of it is protected can't be seen: %s", why.message);
        return true;
    }
    if (names.count == 0)
        return true;
    dk_fail(error, DK_ERROR_REFUSED, "protected", "database \"%s\" is protected: destroy must not touch it",
            names.items[0]);
    dk_error_detail(error, "its comment carries devkit's marker");
    return dk_error_hint(error, "if that is no longer so: %s`devkit unprotect`",
                         status->state == DK_SERVER_STOPPED ? "`devkit up` and " : "");
}

bool server_destroy(dk_context *context, const void *values, dk_error *error) {
    const char *given = ((const server_destroy_values *)values)->confirm;
    const dk_server_interface *server = dk_server(context, NULL, error);
    const dk_config *config = server ? dk_config_get(context, error) : NULL;
    STATUS_AUTO dk_server_status status = DK_SERVER_STATUS_INIT;
    if (!config || !dk_guard(context, "destroy", given, error) || !server->status(context, &status, error))
        return false;
    if (!status.owned) {
        dk_fail(error, DK_ERROR_REFUSED, "not-owned", "this server is not devkit's to destroy");
        const char *remove = dk_json_string(status.details, "remove", NULL);
        if (remove)
            return dk_error_hint(error, "devkit destroys only what it made; to remove it yourself: `%s`",
                                 remove);
        return dk_error_hint(error, "devkit destroys only what it made; see `devkit status`");
    }
    if (status.state == DK_SERVER_ABSENT) { /* but perhaps remains of one, whose removal was killed */
        if (!server->destroy(context, error))
            return false;
        dk_json_set_bool(dk_result(context), "destroyed", false);
        dk_print(context, "there is no server to destroy\n");
        return true;
    }
    const char *name = status.database ? status.database : config->project.name;
    if (!refuse_protected(context, server, &status, error) ||
        !dk_confirm_name(context, "this removes the server and all its data", name, given, error) ||
        !server->destroy(context, error))
        return false;
    dk_json_set_string(dk_result(context), "server", server->head.name);
    dk_json_set_bool(dk_result(context), "destroyed", true);
    dk_print(context, "destroyed: the server and all its data are gone\n");
    return true;
}

/* A server's status, for people and as JSON. */
#include "server.h"

void server_describe(const dk_server_status *status, dk_buf *text) {
    dk_buf_addf(text, "PostgreSQL%s%s", status->version ? " " : "", status->version ? status->version : "");
    if (status->host)
        dk_buf_addf(text, " at %s:%d", status->host, status->port);
    if (status->database)
        dk_buf_addf(text, ", database %s", status->database);
}

static void report_json(json_t *result, const dk_server_status *status, const char *why) {
    dk_json_set_string(result, "server", status->provider);
    dk_json_set_string(result, "why", status->why ? status->why : why);
    dk_json_set_string(result, "state", dk_server_state_name(status->state));
    dk_json_set_string(result, "version", status->version);
    dk_json_set_string(result, "host", status->host);
    dk_json_set_int(result, "port", status->port);
    dk_json_set_string(result, "socket_dir", status->socket_dir);
    dk_json_set_string(result, "database", status->database);
    dk_json_set_string(result, "role", status->role);
    if (status->pid)
        dk_json_set_int(result, "pid", status->pid);
    else
        dk_json_set_string(result, "pid", NULL);
    dk_json_set_bool(result, "owned", status->owned);
    dk_json_set_string(result, "data_dir", status->data_dir);
    dk_json_set_string(result, "log_file", status->log_file);
    dk_json_set_string(result, "problem", status->problem);
    dk_json_set_string(result, "hint", status->hint);
    if (status->details)
        json_object_set(result, "details", status->details);
}

void server_line(dk_context *context, const char *label, const char *text) {
    if (text)
        dk_print(context, "%-12s %s\n", label, text);
}

void server_report(dk_context *context, const dk_server_status *status, const char *why) {
    if (dk_is_json(context)) {
        report_json(dk_result(context), status, why);
        return;
    }
    DK_AUTOFREE char *server =
        why ? dk_format("%s (%s)", status->provider, why) : dk_strdup(status->provider);
    DK_AUTOFREE char *address = status->host ? dk_format("%s:%d", status->host, status->port) : NULL;
    DK_AUTOFREE char *pid = status->pid ? dk_format("%lld", (long long)status->pid) : NULL;
    server_line(context, "state", dk_server_state_name(status->state));
    server_line(context, "problem", status->problem);
    server_line(context, "hint", status->hint);
    server_line(context, "server", server);
    server_line(context, "version", status->version);
    server_line(context, "address", address);
    server_line(context, "database", status->database);
    server_line(context, "role", status->role);
    server_line(context, "pid", pid);
    server_line(context, "data", status->data_dir);
    server_line(context, "log", status->log_file);
    server_line(context, "socket", status->socket_dir);
}

/* The commands of the server's life and of its address. They know only the server interface: which provider
 * answers (local, external, …) is the project's matter. */
#ifndef SERVER_SERVER_H
#define SERVER_SERVER_H

#include <devkit/devkit.h>
#include <devkit/plugin.h>
#include <kit/pg/pg.h>

/* ── life.c ── up, down, restart, status, wait, logs, destroy */
typedef struct server_up_values {
    int64_t timeout; /* ms */
} server_up_values;
typedef struct server_wait_values {
    int64_t timeout; /* ms */
} server_wait_values;
typedef struct server_logs_values {
    const char *service; /* NULL: the database's server */
    bool follow;
    int64_t lines;
} server_logs_values;
typedef struct server_destroy_values {
    const char *confirm;
} server_destroy_values;
bool server_up(dk_context *context, const void *values, dk_error *error);
bool server_down(dk_context *context, const void *values, dk_error *error);
bool server_restart(dk_context *context, const void *values, dk_error *error);
bool server_status(dk_context *context, const void *values, dk_error *error);
bool server_wait(dk_context *context, const void *values, dk_error *error);
bool server_logs(dk_context *context, const void *values, dk_error *error);
bool server_destroy(dk_context *context, const void *values, dk_error *error);

/* ── report.c ── a status for people and as JSON */
void server_report(dk_context *context, const dk_server_status *status, const char *why);
/* "state        ready"; nothing when `text` is NULL. */
void server_line(dk_context *context, const char *label, const char *text);
/* "postgresql 15.18 at localhost:5432, database app" */
void server_describe(const dk_server_status *status, dk_buf *text);

/* ── facts.c ── what a connection test finds out */
/* Members for a status: healthy, environment, variable, origin, url (masked), driver, pool, and where the
 * server is ready connect_ms, size_bytes, connections, slowest, migrations, kept; details of the provider.
 * What can't be had is left out. Caller owns. */
json_t *server_facts(dk_context *context, const dk_server_status *status);
/* ── facts_report.c ── */
void server_print_facts(dk_context *context, const json_t *facts);

/* ── address.c ── url */
typedef struct server_url_values {
    const char *format;
    bool direct;
    bool pooled;
    bool reveal;
} server_url_values;
bool server_url(dk_context *context, const void *values, dk_error *error);

/* ── client.c ── psql, run */
typedef struct server_words_values {
    dk_strv words;
} server_words_values;
bool server_psql(dk_context *context, const void *values, dk_error *error);
bool server_run(dk_context *context, const void *values, dk_error *error);

extern const dk_command server_commands[];
extern const size_t server_command_count;

#endif

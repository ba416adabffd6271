/* The commands of the server's life and of its address. They know only the server interface: which provider
 * answers (local, external, …) is the project's matter. */
#ifndef SERVER_SERVER_H
#define SERVER_SERVER_H

#include <devkit/devkit.h>
#include <devkit/plugin.h>
#include <kit/pg/pg.h>
#include <kit/socket/socket.h>

/* ── life.c ── up, down, restart, status, wait, logs, destroy */
typedef struct server_up_values {
    int64_t timeout;  /* ms */
    const char *port; /* a number, "auto" or NULL */
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

/* ── port.c ── up --port */
typedef struct server_move {
    bool automatic; /* --port auto */
    int fixed;      /* --port N, else 0 */
    bool exists;    /* there is a server that may have to be made anew */
    int from;       /* the port before; 0: nothing changed */
    int tried[10];  /* ports that turned out to be taken */
    size_t tried_count;
    socket_reservation reservation; /* while the server starts */
    char *where, *saved;            /* "FILE:LINE" that changed, and the file as it was; NULL: none */
} server_move;
#define SERVER_MOVE_INIT                                                                                     \
    { .reservation = SOCKET_RESERVATION_INIT }
#define SERVER_AUTO_MOVE DK_CLEANUP(server_move_release)
/* What --port says (NULL: nothing). */
bool server_move_parse(const char *text, server_move *move, dk_error *error);
/* Is the server devkit's to move, if it is to be moved at all? Changes nothing. */
bool server_move_allowed(dk_context *context, const dk_server_interface *server, const server_move *move,
                         dk_error *error);
/* Decides on the port, and changes the URL where it has to. */
bool server_move_begin(dk_context *context, const dk_server_interface *server, int64_t timeout,
                       server_move *move, dk_error *error);
/* Before each `up`: a server that moves is stopped first, which allows its provider to make it anew. */
bool server_move_settle(dk_context *context, const dk_server_interface *server, const server_move *move,
                        dk_error *error);
/* `up` failed with `why`: true when another port was chosen, so that it is worth another try. */
bool server_move_again(dk_context *context, server_move *move, dk_error *why);
void server_move_report(dk_context *context, const server_move *move); /* in the JSON result */
void server_move_release(server_move *move);

/* ── report.c ── a status for people and as JSON */
void server_report(dk_context *context, const dk_server_status *status, const char *why);
/* "state        ready"; nothing when `text` is NULL. */
void server_line(dk_context *context, const char *label, const char *text);
/* "postgresql 15.18 at localhost:5432, database app" */
void server_describe(const dk_server_status *status, dk_buf *text);

/* ── facts.c ── what a connection test finds out */
/* Members for a status (whose state they may belie): healthy, environment, variable, origin, url (masked),
 * driver, pool, and where the server is ready connect_ms, size_bytes, connections, slowest, migrations, kept;
 * details of the provider. What can't be had is left out. Caller owns. */
json_t *server_facts(dk_context *context, dk_server_status *status);
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

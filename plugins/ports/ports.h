/* The plugin ports: which ports the project needs, who holds them, and whether everybody agrees about them.
 *
 * Needs are collected (collect.c from need_*.c), looked up in the machine's table of listeners (row.c),
 * judged (judge.c, agree.c) and shown (report.c). It asks the server's provider only about the database's
 * port, and container engines only about what the system shows as their proxy or not at all. */
#ifndef PORTS_PORTS_H
#define PORTS_PORTS_H

#include <devkit/devkit.h>
#include <devkit/plugin.h>
#include <kit/compose/compose.h>
#include <kit/socket/socket.h>

/* ── need.c ── a port that the project names, and who names it */
typedef enum ports_kind {
    PORTS_DATABASE, /* the database's URL */
    PORTS_CONFIG,   /* [ports] of .devkit.toml */
    PORTS_COMPOSE,  /* a mapping of a compose file */
    PORTS_URL,      /* a URL in .env */
    PORTS_VARIABLE, /* NAME_PORT in .env */
} ports_kind;

typedef struct ports_source {
    ports_kind kind;
    char *name;    /* the variable, the key of [ports], the compose service */
    char *origin;  /* "FILE:LINE", or NULL */
    char *scheme;  /* of a URL, without its driver: "redis"; or NULL */
    bool database; /* a mapping of the compose file's database */
} ports_source;

typedef struct ports_need {
    int port;
    char *host;  /* as the first source says; "localhost" where it says none */
    bool remote; /* the host is another machine */
    ports_source *sources;
    size_t source_count;
} ports_need;

typedef struct ports_needs {
    ports_need *items; /* in the order of finding: the database first */
    size_t count;
} ports_needs;
#define PORTS_NEEDS_INIT                                                                                     \
    { 0 }
#define PORTS_AUTO_NEEDS DK_CLEANUP(ports_needs_release)

void ports_needs_release(ports_needs *needs);
/* Adds a source to the need of that port and place; a port that is no port is passed over. Texts are copied,
 * and may be NULL (but for `name`). */
void ports_needs_add(ports_needs *needs, int port, const char *host, const ports_source *source);
/* The source of that kind, or NULL. */
const ports_source *ports_need_source(const ports_need *need, ports_kind kind);
/* "DATABASE_URL (.env:3), compose service db". Caller frees. */
char *ports_need_describe(const ports_need *need);
bool ports_host_is_local(const char *host);

/* ── need_env.c ── */
bool ports_needs_env(dk_context *context, ports_needs *needs, dk_error *error);
/* Calls `found` for every scheme://host:port in the text; texts are valid during the call. */
typedef void ports_url_function(void *data, const char *scheme, const char *host, int port);
void ports_each_url(const char *text, ports_url_function *found, void *data);

/* ── need_compose.c ── */
/* Also gives a database URL that names a compose service its published port. */
void ports_needs_compose(dk_context *context, ports_needs *needs);

/* ── collect.c ── */
/* Everything that the project names. Without a URL the server's provider is asked for the one it made up. */
bool ports_needs_collect(dk_context *context, ports_needs *needs, dk_error *error);

/* ── row.c ── a port and one who holds it */
typedef struct ports_row {
    int port;
    const ports_need *need;          /* NULL: nobody asked for it (--all) */
    const socket_listener *listener; /* the first of this holder; NULL: nobody listens */
    dk_strv addresses;
    json_t *container; /* as <devkit/interface.h> describes it, or NULL */
    bool agrees;
    char *problem; /* what disagrees, or NULL */
    char *hint;
} ports_row;

typedef struct ports_rows {
    ports_row *items;
    size_t count;
} ports_rows;
#define PORTS_ROWS_INIT                                                                                      \
    { 0 }
#define PORTS_AUTO_ROWS DK_CLEANUP(ports_rows_release)

/* A row for each need and holder; with `all` one for every other listener, too. */
void ports_rows_make(dk_context *context, const ports_needs *needs, const socket_table *table, bool all,
                     ports_rows *rows);
void ports_rows_release(ports_rows *rows);
/* Sets what disagrees, unless something was found before. */
void ports_row_disagree(ports_row *row, char *problem, char *hint); /* takes both over; hint may be NULL */
/* "listening", "free", or "remote" */
const char *ports_row_state(const ports_row *row);

/* ── place.c ── whose a process is, by the folder it works in */
typedef enum ports_place {
    PORTS_OURS,    /* the project's folder, or its git work tree */
    PORTS_ANOTHER, /* another project's */
    PORTS_SYSTEM,  /* no project's */
    PORTS_UNSEEN,
} ports_place;
ports_place ports_place_of(const char *root, const char *folder);
/* The top of the git work tree around a folder, else the folder. Caller frees. */
char *ports_work_tree(const char *folder);

/* ── judge.c ── is the holder the one that the project expects? */
bool ports_judge(dk_context *context, ports_rows *rows, dk_error *error);
/* ── agree.c ── do .env, .devkit.toml and the compose file name the same ports? */
bool ports_agree(dk_context *context, const ports_needs *needs, ports_rows *rows, dk_error *error);

/* ── report.c ── */
void ports_report(dk_context *context, const ports_rows *rows, const socket_table *table);

/* ── kill.c, command.c ── */
bool ports_kill(dk_context *context, int port, dk_error *error);

typedef struct ports_values {
    bool all;
    bool free;
    const char *kill; /* a port, or NULL */
} ports_values;
bool ports_run(dk_context *context, const void *values, dk_error *error);

#endif

/* The PostgreSQL service of the project's own compose file: devkit starts and stops it, but did not make it,
 * and never recreates or removes it. Containers are asked for at the `containers` interface; compose itself
 * is run only where a container has to be created. */
#ifndef SERVER_COMPOSE_SERVICE_H
#define SERVER_COMPOSE_SERVICE_H

#include <devkit/devkit.h>
#include <kit/compose/compose.h>
#include <kit/pg/pg.h>

/* ── service.c ── what the files say */
typedef struct compose_server {
    dk_context *context;
    const dk_config *config;
    const dk_database *database; /* its url may be NULL */
    compose_project project;
    const compose_service *service;
    char *shown; /* the first compose file, as seen from the project */
} compose_server;
#define COMPOSE_SERVER_AUTO DK_CLEANUP(compose_server_close)

/* Reads the files and finds the service. "compose-missing" without a file, "compose-service" without a
 * service. What it opened is to be closed, also after an error. */
bool compose_server_open(dk_context *context, compose_server *server, dk_error *error);
void compose_server_close(compose_server *server);
/* Is it the name by which the other containers know the service? */
bool compose_server_is_name(const compose_server *server, const char *host);
/* The port that PostgreSQL has inside. */
int compose_server_inner_port(const compose_server *server);

/* ── container.c ── the container that compose made of a service */
typedef struct compose_container {
    char *id; /* NULL: there is none */
    char *name;
    char *image;
    char *state;   /* as the engine says: created running paused restarting removing exited dead */
    char *address; /* of the host, where PostgreSQL's port is published while it runs; NULL: it is not */
    int port;      /* 0: not published, or not running */
} compose_container;
#define COMPOSE_CONTAINER_AUTO DK_CLEANUP(compose_container_release)
void compose_container_release(compose_container *container);
bool compose_container_runs(const compose_container *container);
/* The engine; NULL and an error when no plugin speaks to one. */
const dk_containers_interface *compose_engine(dk_context *context, dk_error *error);
/* Finds the container of `service` by compose's labels; none is no error. "docker-unreachable" and others of
 * the engine. */
bool compose_container_find(const compose_server *server, const char *service, compose_container *container,
                            dk_error *error);

/* ── address.c ── */
/* An address at which the engine publishes (NULL: every one), as this machine reaches it. Caller frees. */
char *compose_server_host(const char *address);
/* Are we in a container that knows the service's name? `root` is put before every path ("" but in tests). */
bool compose_server_name_works(const char *root, const char *host);
/* Where the service is reached from this machine. "not-published" when the file publishes no port for
 * PostgreSQL; "not-running" when the engine picks the port at the start: `*host` is set all the same. Caller
 * frees. */
bool compose_server_address(const compose_server *server, const compose_container *container, char **host,
                            int *port, dk_error *error);
/* The application's URL as this machine reaches it; fills in a URL from the service's environment when the
 * project has none. */
bool compose_server_url(const compose_server *server, const compose_container *container, dk_url *reached,
                        dk_error *error);
bool compose_server_reach(dk_context *context, const dk_url *url, dk_url *reached, dk_error *error);
/* The running container publishes another port than the URL names: what and why; NULL when they agree. */
char *compose_server_mismatch(const compose_server *server, const compose_container *container, char **hint);

/* ── credentials.c ── */
/* What the image makes of the service's environment, at its first start only. */
typedef struct compose_credentials {
    const char *user;     /* the superuser */
    const char *password; /* NULL: not in the file (a secret's file, or none is asked for) */
    const char *database;
    const char *password_variable; /* "POSTGRES_PASSWORD", for messages */
} compose_credentials;
void compose_server_credentials(const compose_service *service, compose_credentials *credentials);
/* A login that was refused, explained from file and URL: sets detail and hint. */
void compose_server_explain(const compose_server *server, dk_error *why);

/* ── program.c ── running compose */
/* Creates and starts the service's container; never recreates one. */
bool compose_program_up(const compose_server *server, dk_error *error);
/* "docker compose up -d db", for hints: the program that is here, with the files where it would not find them
 * by itself from the project. `service` NULL: all. Caller frees. */
char *compose_program_text(const compose_server *server, const char *verb, const char *service);

/* ── problems.c ── */
/* What compose's output says went wrong. */
bool compose_fail_from_output(const compose_server *server, const char *output, dk_error *error);

/* ── connect.c ── */
#define COMPOSE_SERVER_TIMEOUT_MS 5000
/* Connects as the application does, from this machine; an error is explained. The time is for the login, and
 * for each answer after it. */
pg_connection *compose_server_connect(const compose_server *server, const compose_container *container,
                                      int timeout_ms, dk_error *error);
/* Twice the same server answered a query on the database. */
bool compose_server_ready(const compose_server *server, const compose_container *container, int timeout_ms,
                          int *version, dk_error *error);
bool compose_server_admin(dk_context *context, dk_conninfo *conninfo, bool *superuser, dk_error *error);

/* ── status.c ── */
bool compose_server_status(dk_context *context, dk_server_status *status, dk_error *error);
/* What `up` and `status` have in common. */
void compose_server_fill(const compose_server *server, const compose_container *container,
                         dk_server_status *status);

/* ── detect.c, life.c ── */
bool compose_server_detect(dk_context *context, int *score, dk_buf *why, dk_error *error);
bool compose_server_up(dk_context *context, int64_t timeout_ms, dk_server_status *status, bool *changed,
                       dk_error *error);
bool compose_server_down(dk_context *context, bool *changed, dk_error *error);
bool compose_server_destroy(dk_context *context, dk_error *error);
bool compose_server_logs(dk_context *context, bool follow, int64_t lines, dk_error *error);
bool compose_server_service_logs(dk_context *context, const char *service, bool follow, int64_t lines,
                                 dk_error *error);

#endif

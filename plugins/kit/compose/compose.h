/* kit/compose: what plugins share of libyaml: a project's compose files, read into a small model.
 *
 * Reads what devkit asks of a service (image, name, environment, ports) and passes over the rest:
 * https://github.com/compose-spec/compose-spec/blob/main/spec.md. Knows anchors and merge keys, override
 * files, `extends`, `include`, and variables. Files that it does not understand are read from what
 * `docker compose config --format json` makes of them, where that exists. No engine is asked. Not
 * thread-safe.
 *
 * Errors of a file: code "compose-invalid" (class USAGE), the message begins FILE:LINE:COLUMN. */
#ifndef DEVKIT_KIT_COMPOSE_H
#define DEVKIT_KIT_COMPOSE_H

#include <devkit/devkit.h>

/* One entry of `ports`. A range has as many host as container ports, unless there is one container port
 * only: then the engine takes one of the host's. */
typedef struct compose_port {
    char *address;      /* of the host ("127.0.0.1", "::1"); NULL: every one */
    int host;           /* first port of the host; 0: the engine picks any when the container starts */
    int host_last;      /* == host when it is no range */
    int container;      /* first port inside */
    int container_last; /* == container when it is no range */
    char *protocol;     /* "tcp", "udp" */
    char *file;         /* where it stands, absolute */
    int line;
} compose_port;

typedef struct compose_variable {
    char *name;
    char *value; /* NULL: handed on from the environment of compose, where it is not set */
} compose_variable;

typedef struct compose_service {
    char *name;
    char *image;          /* NULL: none given */
    char *container_name; /* NULL: compose makes one up */
    bool builds;          /* has a `build` section */
    compose_variable *environment;
    size_t environment_count;
    compose_port *ports;
    size_t port_count;
    int *expose; /* ports open to the other services only */
    size_t expose_count;
    char *file;    /* where it begins, absolute */
    int line;      /* 0: not known, compose read the file for us */
    char *problem; /* a variable that it can't do without and that is not set ("FILE:LINE:COLUMN: …"), or NULL
                    */
    dk_strv env_files; /* absolute; while reading only */
} compose_service;

typedef struct compose_project {
    char *folder;  /* of the first file, absolute: what compose calls the project directory */
    char *name;    /* as compose would name it: label com.docker.compose.project */
    dk_strv files; /* absolute, in order; a later one overrides */
    bool usual;    /* compose finds these files by itself when it runs in `folder` */
    compose_service *services;
    size_t service_count;
    dk_strv included; /* while reading only */
} compose_project;
#define COMPOSE_PROJECT_INIT                                                                                 \
    { 0 }
#define COMPOSE_AUTO_PROJECT DK_CLEANUP(compose_project_release)
DK_API void compose_project_release(compose_project *project);

/* ── project.c ── */
/* Reads the project's compose files: [server.compose] file, else $COMPOSE_FILE, else compose.yaml,
 * compose.yml, docker-compose.yaml or docker-compose.yml with its override file, in the project's folder or
 * above it inside the same git work tree. Variables come from the process's environment, then from the .env
 * beside the file. Without any file: true, and project->files is empty; a configured one that is missing is
 * an error ("compose-missing"). */
DK_API bool compose_open(dk_context *context, compose_project *project, dk_error *error);
/* Is there a compose file at all? Reads none. */
DK_API bool compose_exists(dk_context *context);
DK_API const compose_service *compose_service_find(const compose_project *project, const char *name);
/* The value of a variable of the service's environment, or NULL. Borrowed. */
DK_API const char *compose_environment(const compose_service *service, const char *name);
/* The port of the host by which `container` is reached over TCP: the (first) entry, and `*port` (0: only the
 * engine knows). NULL when it is not published. */
DK_API const compose_port *compose_published(const compose_service *service, int container, int *port);
/* Is `container` published at that port of the host, by any entry? */
DK_API bool compose_is_published_at(const compose_service *service, int container, int host);
/* "FILE:LINE" where the service begins, as seen from a folder; caller frees. */
DK_API char *compose_service_place(const compose_service *service, const char *folder);

/* ── database.c ── */
#define COMPOSE_POSTGRES_PORT 5432
/* Is it an image of PostgreSQL? "docker.io/postgis/postgis:16-3.4" is, "postgres-exporter" is not. */
DK_API bool compose_image_is_postgres(const char *image);
/* The major version that an image's tag names ("postgres:16-alpine": 16), 0 when it names none. */
DK_API int compose_image_major(const char *image);
/* The database's service: `wanted` when it is not "", else the one by image, else the one that maps port
 * 5432; of several the one named `host`, or published at `port`. NULL and an error "compose-service" that
 * lists the candidates when there is none or no single one. Borrowed from `project`. */
DK_API const compose_service *compose_database(const compose_project *project, const char *wanted,
                                               const char *host, int port, dk_error *error);

/* ── program.c ── compose itself */
/* The words of `docker compose` or `docker-compose`, whichever exists; appended. "program-missing" with the
 * package. */
DK_API bool compose_program_find(dk_strv *words, dk_error *error);
/* "docker compose" or "docker-compose", as people have it here; for hints, found without running anything. */
DK_API const char *compose_program_name(void);
/* "-f FILE" for each of the project's files. */
DK_API void compose_program_add_files(const compose_project *project, dk_strv *words);
/* What `docker compose config --format json` prints of the files (version 1: `docker-compose config`, as
 * YAML). False where there is no compose, or where it does not understand them either. */
DK_API bool compose_program_config(const compose_project *project, dk_buf *text);

/* ── the parts, for tests ── */
/* Value of a variable, borrowed; NULL: not set. */
typedef const char *compose_lookup(void *data, const char *name);

/* ── expand.c ── */
/* Replaces $NAME, ${NAME}, ${NAME:-default}, ${NAME-default}, ${NAME:+other}, ${NAME+other}, ${NAME:?why},
 * ${NAME?why} and $$. False, with `*problem` (caller frees), when a variable is required and not set, or when
 * the text is no template; `expanded` then has what can be had. */
DK_API bool compose_expand(const char *text, compose_lookup *lookup, void *data, dk_buf *expanded,
                           char **problem);

/* ── port.c ── */
/* Reads the short form: [[ADDRESS:][HOST]:]CONTAINER[/PROTOCOL], ports or ranges of ports. False, with what
 * is wrong with it in `*problem` (a constant). `port` is the caller's to release. */
DK_API bool compose_port_parse(const char *text, compose_port *port, const char **problem);
DK_API void compose_port_release(compose_port *port);
/* A port or a range of ports: "5432", "5432-5435". */
DK_API bool compose_port_range(const char *text, int *first, int *last);

/* ── envfile.c ── */
typedef struct compose_env_reader {
    void (*set)(void *data, const char *name, const char *value);
    compose_lookup *lookup; /* of the variables in values; usually knows what was set before */
    void *data;             /* for both */
} compose_env_reader;
/* Reads an env file (NAME=value a line, quotes, comments, variables but in single quotes); calls `set` for
 * each. False when it can't be read. */
DK_API bool compose_env_file(const char *path, const compose_env_reader *reader, dk_error *error);

/* ── load.c ── */
/* Adds what a file says to the project; later files override. */
DK_API bool compose_load(compose_project *project, const char *path, compose_lookup *lookup, void *data,
                         dk_error *error);
/* After the last one: what the services' env files say. */
DK_API bool compose_finish(compose_project *project, compose_lookup *lookup, void *data, dk_error *error);

#endif

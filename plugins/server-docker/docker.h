/* The docker server: PostgreSQL in a container that devkit owns, spoken to through the Docker Engine API
 * (https://docs.docker.com/reference/api/engine/), and the interface `containers` for whoever has a question
 * about a container. No docker program is needed; Podman's compatible service will do.
 *
 * The URL is right: role, password and database are made what it says. What would need another container
 * (port, image) is explained, and done by `devkit restart`. Data lives in a volume that only `destroy`
 * removes. */
#ifndef SERVER_DOCKER_DOCKER_H
#define SERVER_DOCKER_DOCKER_H

#include <devkit/devkit.h>
#include <kit/http/http.h>
#include <kit/pg/pg.h>
#include <kit/socket/socket.h>

#define DOCKER_ADMIN "devkit_admin" /* POSTGRES_USER: the superuser, devkit's own connections */
#define DOCKER_MAINTENANCE "postgres"
#define DOCKER_LABEL_PROJECT "devkit.project" /* hash of the project's path: the container is ours */
#define DOCKER_LABEL_FOLDER "devkit.folder"
#define DOCKER_LABEL_IMAGE "devkit.image"
#define DOCKER_LABEL_MAJOR "devkit.postgresql" /* on the volume: whose data it holds */
#define DOCKER_PORT "5432/tcp"
#define DOCKER_SECRET_FOLDER "/etc"
#define DOCKER_SECRET_FILE "devkit-admin-password" /* in the container; only its root may read it */
#define DOCKER_START_TIMEOUT_MS 120000
#define DOCKER_AUTO_LOCK DK_CLEANUP(dk_lock_release)

/* ── endpoint.c, context.c ── where the engine is */
typedef struct docker_endpoint {
    char *unix_socket; /* path, or NULL for TCP */
    char *base;        /* "http://docker" for a socket, "http://HOST:PORT" or "https://…" */
    char *host;        /* of TCP; NULL for a socket */
    char *ca_file, *certificate_file, *key_file;
    char *origin; /* who said so: "DOCKER_HOST", "the Docker context \"rootless\"", or the path */
} docker_endpoint;
#define DOCKER_AUTO_ENDPOINT DK_CLEANUP(docker_endpoint_release)
/* DOCKER_HOST, else the current Docker context, else the first well-known socket that answers. Errors:
 * "docker-unreachable", "docker-permission", "docker-host-invalid". */
bool docker_endpoint_find(dk_context *context, docker_endpoint *endpoint, dk_error *error);
/* "unix:///run/docker.sock", "tcp://127.0.0.1:2375", "npipe://…" is refused. `tls_folder` (or NULL) holds
 * ca.pem, cert.pem and key.pem. */
bool docker_endpoint_parse(const char *text, const char *origin, const char *tls_folder,
                           docker_endpoint *endpoint, dk_error *error);
/* 0 when somebody listens on the unix socket, else errno; EAGAIN: somebody who takes no more. Never waits. */
int docker_socket_try(const char *path);
void docker_endpoint_release(docker_endpoint *endpoint);
/* The endpoint of DOCKER_CONTEXT or of the CLI's currentContext; `*host` is NULL when that is the default
 * one. Caller frees all three. */
bool docker_context_read(char **name, char **host, char **tls_folder, dk_error *error);
/* DOCKER_CONFIG, or ~/.docker; NULL without a home. Caller frees. */
char *docker_config_folder(void);

/* ── engine.c ── */
typedef struct docker_engine {
    dk_context *context;
    docker_endpoint endpoint;
    char api[16];     /* "1.41": what both sides speak */
    char *base;       /* "http://docker/v1.41" */
    char version[64]; /* "Docker/20.10.24 (linux)", "Libpod/4.3.1", or "" */
} docker_engine;
#define DOCKER_AUTO_ENGINE DK_CLEANUP(docker_engine_release)
/* Finds it and agrees on a version. */
bool docker_engine_open(dk_context *context, docker_engine *engine, dk_error *error);
void docker_engine_release(docker_engine *engine);
/* The newest version both know of "1.41" (the engine's) and ours; false when ours is too new for it. */
bool docker_negotiate(const char *theirs, char *api, size_t size);

typedef struct docker_call {
    const char *method; /* NULL: GET */
    const char *path;   /* "/containers/json?all=1" */
    const json_t *json; /* body, or NULL */
    const dk_buf *tar;  /* body as a tar archive, or NULL */
    int64_t timeout_ms; /* 0: 60 s */
    const char *what;   /* what fails when it fails: "cannot start the container x" */
    unsigned accept;    /* a status that is no error: 304, 404, 409; 0: none */
} docker_call;
/* Sends, and parses the answer unless `answer` is NULL (a JSON null when there is none). `*status` may be
 * NULL. Errors name `what`, have the engine's own words as the detail and a code by cause. */
bool docker_send(docker_engine *engine, const docker_call *call, json_t **answer, long *status,
                 dk_error *error);
/* The request that a call stands for, for streams: fills url (owned by `url`). */
void docker_request(const docker_engine *engine, const char *path, dk_buf *url, http_request *request);

/* ── problems.c ── */
/* Turns a failure of kit/http into one of ours: `what` becomes the message. Returns false. */
bool docker_explain(const char *what, dk_error *error);
/* From a container's last log lines: the known cause with its remedy, else `fallback`. Returns false. */
bool docker_fail_from_log(const char *log, const char *fallback, dk_error *error);

/* ── frames.c ── the log of a container without a terminal: frames of {stream, 0, 0, 0, length as 4 bytes,
 * big endian}
 * (https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerAttach)
 */
typedef struct docker_frames {
    bool raw;     /* the container has a terminal: no frames */
    bool invalid; /* no frames came where some should */
    unsigned char header[8];
    size_t have; /* bytes of the header */
    size_t rest; /* of the frame's content */
    dk_buf line;
    http_line_function *on_line;
    void *data;
} docker_frames;
/* Feeds bytes; calls on_line for each line of either stream. False when it had enough, or on garbage. */
bool docker_frames_take(docker_frames *frames, const void *bytes, size_t length);
void docker_frames_finish(docker_frames *frames); /* the last line, when it has no end; releases */

/* ── tar.c ── */
void docker_tar_file(dk_buf *tar, const char *name, unsigned mode, const char *content);
/* Content of the first file of an archive, or NULL. Caller frees. */
char *docker_tar_first(const dk_buf *tar);

/* ── project.c ── */
typedef struct docker_project {
    dk_context *context;
    const dk_config *config;
    const char *folder;    /* borrowed */
    const char *state_dir; /* borrowed */
    const dk_url *url;     /* borrowed; NULL until docker_address when none is configured */
    const char *variable;  /* where it is set, for hints */
    bool made_up;          /* by devkit, for want of one */
    char hash[17];         /* of the project's real path */
    char *name;            /* of the container and of its volume */
    const char *image;     /* borrowed */
    /* of a URL that this run made up */
    socket_reservation reservation;
    int refused[8]; /* ports that others came to first */
    size_t refused_count;
} docker_project;
#define DOCKER_AUTO_PROJECT DK_CLEANUP(docker_project_release)
bool docker_project_open(dk_context *context, docker_project *project, dk_error *error);
void docker_project_release(docker_project *project);
/* The run's URL as it is now. */
bool docker_project_take_url(docker_project *project, dk_error *error);
bool docker_lock(const docker_project *project, dk_lock *lock, int64_t timeout_ms, dk_error *error);
/* A file in the state folder: "docker.admin"; caller frees. */
char *docker_state_file(const docker_project *project, const char *name);

/* ── address.c ── */
/* The URL, checked; a remembered or (with `create`) new one when none is configured. */
bool docker_address(docker_project *project, bool create, dk_error *error);
/* Another port for a URL that this run made up, after somebody else took the one before. False, with or
 * without an error, when there is none to be had. */
bool docker_address_next(docker_project *project, dk_error *error);
bool docker_address_check(const dk_url *url, dk_error *error);
/* The loopback address to publish on: "127.0.0.1", "::1". Borrowed. */
const char *docker_publish_address(const dk_url *url);

/* ── container.c ── what there is */
typedef struct docker_container {
    bool exists;
    bool ours;
    char *id;
    char state[24]; /* "created" "running" "paused" "restarting" "exited" "dead" */
    bool running;
    bool tty;
    int64_t exit_status;
    bool out_of_memory;
    char *image;   /* as it was named when it was made */
    char *user;    /* POSTGRES_USER */
    char *address; /* it is published on; NULL: not published */
    int port;
    char *volume; /* name of the volume with the data, or NULL */
    json_t *raw;
} docker_container;
#define DOCKER_AUTO_CONTAINER DK_CLEANUP(docker_container_release)
bool docker_container_read(docker_engine *engine, const docker_project *project, docker_container *container,
                           dk_error *error);
bool docker_container_parse(const docker_project *project, json_t *raw, docker_container *container,
                            dk_error *error);
void docker_container_release(docker_container *container);
/* Refuses a container of that name that is not this project's. */
bool docker_container_check_owned(const docker_project *project, const docker_container *container,
                                  dk_error *error);
/* What is different from what the URL and the configuration say, one sentence each. */
void docker_differences(const docker_project *project, const docker_container *container,
                        dk_strv *differences);

/* ── image.c ── */
typedef struct docker_image {
    int major;   /* PG_MAJOR, or what the tag says; 0: unknown */
    char *mount; /* where the volume goes */
} docker_image;
/* Pulls it when the engine does not have it. */
bool docker_image_ensure(docker_engine *engine, const char *name, docker_image *image, dk_error *error);
bool docker_image_parse(const char *name, const json_t *inspected, docker_image *image, dk_error *error);
void docker_image_release(docker_image *image);

/* ── pull.c ── */
bool docker_pull(docker_engine *engine, const char *name, dk_error *error);
/* State of a pull, made of its lines. */
typedef struct docker_pull_state {
    json_t *layers; /* id → {done, total} */
    char *failure;
    dk_progress *progress;
} docker_pull_state;
bool docker_pull_line(void *state, const char *line, size_t length);
/* "postgres:16" → "postgres:16", "postgres" → "postgres:latest", a digest stays. Appends. */
void docker_full_reference(const char *name, dk_buf *full);

/* ── secret.c ── the administrator's password: .devkit/docker.admin, and a copy in the container */
/* NULL without an error when it is not known. Caller frees. */
char *docker_secret_read(const docker_project *project);
/* From the container, when the file is gone. */
char *docker_secret_recover(docker_engine *engine, const docker_project *project,
                            const docker_container *container);
/* The one there is, or a new one. */
char *docker_secret_make(const docker_project *project, dk_error *error);
/* Puts it into a container that does not run. */
bool docker_secret_put(docker_engine *engine, const docker_container *container, const char *secret,
                       dk_error *error);

/* ── create.c ── */
/* Volume and container, not started. */
bool docker_create(docker_engine *engine, const docker_project *project, dk_error *error);
/* Is the image there (or pulled), and does the volume fit it? Asked before the old container goes. */
bool docker_can_create(docker_engine *engine, const docker_project *project, dk_error *error);
/* The container's description for the engine. Caller owns. */
json_t *docker_create_body(const docker_project *project, const docker_image *image);
/* The container goes, the volume stays. */
bool docker_remove_container(docker_engine *engine, const char *name, dk_error *error);
bool docker_remove_volume(docker_engine *engine, const docker_project *project, dk_error *error);

/* ── ready.c ── */
typedef struct docker_facts {
    pg_server_facts server;
    bool fits; /* the role may make databases and owns its own */
} docker_facts;
/* How devkit itself connects. */
void docker_admin_conninfo(const docker_project *project, const docker_container *container,
                           const char *secret, dk_conninfo *conninfo);
/* A query over TCP on the target database, as the application would; "wrong-server" when another start time
 * than `expected` (or NULL) answers. */
bool docker_ready(const docker_project *project, const char *expected, docker_facts *facts, dk_error *error);
/* Waits until the real server, not the temporary one of the first initialisation, answers over TCP. */
bool docker_wait(docker_engine *engine, const docker_project *project, const docker_container *container,
                 const char *secret, int64_t deadline, dk_error *error);

/* ── watch.c ── the container's log while it starts */
typedef struct docker_watch {
    http_request request;
    http_response response;
    http_transfer *transfer;
    docker_frames frames;
    dk_buf url;
    dk_strv last;     /* the last lines */
    bool ended;       /* the container stopped, or the engine has no log */
    bool initialises; /* a first initialisation began */
    bool initialised; /* and ended; or there was none */
    bool accepts;     /* "ready to accept connections" was said since the last look */
    dk_progress *progress;
} docker_watch;
void docker_watch_start(docker_engine *engine, const docker_container *container, docker_watch *watch);
/* Reads what comes within timeout_ms, or until the server says that it accepts connections. */
bool docker_watch_step(docker_watch *watch, int timeout_ms, dk_error *error);
bool docker_watch_line(void *watch, const char *line, size_t length);
int64_t docker_unix_time(const char *text);
char *docker_watch_last(const docker_watch *watch); /* caller frees */
void docker_watch_end(docker_watch *watch);

/* ── mend.c ── */
/* The administrator's password becomes `secret`, through the container's own socket. */
bool docker_mend_admin(docker_engine *engine, const docker_project *project,
                       const docker_container *container, const char *secret, int64_t deadline,
                       dk_error *error);

/* ── truth.c ── whether this URL and container are those that were made true last */
bool docker_truth_is_known(const docker_project *project, const docker_container *container);
void docker_truth_remember(const docker_project *project, const docker_container *container);
void docker_truth_forget(const docker_project *project);

/* ── up.c, down.c, status.c, detect.c, logs.c ── */
bool docker_up(dk_context *context, int64_t timeout_ms, dk_server_status *status, bool *changed,
               dk_error *error);
/* `down` was called in this process: a container that differs may be made anew (`restart`). */
bool docker_was_stopped_here(void);
bool docker_down(dk_context *context, bool *changed, dk_error *error);
bool docker_destroy(dk_context *context, dk_error *error);
bool docker_status(dk_context *context, dk_server_status *status, dk_error *error);
/* `resources`: with what it uses, too. */
void docker_status_fill(docker_engine *engine, const docker_project *project,
                        const docker_container *container, const docker_facts *facts, bool resources,
                        dk_server_status *status);
bool docker_detect(dk_context *context, int *score, dk_buf *why, dk_error *error);
bool docker_logs(dk_context *context, bool follow, int64_t lines, dk_error *error);
/* Prints a container's log, or puts it into the result as "lines". */
bool docker_logs_print(docker_engine *engine, const char *id, bool tty, bool follow, int64_t lines,
                       dk_error *error);

/* ── resources.c, cgroup_linux.c ── what a running container uses */
/* {memory_bytes, memory_limit_bytes, cpu_seconds, processes}; NULL when nobody says. Caller owns. */
json_t *docker_resources(docker_engine *engine, const docker_container *container);
json_t *docker_resources_parse(const json_t *stats);
/* The same from the kernel: at once, where the engine takes a second. NULL when it can't be seen from here.
 * `proc` and `cgroup` are "/proc" and "/sys/fs/cgroup". */
json_t *docker_cgroup_read(const char *proc, const char *cgroup, int64_t pid, const char *id);

/* ── containers.c ── */
extern const dk_containers_interface docker_containers;
/* One row of `list`, made of one of the engine's. Caller owns. */
json_t *docker_container_row(const json_t *listed);

#endif

/* The interfaces at which plugins meet. A plugin implements some, and finds others by kind and name; it never
 * includes another plugin. Each interface is versioned and sized on its own. */
#ifndef DEVKIT_INTERFACE_H
#define DEVKIT_INTERFACE_H

#include <devkit/context.h>
#include <devkit/output.h>

/* First member of every interface struct. */
typedef struct dk_interface {
    const char *kind; /* "server", "engine", "layer", … */
    const char *name; /* "local", "migrate"; unique in its kind */
    uint32_t version; /* of the kind */
    size_t size;      /* of the whole struct that follows */
} dk_interface;

#define DK_INTERFACE(kind_text, name_text, number, type)                                                     \
    { .kind = (kind_text), .name = (name_text), .version = (number), .size = sizeof(type) }

/* Loads the plugin that implements it. NULL and code "no-such-KIND" (with the names there are) when there is
 * none, "interface-version" when its version is not `version`. Borrowed, valid until the process ends. */
DK_API const void *dk_interface_find(dk_context *context, const char *kind, const char *name,
                                     uint32_t version, dk_error *error);
/* Names of all implementations of a kind, from the index, without loading anything. */
DK_API void dk_interface_names(dk_context *context, const char *kind, dk_strv *names);

/* Calls the handlers of an event (plugins', then [events] of the configuration). A failing "pre-" handler is
 * an error; a failing "post-" handler only warns. `details` may be NULL. */
DK_API bool dk_event(dk_context *context, const char *event, const json_t *details, dk_error *error);
/* Runs another command of devkit inside this process, as if it had been typed. Words are without "devkit". */
DK_API bool dk_run_command(dk_context *context, const dk_strv *words, dk_error *error);

/* ── server ────────────────────────────────────────────────────────────────────────────────────────────── */
#define DK_SERVER_VERSION 1

typedef enum dk_server_state {
    DK_SERVER_ABSENT, /* nothing there yet: `up` would create it */
    DK_SERVER_STOPPED,
    DK_SERVER_STARTING,
    DK_SERVER_READY,    /* a query over TCP on the target database succeeded */
    DK_SERVER_UNHEALTHY /* runs, but is not what the URL says; `problem` tells */
} dk_server_state;

typedef struct dk_server_status {
    dk_server_state state;
    char *provider; /* "local" */
    char *why;      /* why this provider was picked */
    char *version;  /* "15.18", or NULL while unknown */
    char *host;     /* TCP address for the application */
    int port;
    char *socket_dir; /* NULL when there is none for us */
    char *database;
    char *role;
    int64_t pid; /* 0: unknown or not running */
    char *data_dir;
    char *log_file;
    char *problem; /* what is wrong, or NULL */
    char *hint;
    bool owned;      /* devkit made it and may stop and destroy it */
    json_t *details; /* what only this provider knows ("container", "health", …), or NULL; shown as it is */
    void *reserved[3];
} dk_server_status;
#define DK_SERVER_STATUS_INIT                                                                                \
    { 0 }
DK_API void dk_server_status_release(dk_server_status *status);
DK_API const char *
dk_server_state_name(dk_server_state state); /* "absent" "stopped" "starting" "ready" "unhealthy" */

typedef struct dk_server_interface {
    dk_interface head; /* kind "server" */
    /* How well this provider fits the project: 0 not at all … 100 certainly; the best wins under
     * server = "auto". `why` is a phrase for `status`. Must be fast and must not start anything. */
    bool (*detect)(dk_context *context, int *score, dk_buf *why, dk_error *error);
    bool (*status)(dk_context *context, dk_server_status *status, dk_error *error);
    /* Makes the address, role, password and database of the URL true, and waits until ready. `*changed` is
     * false when everything was so already. Gives the run a URL (dk_database_set) when there was none. */
    bool (*up)(dk_context *context, int64_t timeout_ms, dk_server_status *status, bool *changed,
               dk_error *error);
    /* An `up` that follows in the same process (`restart`, `up --port`) may make anew what is not as the URL
     * and the configuration say; data stays. */
    bool (*down)(dk_context *context, bool *changed, dk_error *error);
    bool (*destroy)(dk_context *context, dk_error *error); /* the caller asked and guarded */
    /* Prints the last `lines` lines (<0: all) to stdout, then follows until interrupted. */
    bool (*logs)(dk_context *context, bool follow, int64_t lines, dk_error *error);
    /* How devkit itself connects for administration, without dbname; fails when not running. `*superuser`
     * tells whether that role is the cluster's superuser. */
    bool (*admin)(dk_context *context, dk_conninfo *conninfo, bool *superuser, dk_error *error);
    /* Optional: the same for another service of the project, by name ("backend" of a compose file). */
    bool (*service_logs)(dk_context *context, const char *service, bool follow, int64_t lines,
                         dk_error *error);
    /* Optional (may be NULL): the fast question "does it run?" for a warm reset, answered without a query;
     * when true, `admin` will work. */
    bool (*running)(dk_context *context);
    /* Optional: `url` as this machine reaches it, where its host is a name that only containers know ("db" of
     * a compose file); a plain copy otherwise. Starts nothing. Where the port is not known before the server
     * runs: "not-running", and `reached` has the host all the same. */
    bool (*reach)(dk_context *context, const dk_url *url, dk_url *reached, dk_error *error);
} dk_server_interface;

/* The provider of this project: [database] server, or the best `detect`. Asked once per run. `why` may be
 * NULL; borrowed. */
DK_API const dk_server_interface *dk_server(dk_context *context, const char **why, dk_error *error);
/* The same, up: brings it up unless it runs, and says so when it stood still before. */
DK_API const dk_server_interface *dk_server_up(dk_context *context, dk_error *error);
/* The application's URL as this machine reaches it: for every connection that is made from here. Asks the
 * provider only when the URL does not name this machine. `reached` starts empty and is the caller's to
 * release, also on an error. "env-missing" without a URL. */
DK_API bool dk_database_reach(dk_context *context, dk_url *reached, dk_error *error);

/* ── containers ────────────────────────────────────────────────────────────────────────────────────────── */
#define DK_CONTAINERS_VERSION 1

/* A container engine, for whoever wants to know about containers without speaking to one. */
typedef struct dk_containers_interface {
    dk_interface head; /* kind "containers" */
    /* Containers that carry all `labels` ("name" or "name=value"; NULL: any), stopped ones too with `all`, as
     * a JSON array of {id, name, image, state, project, service, folder, ports: [{address, port,
     * container_port}]}; ports are those of TCP, `port` null where it is not published; project, service and
     * folder are compose's labels or null. Caller owns; NULL on error: "docker-unreachable" when there is no
     * engine. */
    json_t *(*list)(dk_context *context, const dk_strv *labels, bool all, dk_error *error);
    /* One container, as the engine tells it (GET /containers/{id}/json). Caller owns. */
    json_t *(*inspect)(dk_context *context, const char *id, dk_error *error);
    bool (*start)(dk_context *context, const char *id, dk_error *error);
    bool (*stop)(dk_context *context, const char *id, dk_error *error);
    /* Prints the last `lines` lines (<0: all) to stdout, then follows until interrupted. */
    bool (*logs)(dk_context *context, const char *id, bool follow, int64_t lines, dk_error *error);
} dk_containers_interface;

/* ── layer ─────────────────────────────────────────────────────────────────────────────────────────────── */
#define DK_LAYER_VERSION 1

/* What a layer depends on: filled through kit/hash (layer_input_… in <kit/hash/inputs.h>). */
typedef struct dk_layer_inputs dk_layer_inputs;

enum {
    DK_LAYER_INCREMENTAL = 1 << 0, /* can be applied on top of an older result of itself whose items are an
                                      unchanged subset of today's */
    DK_LAYER_ORDERED = 1 << 1,     /* … provided the subset is a prefix of today's items */
    DK_LAYER_COMMAND = 1 << 3,     /* runs the user's own programs, which may ignore the URL they are given */
    DK_LAYER_SKIP = 1 << 2,        /* nothing configured: the layer adds nothing and is left out */
};

/* Where a layer is applied. */
typedef struct dk_layer_target {
    const dk_url *url;     /* the application's URL as this machine reaches it, pointing at the database being
                              built; through TCP, as the role of the URL */
    const char *database;  /* its name */
    const char *live;      /* the live database's name */
    const char *variable;  /* the variable that carries the URL: "DATABASE_URL" */
    dk_progress *progress; /* the layer's line; never NULL */
    const dk_url *inside; /* the same with the host that the application wrote, for commands that run inside a
                             container; NULL: `url` */
    void *reserved[3];
} dk_layer_target;

typedef struct dk_layer_interface {
    dk_interface head; /* kind "layer"; the name is what [reset] layers says */
    /* Describes what it depends on; `flags` as above. No server is needed or used. */
    bool (*fingerprint)(dk_context *context, dk_layer_inputs *inputs, unsigned *flags, dk_error *error);
    /* Fills the database. It may hold an older result of the same layer when the layer is incremental. */
    bool (*apply)(dk_context *context, const dk_layer_target *target, dk_error *error);
} dk_layer_interface;

/* ── engine ────────────────────────────────────────────────────────────────────────────────────────────── */
#define DK_ENGINE_VERSION 1

typedef struct dk_engine_layer_report {
    char *name;
    char *key; /* SHA-256, hexadecimal */
    bool cached;
    int64_t duration_ms;
} dk_engine_layer_report;

typedef struct dk_engine_report {
    const char *source; /* "spare" "template" "built" "undo" "snapshot" */
    dk_engine_layer_report *layers;
    size_t layer_count;
    char *undo; /* name of the database that holds the previous state, or NULL */
    int64_t duration_ms;
    dk_strv notes; /* what could not be carried over, and the GRANT that would allow it */
    void *reserved[4];
} dk_engine_report;
#define DK_ENGINE_REPORT_INIT                                                                                \
    { 0 }
DK_API void dk_engine_report_release(dk_engine_report *report);

enum {
    DK_ENGINE_FRESH = 1 << 0,    /* ignore templates and spare: build every layer */
    DK_ENGINE_NO_WAIT = 1 << 1,  /* fail at once ("locked") when another devkit is at work */
    DK_ENGINE_FORCE = 1 << 2,    /* swap although slots or subscriptions follow the old database */
    DK_ENGINE_NO_SPARE = 1 << 3, /* start no background refill */
};

typedef struct dk_engine_request {
    const dk_strv *layers; /* names, in order */
    unsigned flags;
    void *reserved[4];
} dk_engine_request;

/* What copying the live database would mean. */
typedef struct dk_engine_weight {
    int64_t size_bytes;
    int64_t copy_ms;  /* estimate, by the quickest way there is */
    int64_t sessions; /* of others, which a copy ends; new ones wait until it is done */
    void *reserved[4];
} dk_engine_weight;

/* A database that takes the live one's place: a copy of one that was kept, or one that `fill` fills. */
typedef struct dk_engine_replacement {
    const char *verb; /* for messages: "snapshot restore" */
    const char
        *source; /* what `keep` gave, or NULL: an empty database, with the live one's encoding and locale */
    bool (*fill)(void *data, const dk_layer_target *target, dk_error *error); /* NULL with a source */
    void *data;
    unsigned flags;
    dk_progress *progress; /* never NULL */
    void *reserved[4];
} dk_engine_replacement;

typedef struct dk_engine_interface {
    dk_interface head; /* kind "engine", name "template" */
    /* The database of the recipe, now: layers, templates, swap. The server must be up. */
    bool (*reset)(dk_context *context, const dk_engine_request *request, dk_engine_report *report,
                  dk_error *error);
    /* The previous database back; what was live becomes the next undo. */
    bool (*undo)(dk_context *context, unsigned flags, dk_engine_report *report, dk_error *error);
    /* Would `reset` be able to go back? For deciding whether to ask. */
    bool (*has_undo)(dk_context *context, bool *answer, dk_error *error);
    /* Everything devkit keeps on the server for this database, as a JSON array of
     * {name, kind, key, size_bytes, created_at, used_at, layer}; caller owns. NULL on error. */
    json_t *(*list)(dk_context *context, dk_error *error);
    /* Sweeps leftovers and evicts beyond the limits; with `all` drops everything but the live database.
     * `removed` gets the names. */
    bool (*collect)(dk_context *context, bool all, bool dry_run, dk_strv *removed, dk_error *error);
    /* Body of the background worker: refills the spare, evicts, drops what is doomed. `layers` NULL: the
     * configured ones, waiting for a worker that is there already (`gc --wait`). */
    bool (*maintain)(dk_context *context, const dk_strv *layers, dk_error *error);
    /* Runs one layer on the live database as it is (`devkit migrate`, `devkit seed`). */
    bool (*apply_live)(dk_context *context, const char *layer, dk_error *error);
    /* Marks or unmarks the live database as protected, in the database. */
    bool (*protect)(dk_context *context, bool protected_, dk_error *error);
    bool (*is_protected)(dk_context *context, bool *answer, dk_error *error);
    /* Names of all databases of the server that carry that mark, whoever's they are. The server must be up.
     */
    bool (*protected_names)(dk_context *context, dk_strv *names, dk_error *error);
    /* Runs `work` while no other devkit builds, swaps or migrates this database, waiting as `reset` does.
     * Refuses ("protected") in the name of `verb` where the live database carries the mark. */
    bool (*exclusively)(dk_context *context, const char *verb, bool (*work)(void *data, dk_error *error),
                        void *data, dk_error *error);
    /* Copies the live database, ending its sessions, and keeps the copy until `forget`, whatever the limits
     * of [reset] are. `note` (its "name" is one of its kind: "snapshot-exists") is kept with it; `list` has
     * both, as "kind": "snapshot" and "note". `*database` gets its name; caller frees. */
    bool (*keep)(dk_context *context, const json_t *note, unsigned flags, char **database, dk_error *error);
    bool (*forget)(dk_context *context, const char *database, dk_error *error);
    bool (*weigh)(dk_context *context, dk_engine_weight *weight, dk_error *error);
    /* Built aside and swapped in, as a reset's; the previous database is kept for undo. The report's source
     * is "snapshot". */
    bool (*replace)(dk_context *context, const dk_engine_replacement *replacement, dk_engine_report *report,
                    dk_error *error);
} dk_engine_interface;

/* ── guard ─────────────────────────────────────────────────────────────────────────────────────────────── */
#define DK_GUARD_VERSION 1

typedef struct dk_guard_interface {
    dk_interface head; /* kind "guard" */
    /* May `verb` ("reset", "undo", "seed", "destroy", …) touch the project's database? Refuses with class
     * DK_ERROR_REFUSED. `confirmed` is what --confirm said, or NULL. Must not need a server that runs. */
    bool (*permit)(dk_context *context, const char *verb, const char *confirmed, dk_error *error);
} dk_guard_interface;
/* Asks every guard; each destructive command begins with it. */
DK_API bool dk_guard(dk_context *context, const char *verb, const char *confirmed, dk_error *error);

/* ── kinds whose plugins come later; their shapes are fixed here so that none needs a change of the core ────
 */
#define DK_CHECK_VERSION 1
typedef enum dk_check_status { DK_CHECK_OK, DK_CHECK_WARN, DK_CHECK_FAIL, DK_CHECK_SKIPPED } dk_check_status;
typedef struct dk_check_result {
    dk_check_status status;
    bool fixable;  /* the check's `fix` mends this, here and safely */
    char *message; /* what was seen, or why it was skipped */
    char *why;     /* why it matters */
    char *fix;     /* the exact command that mends it, or NULL */
    void *reserved[4];
} dk_check_result;
typedef struct dk_check_interface {
    dk_interface head; /* kind "check"; the name is doctor's id */
    const char *title;
    /* Looks, and changes nothing. Runs in a process of its own, beside the other checks and without streams,
     * and for a few seconds at most; what is reported is masked there. False: it could not be found out. */
    bool (*run)(dk_context *context, dk_check_result *result, dk_error *error);
    /* Mends what `run` called fixable; the user was asked. Runs in devkit's own process. NULL: no safe fix.
     */
    bool (*fix)(dk_context *context, dk_error *error);
} dk_check_interface;

#define DK_HISTORY_VERSION 1
typedef struct dk_history_interface {
    dk_interface head; /* kind "history"; the name is the migration tool's */
    /* Heads and pending from the files, current from the database (JSON null when it can't be reached), as
     * the object that `migrate --check` prints. Caller owns; NULL on error. */
    json_t *(*read)(dk_context *context, dk_error *error);
} dk_history_interface;

#define DK_CLEANER_VERSION 1
typedef struct dk_cleaner_interface {
    dk_interface head; /* kind "cleaner"; the name is the preset's */
    bool (*clean)(dk_context *context, bool stale_only, bool dry_run, json_t *report, dk_error *error);
} dk_cleaner_interface;

#define DK_SETUP_VERSION 1
typedef struct dk_setup_interface {
    dk_interface head; /* kind "setup" */
    const char *title;
    int order; /* steps run from low to high */
    bool (*is_done)(dk_context *context, bool *answer, dk_error *error);
    bool (*perform)(dk_context *context, dk_error *error);
} dk_setup_interface;

#define DK_ENDPOINT_VERSION 1
typedef struct dk_endpoint_interface {
    dk_interface head; /* kind "endpoint" */
    bool (*matches)(const dk_url *url);
    bool (*direct)(const dk_url *url, dk_url *direct, dk_error *error);
    bool (*pooled)(const dk_url *url, dk_url *pooled, dk_error *error);
} dk_endpoint_interface;

#define DK_EVENT_VERSION 1
typedef struct dk_event_interface {
    dk_interface head; /* kind "event"; the name is the plugin's; its events are in the plugin's descriptor */
    bool (*handle)(dk_context *context, const char *event, const json_t *details, dk_error *error);
} dk_event_interface;

/* ── snapshot ──────────────────────────────────────────────────────────────────────────────────────────── */
#define DK_SNAPSHOT_VERSION 1
/* Of a name, in bytes: UTF-8 without control characters or spaces at its ends. Whoever calls a store has
 * checked that; the store turns it into what its medium allows, and gives it back unchanged. */
#define DK_SNAPSHOT_NAME_MAX 80

/* What a store is; for `flags`. */
enum {
    DK_SNAPSHOT_DURABLE = 1 << 0,   /* outlives the database's server: good enough for `devkit backup` */
    DK_SNAPSHOT_PARTIAL = 1 << 1,   /* understands dk_snapshot_part */
    DK_SNAPSHOT_NO_SERVER = 1 << 2, /* needs no connection to the database: nobody has to start the server */
};

/* Which part of the database; all zero: all of it. */
typedef struct dk_snapshot_part {
    bool schema_only, data_only;
    dk_strv tables;             /* patterns as pg_dump's --table takes them */
    dk_strv exclude_table_data; /* the same: their definition, without their rows */
} dk_snapshot_part;

typedef struct dk_snapshot_request {
    const char *name;             /* no other snapshot of this store has it, or "snapshot-exists" */
    const char *note;             /* the user's own words, or NULL */
    const char *purpose;          /* "manual", "backup" or "before-migrate": what pruning goes by */
    const json_t *facts;          /* what the caller knows of the project: "git_commit", "git_branch" (text or
                                     null), "migration" (object or null). Kept, and listed again as they are */
    const dk_snapshot_part *part; /* NULL: all; given to stores with DK_SNAPSHOT_PARTIAL only */
    dk_progress *progress;        /* never NULL; bytes done, bytes in all or 0 */
    void *reserved[4];
} dk_snapshot_request;

enum {
    DK_SNAPSHOT_NO_WAIT = 1 << 0,  /* fail at once ("locked") when another devkit is at work */
    DK_SNAPSHOT_FORCE = 1 << 1,    /* although slots or subscriptions follow the database */
    DK_SNAPSHOT_NO_OWNER = 1 << 2, /* all objects become the application's role's, grants are left out */
};

typedef struct dk_snapshot_restore {
    const char *name;
    unsigned flags;        /* as above; a store ignores what does not concern it */
    int jobs;              /* connections at a time, where that makes a difference; 0: the store decides */
    dk_progress *progress; /* never NULL */
    void *reserved[4];
} dk_snapshot_restore;

/* What a restore did. */
typedef struct dk_snapshot_report {
    char *undo;         /* what holds the state before (a database, a branch), or NULL */
    char *undo_command; /* what brings it back: "devkit undo" */
    dk_strv notes;      /* what else the user has to know, a sentence each */
    int64_t duration_ms;
    void *reserved[4];
} dk_snapshot_report;
#define DK_SNAPSHOT_REPORT_INIT                                                                              \
    { 0 }
DK_API void dk_snapshot_report_release(dk_snapshot_report *report);

/* A store keeps named copies of the live database, all of one kind. `devkit snapshot` asks every store there
 * is and knows nothing else of them; guards, questions, events, pruning and output are its own affair.
 *
 * An entry describes one snapshot: {"name", "kind", "created_at" (RFC 3339, UTC), "size_bytes" (or null),
 * "server_version" ("15.18", or null), "note" (or null), "purpose", "database", "restorable" (here and now),
 * "why_not" (a phrase, or null), "kept_because" (why pruning must leave it alone, or null), "git_commit",
 * "git_branch", "migration" (the request's facts)}, and what only this store knows.
 *
 * Whatever a killed call leaves behind must not look like a snapshot, and goes with `sweep`. */
typedef struct dk_snapshot_interface {
    dk_interface head; /* kind "snapshot"; the name is the snapshots' kind: "clone", "dump", "neon" */
    unsigned flags;
    /* How well this store fits the project's database and this request: 0 not at all … 100; `auto` takes the
     * best. By convention 90 for what the database's host brings along (a branch), 70 a copy on the server,
     * 40 a file. `why` is a phrase for people: why not, or what they should know beforehand ("ends 3
     * sessions, logins wait for 2 s"). Changes nothing; must be quick. */
    bool (*fits)(dk_context *context, const dk_snapshot_request *request, int *score, dk_buf *why,
                 dk_error *error);
    /* Makes one, and fills `entry`, an empty object. Complete, or not there. */
    bool (*save)(dk_context *context, const dk_snapshot_request *request, json_t *entry, dk_error *error);
    /* An array of entries in any order, of this project's live database; only what this store made and knows
     * for its own. Caller owns; NULL on error. One that can't be read is listed all the same, with "why_not".
     * Starts nothing; without the server it needs: "not-running" (the others are listed then). */
    json_t *(*list)(dk_context *context, dk_error *error);
    /* The live database becomes what it was. Fails ("no-such-snapshot") without having changed anything. */
    bool (*restore)(dk_context *context, const dk_snapshot_restore *request, dk_snapshot_report *report,
                    dk_error *error);
    bool (*remove)(dk_context *context, const char *name, dk_error *error);
    /* Looks at every byte. What is wrong becomes a sentence in `findings`; false only where it could not be
     * found out. NULL: there is nothing to look at. */
    bool (*verify)(dk_context *context, const char *name, dk_progress *progress, dk_strv *findings,
                   dk_error *error);
    /* To and from a file of the user's (absolute path). The exported one is complete or not there, and never
     * replaces another file ("file-exists"). NULL: this kind does not leave its place. */
    bool (*export_to)(dk_context *context, const char *name, const char *path, dk_progress *progress,
                      dk_error *error);
    bool (*import_from)(dk_context *context, const char *path, const dk_snapshot_request *request,
                        json_t *entry, dk_error *error);
    /* Optional: removes what killed runs left, under whatever lock keeps those at work safe; `removed` gets
     * names for people. */
    bool (*sweep)(dk_context *context, dk_strv *removed, dk_error *error);
} dk_snapshot_interface;

#endif

/* The engine: recipe → templates on the server → clone → swap. Internal to this folder.
 *
 * The one rule everything here follows: a rename is a commit. A database that is not finished has a name that
 * says so, and what devkit knows about a database stands in the server's own catalog, in its name and in a
 * JSON comment, so that any later run can finish or sweep what a killed one left. */
#ifndef DEVKIT_PLUGIN_ENGINE_H
#define DEVKIT_PLUGIN_ENGINE_H

#include <devkit/devkit.h>
#include <kit/hash/hash.h>
#include <kit/hash/inputs.h>
#include <kit/pg/pg.h>

#define ENGINE_NAME_MAX 64  /* a PostgreSQL identifier with its NUL */
#define ENGINE_SCOPE_HEX 8  /* hexadecimal characters that stand for the live database's name */
#define ENGINE_KEY_SHORT 16 /* of a key, in a template's name */

/* What a database of devkit's is for; the word stands in its name. */
typedef enum engine_kind {
    ENGINE_LIVE,     /* the application's own */
    ENGINE_TEMPLATE, /* the sealed result of a layer */
    ENGINE_SPARE,    /* a finished clone, ready to become live */
    ENGINE_UNDO,     /* what was live before */
    ENGINE_BUILDING, /* unfinished, by a session that holds the work lock */
    ENGINE_FILLING,  /* unfinished, by a session that holds the spare lock */
    ENGINE_REPLACED, /* the live database while an in-place build runs under its name */
    ENGINE_DOOMED,   /* to be dropped; nobody wants it any more */
    ENGINE_SNAPSHOT, /* a copy that the user keeps under a name */
    ENGINE_KINDS,
} engine_kind;

/* ── names.c ── */
const char *engine_kind_word(engine_kind kind);
void engine_scope(const char *live, char *scope); /* ENGINE_SCOPE_HEX + 1 bytes */
/* devkit_KIND_SCOPE_SUFFIX; caller frees. */
char *engine_name(engine_kind kind, const char *scope, const char *suffix);
char *engine_name_unique(engine_kind kind, const char *scope); /* suffix: time and random */
/* As above, and sorting behind `newest` (NULL: none) even when the clock went back. */
char *engine_name_after(engine_kind kind, const char *scope, const char *newest);
/* Kind of a name in this scope; false when the name is not devkit's or of another scope. */
bool engine_name_parse(const char *name, const char *scope, engine_kind *kind);
void engine_rename_sql(dk_buf *sql, const char *from, const char *to);

/* ── catalog.c ── */
typedef struct engine_database {
    engine_kind kind;
    uint32_t oid;
    char *name;
    char *owner;
    int64_t connection_limit; /* -2: an interrupted DROP left it, unusable */
    bool other_collation; /* template or spare: made with another version of the locale, can't be cloned */
    char *comment;        /* as it is on the server, or NULL */
    json_t *note;         /* devkit's JSON out of the comment; NULL for the live one */
    json_t *settings;     /* {"acl": [...], "config": [...]}: what a clone does not carry */
} engine_database;

typedef struct engine_catalog {
    engine_database *databases;
    size_t count;
} engine_catalog;

typedef struct engine_session {
    dk_context *context;
    const dk_config *config;
    const dk_server_interface *server;
    const dk_url *url; /* the application's */
    dk_url reached;    /* the same, as this machine reaches it */
    const char *variable;
    const char *live;
    char *role; /* the URL's */
    char scope[ENGINE_SCOPE_HEX + 1];
    dk_conninfo admin;
    bool superuser;
    pg_connection *started; /* `work` before the server answered; see engine_begin */
    pg_connection *work;    /* on the maintenance database; holds the lock and does the work */
    pg_connection *ender;   /* on the maintenance database, too; ends sessions. Connected when needed */
    bool locked;
    bool recovering; /* Ctrl-C must not keep us from putting the live database back */
    int patience_ms; /* of engine_run_patiently; 0: its own */
    engine_catalog catalog;
    dk_strv made_roles;        /* by the layers of the database being built: its template needs them */
    char server_key[HASH_HEX]; /* digest of everything about the server a template depends on */
    char *started_at;          /* the postmaster's start, as text */
    hash_cache *hashes;
    int64_t busy_sessions; /* sessions in the live database when the catalog was read, PostgreSQL's own too */
    int64_t followers;     /* prepared transactions, slots and subscriptions of the live database */
} engine_session;

void engine_catalog_release(engine_catalog *catalog);
/* Reads the catalog in one round trip. */
bool engine_catalog_read(engine_session *session, dk_error *error);
/* The same, in one round trip with a statement before it; `*answer` is its first value. */
bool engine_catalog_read_after(engine_session *session, const char *first, bool *answer, dk_error *error);
engine_database *engine_catalog_live(engine_session *session); /* NULL: it does not exist */
engine_database *engine_catalog_find(engine_session *session, engine_kind kind, const char *key);
engine_database *engine_catalog_newest(engine_session *session, engine_kind kind);
engine_database *engine_catalog_named(engine_session *session, const char *name);
char *engine_undo_name(engine_session *session); /* sorts behind those there are; caller frees */
bool engine_database_usable(const engine_database *database);

/* ── session.c ── */
enum { ENGINE_LOCK_WORK = 1, ENGINE_LOCK_SPARE = 2, ENGINE_LOCK_QUEUE = 3 };
void engine_close(engine_session *session);
#define ENGINE_AUTO_SESSION DK_CLEANUP(engine_close)
/* The statement that takes a lock, or tries to; its value is false when somebody else has it. Caller frees.
 */
char *engine_lock_sql(const engine_session *session, int which, bool wait);
bool engine_lock(engine_session *session, int which, bool wait, bool *taken, dk_error *error);
bool engine_unlock(engine_session *session, int which, dk_error *error);
/* The work lock, with the patience and the messages of a command. */
bool engine_lock_work(engine_session *session, unsigned flags, dk_error *error);
bool engine_unlock_work(engine_session *session, dk_error *error);
/* A connection of devkit's own to another database of the server. */
pg_connection *engine_connect(engine_session *session, const char *database, dk_error *error);
bool engine_ender(engine_session *session, dk_error *error); /* connects session->ender unless it is */
bool engine_refuse_protected(engine_session *session, const char *verb, dk_error *error);

/* ── open.c ── */
/* Connects and reads the catalog; takes the work lock when `lock` (waiting with a message, or failing with
 * "locked" under DK_ENGINE_NO_WAIT), and then finishes what a killed in-place build left. */
bool engine_open(dk_context *context, bool lock, unsigned flags, engine_session *session, dk_error *error);
/* Its halves: finds the project and sends for a connection; waits for it, locks and reads. */
bool engine_begin(dk_context *context, engine_session *session, dk_error *error);
bool engine_enter(engine_session *session, bool lock, unsigned flags, dk_error *error);

/* ── note.c: the JSON comment of a database of devkit's ── */
json_t *engine_note_new(engine_kind kind, const char *live);
json_t *engine_note_parse(const char *comment); /* NULL when it is not devkit's */
/* Appends `COMMENT ON DATABASE name IS …;`. */
void engine_note_sql(dk_buf *sql, const char *database, const json_t *note);
void engine_comment_sql(dk_buf *sql, const char *database, const char *comment);
bool engine_comment_is_protected(const char *comment);
char *engine_comment_protect(const char *comment, bool protected_); /* caller frees; NULL: no comment left */

/* ── recipe.c ── */
typedef struct engine_layer {
    const dk_layer_interface *interface;
    const char *name;
    unsigned flags;
    char fixed[HASH_HEX];
    char below[HASH_HEX]; /* key of the layer below, or the server's */
    char key[HASH_HEX];
    dk_strv items;
} engine_layer;
typedef struct engine_recipe {
    engine_layer *layers; /* those that add something */
    size_t count;
    char key[HASH_HEX]; /* of the whole */
} engine_recipe;
#define ENGINE_RECIPE_INIT                                                                                   \
    { 0 }
bool engine_recipe_make(engine_session *session, const dk_strv *names, engine_recipe *recipe,
                        dk_error *error);
/* Its halves: asks the layers, which needs no server; makes the keys, which needs the server's. */
bool engine_recipe_describe(engine_session *session, const dk_strv *names, engine_recipe *recipe,
                            dk_error *error);
void engine_recipe_finish(engine_session *session, engine_recipe *recipe);
void engine_recipe_release(engine_recipe *recipe);
/* Where a build begins: `start` is the template (NULL: an empty database), `first` the layer to apply. */
typedef struct engine_start {
    engine_database *start;
    size_t first;
    bool incremental; /* layer `first` is applied on top of an older result of itself */
} engine_start;
void engine_recipe_start(engine_session *session, const engine_recipe *recipe, bool fresh,
                         engine_start *start);
bool engine_template_valid(engine_session *session, const engine_database *database);
/* The spare of that recipe, if it is as its template is today; or NULL. */
engine_database *engine_spare_find(engine_session *session, const char *key);

/* ── settings.c: what belongs to the database itself ── */
/* What the new database has to have: the new template's own, plus what live has beyond its old template's. */
json_t *engine_settings_merge(const json_t *live, const json_t *old_own, const json_t *new_own);
/* Appends the statements that turn `have` into `want`. */
void engine_settings_diff(const char *database, const json_t *have, const json_t *want, dk_strv *statements);
/* Makes the settings of `database` those it has to have as the next live one; notes get what could not be
 * done and the GRANT that would allow it. */
bool engine_settings_apply(engine_session *session, const engine_database *database, const json_t *new_own,
                           dk_strv *notes, dk_error *error);
/* Runs what turns the settings `have` of a database of devkit's into `want` (NULL: nothing). */
bool engine_settings_turn(engine_session *session, const char *database, const json_t *have,
                          const json_t *want, dk_error *error);
/* Gives a fresh clone what its template's layers had set on the database itself (`own` may be NULL): the
 * layers above may count on it. */
bool engine_settings_give(engine_session *session, const char *database, const json_t *own, dk_error *error);
/* Makes the settings of `database` those of `want` (NULL: as they are), owner and connection limit the live
 * one's; notes as above. */
bool engine_settings_become(engine_session *session, const engine_database *database, const json_t *want,
                            dk_strv *notes, dk_error *error);
/* What the present live database got from its own template (see swap.c), or NULL. Borrowed. */
const json_t *engine_settings_live_own(engine_session *session);

/* ── settings_read.c ── */
/* A fresh database's settings: the default grants of its owner. Caller owns. */
json_t *engine_settings_fresh(const char *owner);
/* As they are now. Caller owns; NULL on error. */
json_t *engine_settings_read(engine_session *session, const char *database, dk_error *error);
/* Of all databases: oid, grantee (NULL: PUBLIC), privilege, grantable; oid (0: all), role (NULL: all),
 * name=value. Few rows in any cluster. Their rows are put together by engine_settings_assemble for one
 * database; without `grants` it has those that PostgreSQL gives its owner. */
extern const char engine_grants_query[];
extern const char engine_config_query[];
json_t *engine_settings_assemble(int64_t oid, const char *owner, const pg_result *grants,
                                 const pg_result *config);

/* ── clone.c ── */
bool engine_create_empty(engine_session *session, const char *name, dk_error *error);
bool engine_clone(engine_session *session, const char *source, const char *name, int64_t source_size,
                  dk_error *error);
/* The same from the live database: its sessions are ended, and new ones wait until it is copied. */
bool engine_clone_live(engine_session *session, const char *name, int64_t size, dk_error *error);
/* How long a copy of that size takes, roughly. */
bool engine_estimate_copy(engine_session *session, int64_t size, int64_t *milliseconds, dk_error *error);
/* A statement that fails because somebody is in `database` is tried again, ending those sessions (only for
 * databases of devkit's own), for 15 seconds. */
bool engine_run_patiently(engine_session *session, const char *database, const char *sql, dk_error *error);
bool engine_rename(engine_session *session, const char *from, const char *to, const json_t *note,
                   dk_error *error);

/* ── effects.c ── */
typedef struct engine_effects {
    json_t *outside; /* digests by subject: roles, settings, live database … */
    json_t *roles;   /* their names */
    char *live;  /* digest over the live database's catalog and migration tables; NULL: no live database */
    char *built; /* the same for the database being built */
} engine_effects;
/* `inside`: look into the live and the built database too (two connections). */
bool engine_effects_take(engine_session *session, const char *built, bool inside, engine_effects *effects,
                         dk_error *error);
/* Fails with "layer-astray" when live changed and the built one did not; otherwise notes what else changed,
 * and remembers roles that were made. */
bool engine_effects_compare(engine_session *session, const char *layer, const engine_effects *before,
                            const engine_effects *after, dk_strv *notes, dk_error *error);
void engine_effects_release(engine_effects *effects);
/* What is built begins as a clone of the template with that note: it needs the roles that one needs. */
void engine_effects_inherit(engine_session *session, const json_t *note);

/* ── build.c ── */
/* Builds the recipe; `*name` is a finished `building` database that only needs to be swapped in, with its
 * layers' settings on it and no others. Caller frees. */
bool engine_build(engine_session *session, const engine_recipe *recipe, unsigned flags,
                  dk_engine_report *report, char **name, dk_error *error);
/* Applies layers from `first` on in the database `name`, sealing a template after each unless `seal` is
 * false. */
bool engine_apply_layer(engine_session *session, const engine_layer *layer, const char *database,
                        dk_engine_report *report, dk_error *error);
/* ── seal.c ── */
/* Vacuums and analyses `building`, completes the note (size, own settings unless it has them, …; its "name"
 * is the template's) and renames it to the layer's template; an old one of that name is doomed. */
bool engine_seal(engine_session *session, const engine_layer *layer, const char *building, json_t *note,
                 dk_error *error);
json_t *engine_template_note(engine_session *session, const engine_layer *layer);
void engine_report_layer(dk_engine_report *report, const engine_layer *layer, bool cached, int64_t ms);

/* ── swap.c, terminate.c ── */
typedef struct engine_swap {
    const char *incoming; /* becomes live */
    const json_t *own;    /* settings its layers made; remembered with the undo database */
    const char *key;      /* its recipe, or NULL */
    const char *comment;  /* user's comment the new live gets, or NULL */
} engine_swap;
/* `*undo` gets the name of the database that holds what was live (NULL when there was none); caller frees. */
bool engine_swap_in(engine_session *session, const engine_swap *swap, char **undo, dk_error *error);
json_t *engine_undo_note(engine_session *session, const engine_swap *swap, const engine_database *live);
/* Refuses when a prepared transaction, slot or subscription would follow the old database. */
bool engine_swap_permitted(engine_session *session, unsigned flags, dk_error *error);
/* Runs one transaction of renames of the live database while its sessions (and those of `incoming`, which may
 * be NULL) are ended; the heart of swap, undo and in-place. */
bool engine_run_against_live(engine_session *session, const char *incoming, const char *sql, dk_error *error);
/* Sessions in a database: pid, role, program, address. */
bool engine_holders(pg_connection *connection, const char *database, pg_result **result, dk_error *error);
void engine_describe_holders(const pg_result *holders, dk_buf *text);
bool engine_end_sessions(engine_session *session, pg_connection *connection, const char *database,
                         dk_buf *refused, dk_error *error);
bool engine_clear_sessions(engine_session *session, pg_connection *connection, const char *database,
                           int timeout_ms, dk_buf *refused, dk_error *error);

/* ── inplace.c ── */
bool engine_reset_in_place(engine_session *session, const engine_recipe *recipe, unsigned flags,
                           dk_engine_report *report, dk_error *error);

/* ── recover.c ── */
/* `replaced` becomes live again, with `comment`; what stands under the live name is doomed. */
bool engine_put_back(engine_session *session, const char *replaced, const char *comment, bool live_exists,
                     dk_error *error);
/* Does that when an in-place build was killed. */
bool engine_recover(engine_session *session, dk_error *error);

/* ── keep.c: what is kept, what goes ── */
bool engine_doom(engine_session *session, const engine_database *database, dk_error *error);
/* Names of what should go now, given the limits; under the work lock. */
void engine_excess(engine_session *session, const engine_recipe *recipe, dk_strv *names);
bool engine_doom_named(engine_session *session, const dk_strv *names, dk_error *error);
bool engine_drop(engine_session *session, const char *name, dk_error *error);
bool engine_drop_kind(engine_session *session, engine_kind kind, dk_strv *removed, dk_error *error);
int64_t engine_size(engine_session *session, const char *database);
int64_t engine_kept_size(engine_session *session); /* of all that is not about to go, in bytes */
/* ── sweep.c ── */
/* Files of a CREATE DATABASE that a server crash left in base/; only on a server devkit owns. */
bool engine_sweep_files(engine_session *session, dk_strv *removed, dk_error *error);
/* Old temporary files of killed runs in the state folder. `removed` may be NULL. */
void engine_sweep_temporaries(engine_session *session, dk_strv *removed);

/* ── gc.c ── */
json_t *engine_list(dk_context *context, dk_error *error);
bool engine_collect(dk_context *context, bool all, bool dry_run, dk_strv *removed, dk_error *error);

/* ── maintain.c ── */
bool engine_maintain(dk_context *context, const dk_strv *layers, dk_error *error);
bool engine_spawn_maintenance(dk_context *context, const dk_strv *layers, dk_error *error);
/* Starts it for these layers (NULL: the configured ones); that it could not be started is no failure. */
void engine_maintain_later(dk_context *context, const dk_strv *layers);

/* ── snapshot.c, replace.c ── */
bool engine_keep(dk_context *context, const json_t *note, unsigned flags, char **database, dk_error *error);
bool engine_forget(dk_context *context, const char *database, dk_error *error);
bool engine_weigh(dk_context *context, dk_engine_weight *weight, dk_error *error);
bool engine_replace(dk_context *context, const dk_engine_replacement *replacement, dk_engine_report *report,
                    dk_error *error);

/* ── reset.c, undo.c ── */
bool engine_reset(dk_context *context, const dk_engine_request *request, dk_engine_report *report,
                  dk_error *error);
bool engine_undo(dk_context *context, unsigned flags, dk_engine_report *report, dk_error *error);
bool engine_has_undo(dk_context *context, bool *answer, dk_error *error);
bool engine_apply_live(dk_context *context, const char *layer, dk_error *error);
bool engine_protect(dk_context *context, bool protected_, dk_error *error);
bool engine_is_protected(dk_context *context, bool *answer, dk_error *error);
bool engine_protected_names(dk_context *context, dk_strv *names, dk_error *error);
bool engine_exclusively(dk_context *context, const char *verb, bool (*work)(void *data, dk_error *error),
                        void *data, dk_error *error);

#endif

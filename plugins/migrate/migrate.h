/* migrate: brings a database to the newest migration, with SQL files of its own or by the project's tool.
 *
 * tool.c decides which tool it is; sql.c, files.c, history.c, scan.c, new.c and down.c are the tool "sql";
 * alembic.c reads what Alembic's files say. Nothing here knows templates or swaps: that is the engine's. */
#ifndef DEVKIT_MIGRATE_H
#define DEVKIT_MIGRATE_H

#include <devkit/devkit.h>
#include <kit/hash/inputs.h>
#include <kit/pg/pg.h>

/* Version of the table public.devkit_migrations and of how SQL files are applied; part of the fingerprint. */
#define MIGRATE_FORMAT "1"

/* ── tool.c ── */
typedef enum migrate_kind { MIGRATE_NONE, MIGRATE_SQL, MIGRATE_COMMAND } migrate_kind;

typedef struct migrate_tool {
    migrate_kind kind;
    const char *name;   /* "sql", "command", "alembic"; constant */
    char *root;         /* of the project */
    char *folder;       /* of the migrations, absolute */
    char *shown_folder; /* the same for messages: relative to the root */
    char *command;      /* NULL unless kind is MIGRATE_COMMAND */
    char *alembic_ini;  /* absolute, or NULL */
    dk_strv fixed;      /* patterns below the root: a change of these is a new start */
    dk_strv items;      /* patterns below the root: migration scripts */
} migrate_tool;

#define MIGRATE_TOOL_INIT                                                                                    \
    { 0 }
#define MIGRATE_AUTO_TOOL DK_CLEANUP(migrate_tool_release)

/* Decides by [migrate] and what lies in the project. MIGRATE_NONE when nothing is configured and nothing was
 * found. Errors (class USAGE): "migrations-missing", "command-missing", "migrate-tool-unknown". */
bool migrate_tool_pick(const char *root, const dk_config *config, migrate_tool *tool, dk_error *error);
/* The same for this run's project. */
bool migrate_tool_get(dk_context *context, migrate_tool *tool, dk_error *error);
void migrate_tool_release(migrate_tool *tool);

/* ── alembic.c ── */
/* Value of a key in a section of an ini file, %(here)s replaced by `here`; NULL when absent. Caller frees. */
char *migrate_ini_value(const char *text, const char *section, const char *key, const char *here);
/* Adds alembic.ini and env.py to tool->fixed and the version folders' scripts to tool->items. */
bool migrate_alembic_inputs(migrate_tool *tool, dk_error *error);
/* Error "url-hard-coded" when alembic.ini holds a real URL and env.py certainly reads nothing else. */
bool migrate_alembic_check_url(const migrate_tool *tool, const char *variable, dk_error *error);

/* ── files.c ── */
typedef struct migrate_file {
    char *name;   /* recorded in the table: the file's name without .up and .sql */
    char *number; /* its leading digits ("001" of migration_001_x), or "" */
    char *up;     /* file's name in the folder */
    char *down;   /* file's name, or NULL */
} migrate_file;

typedef struct migrate_files {
    migrate_file *items; /* in natural order of their names */
    size_t count;
} migrate_files;

#define MIGRATE_FILES_INIT                                                                                   \
    { 0 }
#define MIGRATE_AUTO_FILES DK_CLEANUP(migrate_files_release)

/* The *.sql files of a folder. Error "migration-twice" when x.sql and x.up.sql are both there. */
bool migrate_files_list(const char *folder, migrate_files *files, dk_error *error);
const migrate_file *migrate_files_find(const migrate_files *files, const char *name);
/* Content of its up file and, unless `checksum` is NULL, its SHA-256 (HASH_HEX bytes). */
bool migrate_file_read(const migrate_tool *tool, const migrate_file *file, dk_buf *content, char *checksum,
                       dk_error *error);
void migrate_files_release(migrate_files *files);

/* The part of a file that goes up or down, borrowed from the content it was found in. */
typedef struct migrate_part {
    const char *text;
    size_t length;
    int first_line;
    bool transaction;
    bool exists; /* false: the file has no such part */
} migrate_part;
bool migrate_part_up(const dk_buf *content, migrate_part *part, dk_error *error);
/* Of a file with sections; a .down.sql is a whole part of its own (migrate_part_up). */
bool migrate_part_down(const dk_buf *content, migrate_part *part, dk_error *error);

/* ── history.c ── */
typedef struct migrate_applied {
    char *name;
    char *checksum;
    char *applied_at; /* RFC 3339 in UTC */
    int64_t duration_ms;
} migrate_applied;

typedef struct migrate_history {
    migrate_applied *items; /* in natural order of their names */
    size_t count;
    bool has_table;
} migrate_history;

#define MIGRATE_HISTORY_INIT                                                                                 \
    { 0 }
#define MIGRATE_AUTO_HISTORY DK_CLEANUP(migrate_history_release)

/* Reads the table; none at all is an empty history. `prologue` is SQL sent in the same message, or "". */
bool migrate_history_read(pg_connection *connection, const char *prologue, migrate_history *history,
                          dk_error *error);
const migrate_applied *migrate_history_find(const migrate_history *history, const char *name);
void migrate_history_release(migrate_history *history);
/* SQL that makes the table when it is missing. */
extern const char migrate_history_table[];
/* SQL before bookkeeping in a file's transaction: the table is ours, whatever role the file put on. */
extern const char migrate_own_role[];
/* Appends SQL that records a migration; duration_ms < 0 means: since the transaction began. */
void migrate_history_record(dk_buf *sql, const char *name, const char *checksum, int64_t duration_ms);
void migrate_history_forget(dk_buf *sql, const char *name);

typedef enum migrate_state {
    MIGRATE_PENDING,
    MIGRATE_APPLIED,
    MIGRATE_EDITED,
    MIGRATE_UNKNOWN
} migrate_state;
typedef struct migrate_entry {
    migrate_state state;
    const char *name;
    const migrate_file *file;       /* NULL when unknown */
    const migrate_applied *applied; /* NULL when pending */
} migrate_entry;
typedef struct migrate_entries {
    migrate_entry *items; /* in natural order of their names */
    size_t count;
} migrate_entries;
#define MIGRATE_ENTRIES_INIT                                                                                 \
    { 0 }
#define MIGRATE_AUTO_ENTRIES DK_CLEANUP(migrate_entries_release)
/* Files and history side by side; borrows from both. With `check`, the content of applied files is compared
 * with their checksums. */
bool migrate_entries_match(const migrate_tool *tool, const migrate_files *files,
                           const migrate_history *history, bool check, migrate_entries *entries,
                           dk_error *error);
size_t migrate_entries_count(const migrate_entries *entries, migrate_state state);
const char *migrate_state_name(migrate_state state);
void migrate_entries_release(migrate_entries *entries);

/* ── scan.c ── */
/* Error "acts-outside-database" (FILE:LINE) when a script changes something that does not belong to the
 * database it runs in. `shown_path` and `first_line` as in pg_script_options. */
bool migrate_scan(const char *text, size_t length, const char *live, const char *shown_path, int first_line,
                  dk_error *error);

/* ── sql.c ── */
/* A connection on which migrations run. */
typedef struct migrate_session {
    pg_connection *connection;
    dk_conninfo conninfo;
    dk_strv psql_folders;
} migrate_session;
#define MIGRATE_AUTO_SESSION DK_CLEANUP(migrate_session_close)
bool migrate_session_open(dk_context *context, const dk_url *url, migrate_session *session, dk_error *error);
/* On the live database. Errors: "env-missing", and pg_connect's with `devkit up` as the hint. */
bool migrate_session_open_live(dk_context *context, migrate_session *session, dk_error *error);
void migrate_session_close(migrate_session *session);
/* ── permit.c ── */
typedef bool migrate_work(dk_context *context, migrate_session *session, const void *data, dk_error *error);
/* Runs `work` on the live database once every guard and the mark in the database permit it, while no other
 * devkit is at work on it. */
bool migrate_permitted(dk_context *context, const char *confirmed, migrate_work *work, const void *data,
                       dk_error *error);
/* ── sql.c ── */
/* Runs one part of a file of `folder` with `bookkeeping` in its transaction (or behind it when it has none).
 */
bool migrate_run_part(migrate_session *session, const migrate_part *part, const char *folder,
                      const char *shown_path, const char *bookkeeping, dk_progress *progress,
                      dk_error *error);
/* Applies what is pending, then [migrate] verify. */
bool migrate_sql_apply(dk_context *context, const migrate_tool *tool, const dk_layer_target *target,
                       dk_error *error);
/* "migration-edited" naming the first edited file, when there is one. */
bool migrate_refuse_edited(const migrate_tool *tool, const migrate_entries *entries, dk_error *error);

/* ── verify.c ── */
/* Runs [migrate] verify. Error "verify-failed" names the first statement that is not true. */
bool migrate_verify(migrate_session *session, const dk_strv *statements, dk_error *error);

/* ── layer.c ── */
extern const dk_layer_interface migrate_layer;
extern const dk_history_interface migrate_sql_history;

/* ── new.c ── how the folder names its files, and the next name in that style */
typedef struct migrate_style {
    char prefix[64]; /* before the number: "migration_" */
    int width;       /* digits */
    bool timestamp;  /* the number is a time: 20260101120000 */
    int64_t highest; /* number so far */
    bool pair;       /* NAME.up.sql and NAME.down.sql */
    bool sections;   /* -- migrate:up and -- migrate:down */
} migrate_style;
bool migrate_style_find(const migrate_tool *tool, const migrate_files *files, migrate_style *style,
                        dk_error *error);
/* File name without extension; `words` is what the user called it. Caller frees. */
char *migrate_style_name(const migrate_style *style, const char *words, int64_t unix_seconds);
/* ── commands ── */
bool migrate_require_sql(dk_context *context, const char *verb, migrate_tool *tool, dk_error *error);
bool migrate_run(dk_context *context, const void *values, dk_error *error);        /* commands.c */
bool migrate_status_run(dk_context *context, const void *values, dk_error *error); /* status.c */
/* The object of `migrate --check`; a database that can't be reached is a part of it, not an error. */
json_t *migrate_check_read(dk_context *context, const migrate_tool *tool, dk_error *error);
/* The same from a session that is there; every failure is an error. */
json_t *migrate_check_read_on(migrate_session *session, const migrate_tool *tool, dk_error *error);
bool migrate_new_run(dk_context *context, const void *values, dk_error *error);
bool migrate_down_run(dk_context *context, const void *values, dk_error *error);  /* down.c */
bool migrate_stamp_run(dk_context *context, const void *values, dk_error *error); /* stamp.c */

typedef struct migrate_values { /* of every command of this plugin */
    bool check;
    bool dry_run;
    const char *confirm;
    const char *name;
    int64_t count;
} migrate_values;

#endif

/* kit/pg: what plugins share of libpq. One shared library, one instance a process. Only files of this folder
 * include libpq's headers.
 *
 * Calls are synchronous for the caller but wait with poll, so that Ctrl-C and time-outs are honoured (the
 * running statement is cancelled). A connection is used by one thread at a time. */
#ifndef DEVKIT_KIT_PG_H
#define DEVKIT_KIT_PG_H

#include <devkit/devkit.h>

typedef struct pg_connection pg_connection;
typedef struct pg_result pg_result;

/* ── connection.c ── */
typedef struct pg_options {
    int connect_timeout_ms;       /* 0: 10 s */
    int answer_timeout_ms;        /* 0: none; how long pg_run and pg_query wait, whatever the server does */
    int64_t statement_timeout_ms; /* 0: none; set on the server whatever the role's settings say */
    int64_t lock_timeout_ms;      /* 0: none */
    bool plain;                   /* leave the role's settings alone (layers, readiness probes) */
} pg_options;
/* How long a mere look (status, wait) waits for a server of this machine: it may be frozen. */
#define PG_LOOK_MS 2000

/* Connects to `database` (NULL: what conninfo says). Unless `plain`, the session sets statement_timeout,
 * lock_timeout, idle_in_transaction_session_timeout, search_path=pg_catalog, default_transaction_read_only
 * and client_connection_check_interval in the start-up packet, and application_name=devkit.
 * Errors carry a code by cause: "not-listening", "password-rejected", "hba-rejected", "role-missing",
 * "database-missing", "too-many-connections", "server-starting", "not-answering" (it accepts connections, and
 * that is all), "connection-failed"; sqlstate is set. */
DK_API pg_connection *pg_connect(const dk_conninfo *conninfo, const char *database, const pg_options *options,
                                 dk_error *error);
/* The same in two halves: the server makes its session while the caller does something else. The first waits
 * for nothing and never fails; what it gives is ended by the second, or by pg_close. The second takes the
 * same arguments, and connects anew when the first attempt came to nothing. */
DK_API pg_connection *pg_connect_start(const dk_conninfo *conninfo, const char *database,
                                       const pg_options *options);
DK_API pg_connection *pg_connect_finish(pg_connection *started, const dk_conninfo *conninfo,
                                        const char *database, const pg_options *options, dk_error *error);
DK_API void pg_close(pg_connection *connection); /* accepts NULL */
#define PG_AUTO_CONNECTION DK_CLEANUP(pg_close_pointer)
DK_API void pg_close_pointer(pg_connection **connection);

DK_API int pg_server_version(const pg_connection *connection); /* 150018 */
DK_API int pg_backend_pid(const pg_connection *connection);
DK_API bool pg_is_alive(const pg_connection *connection);
typedef void pg_notice_function(void *data, const char *severity, const char *message);
DK_API void pg_on_notice(pg_connection *connection, pg_notice_function *function, void *data);
/* While set, Ctrl-C neither ends waits nor refuses statements: for cleaning up after an interruption. */
DK_API void pg_ignore_interruption(pg_connection *connection, bool ignore);

/* ── query.c ── */
/* Runs one or more statements as one message (simple protocol); gives the last result. NULL `result` throws
 * it away. Errors: code "sql-failed" ("connection-lost" when the session is gone), sqlstate, message =
 * PostgreSQL's primary message, detail and hint from PostgreSQL. When interrupted, the statement is cancelled
 * ("interrupted"); one that succeeded all the same is a success, and the next one is refused. Over
 * answer_timeout_ms: "not-answering"; the connection is good for nothing but pg_close then. */
DK_API bool pg_run(pg_connection *connection, const char *sql, pg_result **result, dk_error *error);
DK_API bool pg_runf(pg_connection *connection, dk_error *error, const char *sql, ...) DK_PRINTF(3, 4);
/* One statement with text parameters (NULL is SQL NULL). */
DK_API bool pg_query(pg_connection *connection, const char *sql, const char *const *parameters, size_t count,
                     pg_result **result, dk_error *error);
/* Sends a simple-protocol message without waiting; pg_finish collects. For what must go on beside it. */
DK_API bool pg_send(pg_connection *connection, const char *sql, dk_error *error);
/* Waits at most timeout_ms (-1: for ever) for the answer; `*done` false when it is not there yet. */
DK_API bool pg_finish(pg_connection *connection, int timeout_ms, bool *done, pg_result **result,
                      dk_error *error);
/* Asks the server to cancel what runs. */
DK_API void pg_cancel(pg_connection *connection);

/* Several statements in one round trip (libpq's pipeline mode): results[i] belongs to sql[i]; all are in one
 * implicit transaction. On an error none is given. */
DK_API bool pg_pipeline(pg_connection *connection, const char *const *sql, size_t count, pg_result **results,
                        dk_error *error);

/* ── fresh.c ── */
/* Ends whatever a script left in the session: role, settings, temporary tables, prepared statements, cursors,
 * advisory locks. The next script finds what it would find in a session of its own, as under psql. `settings`
 * is SQL that is run behind it, or "". Not within a transaction. */
DK_API bool pg_start_afresh(pg_connection *connection, const char *settings, dk_error *error);
/* A database that is not in use yet need not wait for the disk at every file: the swap's commit does. */
#define PG_WHILE_BUILDING "set synchronous_commit = off;"

/* ── query.c, results ── */
DK_API size_t pg_rows(const pg_result *result);
DK_API size_t pg_columns(const pg_result *result);
DK_API const char *pg_value(const pg_result *result, size_t row, size_t column); /* NULL for SQL NULL */
DK_API int64_t pg_int(const pg_result *result, size_t row, size_t column);       /* 0 for NULL */
DK_API bool pg_bool(const pg_result *result, size_t row, size_t column);
DK_API void pg_result_free(pg_result *result);
#define PG_AUTO_RESULT DK_CLEANUP(pg_result_free_pointer)
DK_API void pg_result_free_pointer(pg_result **result);

/* ── quote.c ── all append */
DK_API void pg_quote_identifier(dk_buf *sql, const char *name);
DK_API void pg_quote_table(dk_buf *sql, const char *table);  /* "tasks" or "schema.tasks" */
DK_API void pg_quote_literal(dk_buf *sql, const char *text); /* E'…' when it has a backslash; NULL: null */

/* ── provision.c ── */
typedef struct pg_server_facts {
    char start_time[48]; /* of the postmaster, as text of the session that asked */
    int version;         /* 150018 */
} pg_server_facts;
typedef struct pg_provision_request {
    dk_context *context;
    const char *admin_role; /* who owns what nobody was named for yet */
    const dk_url *url;
    bool fresh; /* a new server: that everything in it is made goes without saying */
} pg_provision_request;
/* Makes the URL's role (LOGIN CREATEDB, with its password when it is new) and its database, owned by that
 * role, over a superuser's connection. `*changed` is set when something had to be done. */
DK_API bool pg_provision(pg_connection *admin, const pg_provision_request *request, pg_server_facts *server,
                         bool *changed, dk_error *error);
/* The role's password becomes the URL's. */
DK_API bool pg_set_password(pg_connection *admin, const dk_url *url, dk_error *error);

/* ── copy.c ── */
/* Streams a CSV file (RFC 4180, header line names the columns) into `table` ("tasks" or "schema.tasks") by
 * COPY, in constant memory, in the connection's open transaction if there is one. An error names file and
 * line, the column where there is one, and shows the row. `rows` counts what went in; the progress line may
 * be NULL. */
DK_API bool pg_copy_csv(pg_connection *connection, const char *table, const char *path,
                        const char *shown_path, dk_progress *progress, int64_t *rows, dk_error *error);

/* ── split.c ── no server needed */
/* One statement of a script: bytes [start, start+length) of the text, and where it begins. */
typedef struct pg_statement {
    size_t start, length;
    int line, column; /* of its first character that is neither space nor comment; 1-based */
} pg_statement;
typedef struct pg_script {
    pg_statement *statements;
    size_t count;
    bool needs_psql; /* a backslash command or inline COPY … FROM stdin data */
    int psql_line;   /* where that is */
} pg_script;
/* Splits at top-level semicolons: knows '…', E'…', "…", $tag$…$tag$, -- and nested comments, and
 * BEGIN ATOMIC … END bodies. Fails ("sql-unterminated") at line:column for an unclosed quote or comment. */
DK_API bool pg_script_split(const char *text, size_t length, pg_script *script, dk_error *error);
DK_API void pg_script_release(pg_script *script);
/* The part of a migration file between `-- migrate:up` / `-- migrate:down` lines (with their options, such as
 * "transaction:false"), or the whole text when there are none. */
typedef struct pg_sections {
    size_t up_start, up_length;
    size_t down_start, down_length;
    int up_line, down_line; /* line on which the section's text begins, 1-based */
    bool has_sections, has_down;
    bool up_transaction, down_transaction;
} pg_sections;
DK_API bool pg_sections_find(const char *text, size_t length, pg_sections *sections, dk_error *error);

/* ── script.c ── */
typedef struct pg_script_options {
    const char *shown_path;      /* for messages */
    int first_line;              /* line of the text's first character in that file; 0 is 1 */
    bool transaction;            /* one transaction around it */
    const char *before_commit;   /* SQL run last, in the same transaction (bookkeeping), or NULL */
    dk_progress *progress;       /* may be NULL */
    const dk_strv *psql_folders; /* where to look for psql first; may be NULL */
    const dk_conninfo
        *psql_conninfo; /* how psql connects when the text needs it; NULL: needing psql is an error */
    const char *folder; /* psql runs in it, so that \i and \ir name files beside the script; NULL: ours */
} pg_script_options;
/* Runs a script. Errors: FILE:LINE:COLUMN in the message, then the statement (shortened), PostgreSQL's
 * message, detail and hint. "transaction-ended": a script that ends the transaction around it, found before
 * anything runs; "transaction-open": one without a transaction around it that leaves one open. */
DK_API bool pg_script_run(pg_connection *connection, const char *text, size_t length,
                          const pg_script_options *options, dk_error *error);
/* The same for a file, in constant memory when it is large (psql runs it then, where it may be used).
 * options->folder is the file's own unless it is given. */
DK_API bool pg_script_run_file(pg_connection *connection, const char *path, const pg_script_options *options,
                               dk_error *error);

/* ── programs.c ── */
/* A PostgreSQL program ("psql", "initdb", "pg_dump") of at least `major` (0: any): bin_dir first, then PATH,
 * then the folders where distributions, Homebrew and Postgres.app keep versions, newest first. Caller frees;
 * NULL with code "program-missing" and the package to install. */
DK_API char *pg_find_program(const char *name, int major, const char *bin_dir, dk_error *error);
/* The same, and exactly of `major` where there is one: what a newer program writes, an older server may not
 * understand. */
DK_API char *pg_find_program_fitting(const char *name, int major, const char *bin_dir, dk_error *error);
/* As above for server programs of exactly `major` (0: newest). Gives the folder holding initdb and postgres.
 */
DK_API char *pg_find_server_programs(int major, const char *bin_dir, int *found_major, dk_error *error);
/* Environment for a child program so that no secret is in its arguments: PGHOST, PGPORT, PGUSER, PGDATABASE,
 * PGPASSWORD and friends. */
DK_API void pg_child_environment(dk_process *process, const dk_conninfo *conninfo, const char *database);

#endif

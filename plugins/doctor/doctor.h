/* doctor: asks every check of every plugin what is wrong, and says why that matters and what mends it.
 *
 * What belongs here: the command (select.c, examine.c, report.c, mend.c), and the checks that fit every
 * project (one file a topic). A check of one provider's inside lives in that provider's plugin. One fault is
 * to give one failure: a check that an earlier cause keeps from looking is skipped and names that cause
 * (cause.c). */
#ifndef DOCTOR_DOCTOR_H
#define DOCTOR_DOCTOR_H

#include <devkit/devkit.h>
#include <kit/pg/pg.h>

#define DOCTOR_TIME_LIMIT_MS 5000
#define DOCTOR_AT_ONCE 8
#define DOCTOR_CONNECT_MS 2500 /* within the time limit, so that a deaf host is a finding and not a skip */

/* ── select.c ── */
typedef struct doctor_finding {
    char *id;
    const dk_check_interface *check; /* NULL: its plugin can't be used; the result says why */
    dk_check_result result;
} doctor_finding;
typedef struct doctor_findings {
    doctor_finding *items;
    size_t count;
} doctor_findings;
#define DOCTOR_AUTO_FINDINGS DK_CLEANUP(doctor_findings_release)

/* The checks of these names (none: all there are), in the order of the contract, then by name. Fails for an
 * unknown one, with the nearest. */
bool doctor_select(dk_context *context, const dk_strv *names, doctor_findings *findings, dk_error *error);
void doctor_findings_release(doctor_findings *findings);
size_t doctor_count(const doctor_findings *findings, dk_check_status status);

/* ── examine.c ── */
/* Runs the checks side by side and fills their results. Fails only when interrupted. */
bool doctor_examine(dk_context *context, doctor_findings *findings, dk_error *error);
/* A result as text and back; what can't be read becomes a failed check. */
void doctor_result_write(const dk_check_result *result, dk_buf *text);
bool doctor_result_read(const char *text, size_t length, dk_check_result *result);

/* ── report.c ── */
const char *doctor_status_name(dk_check_status status); /* "ok" "warn" "fail" "skipped" */
void doctor_report(dk_context *context, const doctor_findings *findings);

/* ── mend.c ── */
/* Asks about, and applies, every fix there is; `fixed` gets the ids. A fix that fails is warned of. */
bool doctor_mend(dk_context *context, const doctor_findings *findings, dk_strv *fixed, dk_error *error);

/* ── result.c ── for checks: each returns true, so that it can end a run function */
bool doctor_ok(dk_check_result *result, const char *format, ...) DK_PRINTF(2, 3);
bool doctor_skip(dk_check_result *result, const char *format, ...) DK_PRINTF(2, 3);
bool doctor_warn(dk_check_result *result, const char *format, ...) DK_PRINTF(2, 3);
bool doctor_fail(dk_check_result *result, const char *format, ...) DK_PRINTF(2, 3);
bool doctor_why(dk_check_result *result, const char *format, ...) DK_PRINTF(2, 3);
bool doctor_fix(dk_check_result *result, const char *format, ...) DK_PRINTF(2, 3);
/* The same, and `--fix` does it. */
bool doctor_fixable(dk_check_result *result, const char *format, ...) DK_PRINTF(2, 3);
void doctor_result_release(dk_check_result *result);

/* ── env.c ── */
/* No .env file is there, but an example to copy is. */
bool doctor_env_is_missing(dk_context *context);

/* What the checks have in common, each file standing on those before it: case.c, data.c, holder.c, address.c,
 * cause.c. They know no check. */

/* ── case.c ── what is known while a check looks */
typedef struct doctor_case {
    dk_context *context;
    const dk_database *database;       /* NULL: it can't be read */
    const dk_server_interface *server; /* NULL until doctor_ask_server, or when there is none */
    dk_server_status status;           /* its view, when `known` */
    bool asked, known;
    bool borrowed;             /* `status` is that of a case that was shared */
    dk_error refusal;          /* why the server has no view: the URL is one that it can't serve */
    dk_url reached;            /* the URL as this machine reaches it */
    pg_connection *connection; /* as the application connects */
    const char *cause;         /* id of the check that explains why that fails; NULL: it does not */
    dk_error why;              /* what connecting said */
} doctor_case;
#define DOCTOR_AUTO_CASE DK_CLEANUP(doctor_case_release)
void doctor_case_release(doctor_case *of);
/* Asks the server for its view, once. True when it has one. */
bool doctor_ask_server(doctor_case *of);
/* From now on the others take the view of this one, which has to stay; NULL: each asks for itself again. */
void doctor_share_view(const doctor_case *of);
/* The server is devkit's own (local, docker): the URL is right, and `devkit up` makes it true. */
bool doctor_is_owned(const doctor_case *of);
/* One of devkit's own that does not run, or is not there yet. */
bool doctor_is_idle(const doctor_case *of);
/* Is this check the one to speak? True when the database is reached, or the cause is its own. Otherwise the
 * result is "skipped" and names the cause. */
bool doctor_is_for(const doctor_case *of, const char *id, dk_check_result *result);
/* A fix: `devkit up`. */
bool doctor_up(dk_context *context, dk_error *error);
/* A fix: `devkit restart`. Only then a container may be made anew. */
bool doctor_restart(dk_context *context, dk_error *error);

/* ── data.c ── a data folder, and the programs for it */
/* The major version of a data folder; 0: unknown. */
int doctor_data_major(const char *data_dir);
/* The port at which a local server runs, by the postmaster.pid in its data folder; 0: it does not. */
int doctor_postmaster_port(const char *data_dir);
/* The configured folder of programs, absolute. Caller frees; NULL: none. */
char *doctor_bin_dir(dk_context *context);
/* Are there server programs of that major version (0: any)? */
bool doctor_find_server_programs(dk_context *context, int major, int *found, dk_error *error);
/* Has a server of this project's own the programs it needs? True for every other server. */
bool doctor_has_programs(doctor_case *of, int *major, dk_error *error);
/* Can the server open its data? When false, the result says why not. */
bool doctor_data_fits(doctor_case *of, dk_check_result *result);

/* ── holder.c ── who listens here */
/* Who holds the port on this machine: "postgres (pid 7, account x)". Caller frees; NULL: nobody, or unknown.
 */
char *doctor_holder(dk_context *context, int port);
/* Is it a PostgreSQL of this machine, as far as one can see? */
bool doctor_is_postgres(int port);
/* The server's data folder, as its provider says, or as its process shows where that may be looked at. Caller
 * frees; NULL: unknown. */
char *doctor_data_folder(const doctor_case *of);
/* A port of this machine at which a PostgreSQL takes the URL's login; 0: there is none, or more than one. */
int doctor_port_of_login(const doctor_case *of);

/* ── address.c ── where the server really is */
/* Does anything listen there? By connecting, at most for a second an address. */
bool doctor_listens(const char *host, int port);
/* The port at which this project's server is, when that is another than the URL's; else 0. */
int doctor_other_port(doctor_case *of);
/* The port at which the compose file publishes the database; 0: no file, or none. */
int doctor_file_port(const doctor_case *of);
/* Bytes that the whole path of a unix socket may have: sun_path of Linux without its NUL; macOS has four
 * less. */
#define DOCTOR_SOCKET_PATH_MOST 107
/* The URL's socket folder, when its path is too long for the system; else NULL. Borrowed. */
const char *doctor_long_socket(const dk_url *url);

/* ── cause.c ── what stands between the application and its database */
/* For the check `id`: connects once as the application would, and finds the one cause when that fails. False:
 * interrupted. */
bool doctor_case_open(dk_context *context, doctor_case *of, const char *id, dk_error *error);
/* The same for a check that asks the database nothing: without a connection, when the look ahead found that
 * there is one to be had. */
bool doctor_case_look(dk_context *context, doctor_case *of, const char *id, dk_error *error);
/* Looks once for all the checks that follow: where another check than `id` is the one to speak, opening a
 * case tries nothing. Until doctor_look_ends. */
void doctor_look_ahead(dk_context *context);
void doctor_look_ends(void);

/* ── extensions.c, pooled.c, tls.c ── parts, for tests */
/* Adds the names behind CREATE EXTENSION in a script, whatever its language, outside of comments. */
void doctor_scan_extensions(const char *text, dk_strv *names);
/* The text of Neon's pooled URL, made direct. Caller frees; NULL: it is none. */
char *doctor_text_without_pooler(const char *text);
/* The text of a URL with the parameter `name` set to `mode`. Caller frees. */
char *doctor_text_with_mode(const char *text, const char *name, const char *mode);

/* ── rewrite.c ── the URL where it is written */
/* Can the .env line that the URL comes from be given another value? Not when the environment sets it, and not
 * when it is put together from other variables. */
bool doctor_can_rewrite(const doctor_case *of);
/* Writes the new text there; says where the old file is. */
bool doctor_rewrite(const doctor_case *of, const char *text, dk_error *error);

/* ── the checks ── */
extern const dk_check_interface doctor_programs, doctor_client_version;        /* tools.c */
extern const dk_check_interface doctor_env_missing, doctor_env_keys;           /* env.c */
extern const dk_check_interface doctor_env_exposed;                            /* exposed.c */
extern const dk_check_interface doctor_url_invalid;                            /* url.c */
extern const dk_check_interface doctor_not_listening, doctor_port_mismatch;    /* listening.c */
extern const dk_check_interface doctor_port_taken;                             /* listening.c */
extern const dk_check_interface doctor_password_rejected, doctor_role_missing; /* login.c */
extern const dk_check_interface doctor_database_missing;                       /* login.c */
extern const dk_check_interface doctor_hba_rejected;                           /* hba.c */
extern const dk_check_interface doctor_server_version, doctor_data_version;    /* version.c */
extern const dk_check_interface doctor_collation;                              /* collation.c */
extern const dk_check_interface doctor_pool_size;                              /* pool.c */
extern const dk_check_interface doctor_sessions;                               /* sessions.c */
extern const dk_check_interface doctor_extensions;                             /* extensions.c */
extern const dk_check_interface doctor_pooled_endpoint;                        /* pooled.c */
extern const dk_check_interface doctor_tls;                                    /* tls.c */
extern const dk_check_interface doctor_disk, doctor_socket_path;               /* disk.c */
extern const dk_check_interface doctor_leftovers;                              /* leftovers.c */

#endif

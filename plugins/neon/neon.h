/* Neon's branches through its REST API, version 2: https://api-docs.neon.tech. Internal to this folder.
 *
 * What every file has to know of that API: there is no idempotency key, so a call that changes something is
 * never sent twice after its answer was lost: what it did is looked up (create.c, remove.c, promote.c).
 * Branches are JSON objects as Neon gives them. */
#ifndef NEON_NEON_H
#define NEON_NEON_H

#include <devkit/devkit.h>
#include <kit/http/http.h>

/* ── key.c ── */
/* The API key: from the variable that [neon] api_key_env names in devkit's own environment, or from
 * `neon-api-key` in $XDG_CONFIG_HOME/devkit; never from a file of the project. Registered as a secret; caller
 * frees. Errors: "neon-key-missing", "neon-key-exposed" (others may read the file). */
char *neon_key_find(dk_context *context, dk_error *error);

/* ── address.c ── */
/* [neon] api_url without a final slash; caller frees. "neon-address-untrusted" (REFUSED) when a file that
 * anyone may have pushed would have the key sent somewhere else than to Neon. */
char *neon_address(dk_context *context, dk_error *error);

/* ── client.c ── */
#define NEON_PATIENCE_MS 60000   /* for repeated attempts, unless --timeout says otherwise */
#define NEON_OPERATION_MS 300000 /* until a snapshot is made or restored */
typedef struct neon_client {
    dk_context *context;
    char *base;
    dk_strv headers;
    int64_t patience_ms;
    bool told;             /* that Neon is busy and we wait */
    dk_progress *progress; /* somebody else's line for operations; NULL: one of our own */
} neon_client;
#define NEON_AUTO_CLIENT DK_CLEANUP(neon_client_release)
bool neon_client_open(dk_context *context, neon_client *client, dk_error *error);
void neon_client_release(neon_client *client);

typedef struct neon_call {
    const char *method; /* NULL: GET */
    const char *path;   /* below the base, encoded: "/projects/p/branches?limit=100" */
    const json_t *body;
    const char *what; /* "list the branches": what could not be done */
    bool young;       /* of something just created: a 404 may pass */
} neon_call;
/* Sends, again where that does no harm, and reads the answer (caller owns; an empty object when there is
 * none). Errors: those of problem.c, "neon-answer-lost", those of kit/http where no answer came. */
bool neon_send(neon_client *client, const neon_call *call, json_t **answer, dk_error *error);
/* Appends "/projects/ID…" with the words encoded: every "%" of the pattern is one. */
void neon_path(dk_buf *path, const char *pattern, ...);

/* ── retry.c ── what may be tried again, and when */
typedef enum neon_verdict {
    NEON_FINAL,
    NEON_AGAIN, /* it was not done, and may be later */
    NEON_LOST,  /* it may have been done or not */
} neon_verdict;
/* `why` is kit/http's error, `reason` what the answer says. */
neon_verdict neon_judge(const neon_call *call, const dk_error *why, const char *reason);
/* Milliseconds before attempt number `attempt` + 1 (from 0), or what the server asks (-1: nothing). */
int64_t neon_pause(int attempt, int64_t asked);
/* False: interrupted. */
bool neon_sleep(int64_t milliseconds, dk_error *error);

/* ── problem.c ── */
/* What a body says: "CODE: message", for people and for comparisons; caller frees. */
char *neon_reason(const http_response *response);
bool neon_explain(const neon_call *call, neon_verdict verdict, const char *reason, dk_error *why,
                  dk_error *error);

/* ── pages.c ── */
typedef bool neon_page_function(void *data, const json_t *page, dk_error *error);
/* All pages of a list. `path` has a query already; `cursor` is where the next one's stands: "next" or
 * "cursor" of "pagination"; `member` the list, whose end is an empty one. */
bool neon_pages(neon_client *client, const char *path, const char *member, const char *cursor,
                const char *what, neon_page_function *visit, void *data, dk_error *error);

/* ── branches.c ── */
typedef struct neon_branches {
    json_t *list;        /* of branches, as Neon tells them */
    json_t *annotations; /* branch id → annotation */
} neon_branches;
#define NEON_AUTO_BRANCHES DK_CLEANUP(neon_branches_release)
/* All of the project, on however many pages; `search` (may be NULL) is a part of the name or id. */
bool neon_branches_read(neon_client *client, const char *project, const char *search, neon_branches *branches,
                        dk_error *error);
void neon_branches_release(neon_branches *branches);
/* By id, else by name; NULL: "neon-branch-missing" with the nearest. Borrowed. */
const json_t *neon_branch_find(const neon_branches *branches, const char *word, dk_error *error);
const json_t *neon_branch_default(const neon_branches *branches); /* NULL: none */
/* A value of its annotation, or NULL. Borrowed. */
const char *neon_branch_mark(const neon_branches *branches, const json_t *branch, const char *key);
void neon_branch_children(const neon_branches *branches, const json_t *branch, dk_strv *names);
const char *neon_branch_name(const neon_branches *branches, const char *id); /* or the id itself */

/* ── endpoints.c ── a branch's computes */
json_t *neon_endpoints_read(neon_client *client, const char *project, dk_error *error); /* caller owns */
/* The one whose host it is, pooled or not; NULL: none. Borrowed. */
const json_t *neon_endpoint_of_host(const json_t *endpoints, const char *host);
/* The one that takes writes; NULL: the branch has none. Borrowed. */
const json_t *neon_endpoint_of_branch(const json_t *endpoints, const char *branch);
/* The URL's host without "-pooler", lower case; caller frees. */
char *neon_direct_host(dk_context *context, const dk_url *url);

/* ── projects.c ── */
/* Which project has the endpoint of this host? Asks all that the key may see. Caller frees; NULL:
 * "neon-project-missing". */
char *neon_project_of_host(neon_client *client, const char *host, dk_error *error);

/* ── locate.c ── */
typedef struct neon_place {
    char *project;
    char *host;     /* of DATABASE_URL, direct; NULL without one */
    char *branch;   /* id of the branch the database is on; NULL: it is not in this project */
    char *endpoint; /* id; NULL likewise */
} neon_place;
#define NEON_AUTO_PLACE DK_CLEANUP(neon_place_release)
/* `project`: what --project said, or NULL. */
bool neon_locate(neon_client *client, const char *project, neon_place *place, dk_error *error);
/* The branch that `word` names, or the database's own without one. "neon-branch-unknown". */
const json_t *neon_choose(const neon_branches *branches, const neon_place *place, const char *word,
                          dk_error *error);
void neon_place_release(neon_place *place);

/* ── remember.c ── `.devkit/neon.json` */
/* Which project a host was in: a hint, checked by whoever reads it. Caller frees; NULL: not known. */
char *neon_recall(dk_context *context, const char *host);
void neon_remember(dk_context *context, const char *host, const char *project);
/* Branches that hold the state before a restore. Neon gives those no annotation, so that this file is all
 * that says whose they are: by the name that was made up for each, written down before Neon is asked to make
 * it.
 * [{"name", "branch"}]; caller owns. */
json_t *neon_recall_kept(dk_context *context);
void neon_remember_kept(dk_context *context, const char *name, const char *branch);
void neon_forget_kept(dk_context *context, const char *name);

/* ── operations.c ── */
/* Waits for the operations that an answer lists (absent: none). Errors: "neon-operation-failed",
 * "neon-timeout". */
bool neon_operations_wait(neon_client *client, const char *project, const json_t *answer, dk_error *error);
/* … for those that still run on a branch (NULL: anywhere in the project). */
bool neon_operations_settle(neon_client *client, const char *project, const char *branch, dk_error *error);
json_t *neon_operations_read(neon_client *client, const char *project, int64_t limit, dk_error *error);
bool neon_operation_is_over(const json_t *operation);

/* ── create.c ── */
typedef struct neon_wish {
    const char *name;
    const char *parent; /* id */
    int64_t expires_at; /* Unix time; 0: never */
    bool schema_only;
    bool compute;        /* with an endpoint of its own */
    const json_t *marks; /* strings for the annotation; may be NULL */
} neon_wish;
/* Creates and waits. After a lost answer, and when the name is taken, looks for the branch that this very
 * call made. Caller owns the branch; NULL on error: "neon-name-taken", "neon-branch-limit", … */
json_t *neon_create(neon_client *client, const char *project, const neon_wish *wish, dk_error *error);
/* A read_write endpoint for a branch that has none. */
json_t *neon_create_endpoint(neon_client *client, const char *project, const char *branch, dk_error *error);

/* ── remove.c ── */
bool neon_remove(neon_client *client, const char *project, const json_t *branch, dk_error *error);

/* ── promote.c ── */
bool neon_set_default(neon_client *client, const char *project, const json_t *branch, dk_error *error);

/* ── change.c ── */
/* Changes one field of a branch: "protected" or "expires_at". Reads back where the answer got lost. */
bool neon_change(neon_client *client, const char *project, const char *branch, const char *field,
                 const json_t *value, dk_error *error);

/* ── connection.c ── */
/* The URL of a branch's own endpoint for this database and role. Never another branch's: "neon-no-compute"
 * when it has none. Caller releases `url`. */
bool neon_connection(neon_client *client, const char *project, const json_t *branch, const char *database,
                     const char *role, dk_url *url, dk_error *error);
/* What is not given is DATABASE_URL's, else the branch's only database and its owner. Caller frees both. */
bool neon_login(neon_client *client, const neon_place *place, const json_t *branch, const char *database,
                const char *role, char **database_used, char **role_used, dk_error *error);

/* ── env.c ── */
/* Makes the URL of .env lead to this endpoint: host, the option that repeats its name, and the password where
 * it differs. `*where` gets "FILE:LINE"; NULL when there was nothing to change. Caller frees. */
bool neon_env_mend(dk_context *context, const char *old_host, const dk_url *branch_url, char **where,
                   dk_error *error);

/* ── session.c ── what every command begins with */
typedef struct neon_session {
    neon_client client;
    neon_place place;
    neon_branches branches;
} neon_session;
#define NEON_AUTO_SESSION DK_CLEANUP(neon_session_release)
/* `timeout_ms` 0: the usual patience. */
bool neon_session_open(dk_context *context, const char *project, int64_t timeout_ms, neon_session *session,
                       dk_error *error);
/* For commands: puts "project" into the result, too. */
bool neon_command_open(dk_context *context, const char *project, int64_t timeout_ms, neon_session *session,
                       dk_error *error);
void neon_session_release(neon_session *session);

/* ── entry.c ── a snapshot as Neon's annotation, and as the interface wants it */
#define NEON_MARK "devkit" /* the annotation's key that makes a branch devkit's; its value: */
#define NEON_MARK_SNAPSHOT "snapshot"
/* Caller owns. `version` may be NULL. */
json_t *neon_entry_marks(const dk_snapshot_request *request, const neon_place *place, const char *database,
                         const char *version);
/* NULL: no snapshot of the branch that the database is on. `kept`: neon_recall_kept's. Caller owns. */
json_t *neon_entry(const neon_session *session, const json_t *branch, const json_t *kept);
/* All of them; caller owns. */
json_t *neon_entries(const neon_session *session, dk_context *context);
/* The branch of a snapshot, by the user's name. Borrowed; NULL: "no-such-snapshot". */
const json_t *neon_entry_find(const neon_session *session, dk_context *context, const char *name,
                              dk_error *error);

/* ── store.c ── the interface "snapshot" */
bool neon_store_fits(dk_context *context, const dk_snapshot_request *request, int *score, dk_buf *why,
                     dk_error *error);
bool neon_store_save(dk_context *context, const dk_snapshot_request *request, json_t *entry, dk_error *error);
json_t *neon_store_list(dk_context *context, dk_error *error);
bool neon_store_remove(dk_context *context, const char *name, dk_error *error);

/* ── restore.c ── */
bool neon_store_restore(dk_context *context, const dk_snapshot_restore *request, dk_snapshot_report *report,
                        dk_error *error);

/* ── commands ── */
typedef struct neon_branches_values {
    const char *project;
    bool mine;
} neon_branches_values;
typedef struct neon_create_values {
    const char *project, *name, *parent;
    int64_t expires, timeout;
    bool no_compute, schema_only;
} neon_create_values;
typedef struct neon_delete_values {
    const char *project, *branch, *confirm;
    int64_t timeout;
} neon_delete_values;
typedef struct neon_promote_values {
    const char *project, *branch;
    int64_t timeout;
} neon_promote_values;
typedef struct neon_url_values {
    const char *project, *branch, *database, *role;
    bool direct, pooled, reveal;
} neon_url_values;
typedef struct neon_diff_values {
    const char *project, *branch, *base, *database;
} neon_diff_values;
typedef struct neon_operations_values {
    const char *project;
    int64_t limit, timeout;
    bool wait;
} neon_operations_values;
bool neon_branches_run(dk_context *context, const void *values, dk_error *error);
bool neon_create_run(dk_context *context, const void *values, dk_error *error);
bool neon_delete_run(dk_context *context, const void *values, dk_error *error);
bool neon_promote_run(dk_context *context, const void *values, dk_error *error);
bool neon_url_run(dk_context *context, const void *values, dk_error *error);
bool neon_diff_run(dk_context *context, const void *values, dk_error *error);
bool neon_operations_run(dk_context *context, const void *values, dk_error *error);

#endif

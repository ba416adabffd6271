/* A fake of Neon's API, version 2, whose branches are real databases of a PostgreSQL server on this machine,
 * so that a restore moves real rows.
 *
 *   neon --port N --gateway N --server CONNINFO --key TEXT --programs DIR
 *
 * It serves at the root (no /api/v2) on 127.0.0.1. Below /_fake it takes orders: projects to have, settings,
 * rules that spoil answers, and it tells what it was asked (control.c). The gateway is what Neon's proxy is:
 * it lets clients through to the database of the endpoint that they name in options=endpoint=ID (gateway.c).
 * Its answers are those of Neon's OpenAPI document; Stoplight Prism holds it to that
 * (tests/integration/test_neon_prism.py). */
#ifndef TESTS_FAKES_NEON_FAKE_H
#define TESTS_FAKES_NEON_FAKE_H

#include <devkit/devkit.h>
#include <pthread.h>

/* ── main.c ── */
typedef struct fake_options {
    int port, gateway;
    const char *server;   /* conninfo of a superuser */
    const char *key;      /* the API key that is right */
    const char *programs; /* where pg_dump is */
} fake_options;
extern fake_options fake_options_given;

/* ── model.c ── what there is; all of it under one lock, JSON objects as the API shows them */
typedef struct fake_project {
    json_t *project;     /* "id", "name", … */
    json_t *branches;    /* array */
    json_t *endpoints;   /* array */
    json_t *operations;  /* array, newest first; "_until" and "_end" are ours */
    json_t *annotations; /* branch id → annotation */
    char *database, *role, *password;
} fake_project;
#define FAKE_PROJECTS 512
typedef struct fake_model {
    pthread_mutex_t lock;
    fake_project projects[FAKE_PROJECTS];
    size_t project_count;
    json_t *settings; /* control.c */
    json_t *rules;
    json_t *log;
} fake_model;
extern fake_model fake;

int64_t fake_setting(const char *name, int64_t standard);
void fake_id(const char *prefix, char *text, size_t size); /* "br-small-term-1a2b3c4d" */
void fake_now(char *text);                                 /* RFC 3339; 21 bytes */
void fake_set_time(json_t *object, const char *key);
fake_project *fake_project_find(const char *id);
json_t *fake_find(json_t *list, const char *key, const char *value); /* borrowed, or NULL */
fake_project *fake_project_new(const char *id, const char *org, const char *database, const char *role,
                               const char *password);

/* ── serve.c ── a request and its answer */
typedef struct fake_request {
    const char *method, *path;
    json_t *query;        /* object of strings */
    json_t *body;         /* or NULL */
    const char *words[8]; /* what the '*' of the route stood for */
    /* the answer */
    unsigned status;
    json_t *answer; /* NULL: empty */
} fake_request;
typedef void fake_handler(fake_request *request, fake_project *project);
typedef struct fake_route {
    const char *method, *pattern; /* "/projects/∗/branches": '*' is one word */
    fake_handler *handler;
    bool changes; /* refused (423) while operations run */
} fake_route;
bool fake_serve_start(int port);
void fake_answer(fake_request *request, unsigned status, json_t *answer); /* takes over */
void fake_fail(fake_request *request, unsigned status, const char *code, const char *message);
const char *fake_query(const fake_request *request, const char *name); /* NULL: not there */

/* ── rules.c ── */
/* The rule that spoils this request, or NULL; counts it. Borrowed. */
const json_t *fake_rule_for(const char *method, const char *path);

/* ── control.c ── */
bool fake_control(fake_request *request);

/* ── routes.c ── */
void fake_route_request(fake_request *request);

/* ── page.c ── */
/* The part of `list` that the request's cursor and limit mean, as `member` of an answer; `cursor_key` names
 * the next one's place in "pagination", which is absent on the last page. */
json_t *fake_page(const fake_request *request, json_t *list, const char *member, const char *cursor_key);

/* ── projects.c, branches.c, restore.c, endpoints.c, operations.c: the API ── */
fake_handler fake_projects_list, fake_projects_get, fake_organisations, fake_shared, fake_user;
fake_handler fake_branches_list, fake_branches_create, fake_branches_get, fake_branches_patch,
    fake_branches_delete, fake_branches_count, fake_branches_default, fake_branches_restore,
    fake_branches_databases, fake_branches_roles, fake_branches_role, fake_branches_password,
    fake_branches_compare, fake_branches_schema;
fake_handler fake_endpoints_list, fake_endpoints_of_branch, fake_endpoints_create, fake_endpoints_start,
    fake_endpoints_suspend, fake_endpoints_get, fake_connection_uri;
fake_handler fake_operations_list, fake_operations_get;

json_t *fake_branch_new(fake_project *project, const char *name, const char *parent);
bool fake_branch_has_children(const fake_project *project, const char *id);
json_t *fake_endpoint_new(fake_project *project, const char *branch, const char *type);
json_t *fake_endpoint_of(const fake_project *project, const char *branch); /* read_write, or NULL */
json_t *fake_uri(const fake_project *project, const json_t *endpoint, bool pooled);
/* Begins one and adds a copy of it to `list`, when that is not NULL. */
void fake_operation(fake_project *project, const char *action, const char *branch, const char *endpoint,
                    json_t *list);
void fake_operations_refresh(fake_project *project);
bool fake_operations_running(const fake_project *project, const char *branch);
json_t *fake_shown(const json_t *object); /* a copy without what is ours ("_…") */

/* ── database.c ── false: said on stderr */
/* A branch's database on the server: "BRANCH.NAME", for the root of a project just "NAME", so that clients
 * there see what they would see at Neon. Caller frees. */
char *fake_database_name(const fake_project *project, const char *branch);
bool fake_database_run(const char *format, ...) DK_PRINTF(1, 2);
bool fake_database_create(const fake_project *project, const char *branch, const char *source);
bool fake_database_drop(const fake_project *project, const char *branch);
bool fake_database_rename(const fake_project *project, const char *branch, const char *other);
bool fake_database_disconnect(const fake_project *project, const char *branch);
int64_t fake_database_size(const fake_project *project, const char *branch);
char *fake_database_lsn(void);                                               /* caller frees */
char *fake_database_schema(const fake_project *project, const char *branch); /* pg_dump's; caller frees */
char *fake_database_difference(const char *before, const char *after);       /* diff -u's; caller frees */

/* ── gateway.c ── */
bool fake_gateway_start(int port, const char *server);

#endif

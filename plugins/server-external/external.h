/* A server that somebody else runs: devkit connects to it, and never starts, stops or removes it. */
#ifndef SERVER_EXTERNAL_EXTERNAL_H
#define SERVER_EXTERNAL_EXTERNAL_H

#include <devkit/devkit.h>
#include <kit/pg/pg.h>

/* ── detect.c ── */
bool external_detect(dk_context *context, int *score, dk_buf *why, dk_error *error);

/* ── connect.c ── */
/* Connects as the URL says, and asks something: ready is who answers. */
pg_connection *external_connect(const dk_url *url, int timeout_ms, dk_error *error);
bool external_status(dk_context *context, dk_server_status *status, dk_error *error);
bool external_up(dk_context *context, int64_t timeout_ms, dk_server_status *status, bool *changed,
                 dk_error *error);
bool external_admin(dk_context *context, dk_conninfo *conninfo, bool *superuser, dk_error *error);

/* ── machine.c ── who looks after a server of this machine */
typedef struct external_manager {
    char *name;  /* "the systemd unit postgresql-16" */
    char *start; /* the commands, for hints */
    char *stop;
    char *logs; /* NULL: not known */
} external_manager;
#define EXTERNAL_AUTO_MANAGER DK_CLEANUP(external_manager_release)
/* The one whose configuration names the URL's port: pg_ctlcluster, Homebrew, Postgres.app, systemd, an init
 * script. `root` is put before every path ("" but in tests). False when none is found. */
bool external_manager_find(const char *root, const dk_url *url, external_manager *manager);
void external_manager_release(external_manager *manager);

/* ── rights.c ── */
typedef struct external_rights {
    bool superuser;
    bool creates;    /* databases */
    bool ends;       /* sessions of other roles */
    bool owns;       /* the URL's database */
    dk_strv missing; /* the statements that would give what `reset` needs */
} external_rights;
#define EXTERNAL_AUTO_RIGHTS DK_CLEANUP(external_rights_release)
bool external_rights_read(pg_connection *connection, external_rights *rights, dk_error *error);
void external_rights_release(external_rights *rights);
char *external_rights_hint(const external_rights *rights); /* NULL: nothing is missing; caller frees */

/* ── refuse.c ── */
bool external_down(dk_context *context, bool *changed, dk_error *error);
bool external_destroy(dk_context *context, dk_error *error);
bool external_logs(dk_context *context, bool follow, int64_t lines, dk_error *error);

#endif

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

/* ── refuse.c ── */
bool external_down(dk_context *context, bool *changed, dk_error *error);
bool external_destroy(dk_context *context, dk_error *error);
bool external_logs(dk_context *context, bool follow, int64_t lines, dk_error *error);

#endif

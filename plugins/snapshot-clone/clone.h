/* Snapshots as copies on the database's own server, through the engine. Internal to this folder. */
#ifndef DEVKIT_PLUGIN_SNAPSHOT_CLONE_H
#define DEVKIT_PLUGIN_SNAPSHOT_CLONE_H

#include <devkit/devkit.h>

/* ── fits.c ── */
bool clone_fits(dk_context *context, const dk_snapshot_request *request, int *score, dk_buf *why,
                dk_error *error);
/* The words and the number, from what the engine weighed. */
void clone_judge(const dk_engine_weight *weight, bool owned, int *score, dk_buf *why);

/* ── store.c ── */
const dk_engine_interface *clone_engine(dk_context *context, dk_error *error);
bool clone_save(dk_context *context, const dk_snapshot_request *request, json_t *entry, dk_error *error);
json_t *clone_list(dk_context *context, dk_error *error);
bool clone_restore(dk_context *context, const dk_snapshot_restore *request, dk_snapshot_report *report,
                   dk_error *error);
bool clone_remove(dk_context *context, const char *name, dk_error *error);

#endif

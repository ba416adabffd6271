/* The store of snapshots as files: one interface, no commands of its own. */
#include "dump.h"

/* Always possible, where there is a pg_dump; others are quicker. */
static bool fits(dk_context *context, const dk_snapshot_request *request, int *score, dk_buf *why,
                 dk_error *error) {
    (void)context, (void)request, (void)error;
    *score = 40;
    dk_buf_add(why, "a file of pg_dump's");
    return true;
}

static const dk_snapshot_interface store = {
    .head = DK_INTERFACE("snapshot", "dump", DK_SNAPSHOT_VERSION, dk_snapshot_interface),
    .flags = DK_SNAPSHOT_DURABLE | DK_SNAPSHOT_PARTIAL,
    .fits = fits,
    .save = dump_save,
    .list = dump_list,
    .restore = dump_restore,
    .remove = dump_remove,
    .verify = dump_verify,
    .sweep = dump_sweep,
};

static const dk_interface *const interfaces[] = {&store.head};

static const dk_plugin plugin = {
    DK_PLUGIN_HEAD,
    .name = "snapshot-dump",
    .version = DEVKIT_VERSION,
    .summary = "snapshots as files, by pg_dump",
    .interfaces = interfaces,
    .interface_count = DK_COUNT(interfaces),
};

DK_PLUGIN(snapshot_dump, &plugin)

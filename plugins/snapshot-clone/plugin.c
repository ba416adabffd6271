/* The store of snapshots on the server: one interface, no commands of its own. */
#include "clone.h"

static const dk_snapshot_interface store = {
    .head = DK_INTERFACE("snapshot", "clone", DK_SNAPSHOT_VERSION, dk_snapshot_interface),
    .fits = clone_fits,
    .save = clone_save,
    .list = clone_list,
    .restore = clone_restore,
    .remove = clone_remove,
};

static const dk_interface *const interfaces[] = {&store.head};

static const dk_plugin plugin = {
    DK_PLUGIN_HEAD,
    .name = "snapshot-clone",
    .version = DEVKIT_VERSION,
    .summary = "snapshots as copies on the server",
    .interfaces = interfaces,
    .interface_count = DK_COUNT(interfaces),
};

DK_PLUGIN(snapshot_clone, &plugin)

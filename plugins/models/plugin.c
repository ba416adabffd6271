/* The plugin "models": its layer; it has no commands. */
#include "models.h"

static const dk_interface *const interfaces[] = {&models_layer.head};

static const dk_plugin descriptor = {
    DK_PLUGIN_HEAD,
    .name = "models",
    .version = DEVKIT_VERSION,
    .summary = "The schema straight from the models, then the migration tool's stamp",
    .interfaces = interfaces,
    .interface_count = DK_COUNT(interfaces),
};

DK_PLUGIN(models, &descriptor)

/* models: the schema straight from the models, then the migration tool's stamp. */
#ifndef DEVKIT_MODELS_H
#define DEVKIT_MODELS_H

#include <devkit/devkit.h>
#include <kit/hash/inputs.h>

extern const dk_layer_interface models_layer;

#endif

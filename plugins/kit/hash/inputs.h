/* What a layer depends on, collected by the layer and read by the engine.
 *
 * The fixed part is one digest over everything that makes two results different at all (tool, command, a
 * configuration file). Items are the inputs that may be added one by one, in the order they are applied
 * (migration files): a template whose fixed part is today's and whose items are an unchanged subset of
 * today's can be the starting point of an incremental layer. Files are hashed by content through the hash
 * cache. */
#ifndef DEVKIT_KIT_HASH_INPUTS_H
#define DEVKIT_KIT_HASH_INPUTS_H

#include <kit/hash/hash.h>

/* Hexadecimal characters kept of an item's digest (over its name and content). */
#define LAYER_ITEM_DIGEST 12

struct dk_layer_inputs {
    hash_cache *cache;  /* borrowed */
    hash_state *fixed;  /* owned */
    dk_strv items;      /* LAYER_ITEM_DIGEST characters each */
    dk_strv item_names; /* beside items, for messages */
};

DK_API void layer_inputs_init(dk_layer_inputs *inputs, hash_cache *cache);
DK_API void layer_inputs_release(dk_layer_inputs *inputs);
/* Digest of the fixed part, HASH_HEX bytes; the fixed part is closed afterwards. */
DK_API void layer_inputs_fixed_hex(dk_layer_inputs *inputs, char *hex);

/* Adds to the fixed part: a labelled text (NULL counts as ""), or the files matching the patterns below
 * `folder` (name relative to it, executable bit, content). */
DK_API void layer_input_text(dk_layer_inputs *inputs, const char *label, const char *text);
DK_API bool layer_input_files(dk_layer_inputs *inputs, const char *folder, const dk_strv *patterns,
                              dk_error *error);
/* Adds files as items, in order; paths are relative to `folder`. */
DK_API bool layer_item_files(dk_layer_inputs *inputs, const char *folder, const dk_strv *paths,
                             dk_error *error);

#endif

/* Collects what a layer depends on: one digest over the fixed part, and one an item. */
#include <kit/hash/inputs.h>

#include <sys/stat.h>

void layer_inputs_init(dk_layer_inputs *inputs, hash_cache *cache) {
    *inputs = (dk_layer_inputs){.cache = cache, .fixed = hash_new()};
}

void layer_inputs_release(dk_layer_inputs *inputs) {
    hash_free(inputs->fixed);
    dk_strv_release(&inputs->items);
    dk_strv_release(&inputs->item_names);
    *inputs = (dk_layer_inputs){0};
}

void layer_inputs_fixed_hex(dk_layer_inputs *inputs, char *hex) {
    hash_hex(inputs->fixed, hex);
    inputs->fixed = NULL;
}

void layer_input_text(dk_layer_inputs *inputs, const char *label, const char *text) {
    hash_text(inputs->fixed, label);
    hash_text(inputs->fixed, text);
}

static bool add_file(dk_layer_inputs *inputs, const char *folder, const char *name, dk_error *error) {
    char hex[HASH_HEX];
    struct stat status;
    DK_AUTOFREE char *path = dk_path_join(folder, name);
    if (!hash_cache_file(inputs->cache, path, hex, error))
        return false;
    bool executable = stat(path, &status) == 0 && (status.st_mode & S_IXUSR);
    hash_text(inputs->fixed, name);
    hash_text(inputs->fixed, executable ? "x" : "-");
    hash_text(inputs->fixed, hex);
    return true;
}

bool layer_input_files(dk_layer_inputs *inputs, const char *folder, const dk_strv *patterns,
                       dk_error *error) {
    DK_AUTO_STRV dk_strv paths = DK_STRV_INIT;
    if (!dk_glob(folder, patterns, &paths, error))
        return false;
    hash_text(inputs->fixed, "files");
    for (size_t i = 0; i < paths.count; i++)
        if (!add_file(inputs, folder, paths.items[i], error))
            return false;
    hash_text(inputs->fixed, "end of files");
    return true;
}

static bool add_item(dk_layer_inputs *inputs, const char *folder, const char *name, dk_error *error) {
    char content[HASH_HEX], digest[HASH_HEX];
    DK_AUTOFREE char *path = dk_path_join(folder, name);
    if (!hash_cache_file(inputs->cache, path, content, error))
        return false;
    hash_state *state = hash_new();
    hash_text(state, name);
    hash_text(state, content);
    hash_hex(state, digest);
    dk_strv_add_owned(&inputs->items, dk_strndup(digest, LAYER_ITEM_DIGEST));
    dk_strv_add(&inputs->item_names, name);
    return true;
}

bool layer_item_files(dk_layer_inputs *inputs, const char *folder, const dk_strv *paths, dk_error *error) {
    for (size_t i = 0; i < paths->count; i++)
        if (!add_item(inputs, folder, paths->items[i], error))
            return false;
    return true;
}

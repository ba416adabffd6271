/* The configuration shown: each value with its origin, in the order of the key table. */
#include "config/config_internal.h"

#include <devkit/system.h>

#include <stdlib.h>
#include <string.h>

const char *config_nearest_path(const char *path) {
    const char **paths = dk_alloc_array(config_key_count, sizeof *paths);
    for (size_t i = 0; i < config_key_count; i++)
        paths[i] = config_keys[i].path;
    const char *near = dk_nearest(path, paths, config_key_count);
    free(paths);
    return near;
}

bool config_unknown_path(const char *path, dk_error *error) {
    dk_fail(error, DK_ERROR_USAGE, "config-key-unknown", "there is no configuration key \"%s\"", path);
    const char *near = config_nearest_path(path);
    if (near)
        return dk_error_hint(error, "did you mean \"%s\"?", near);
    return dk_error_hint(error, "`devkit config` lists all keys");
}

/* A URL with a password may stand in any text; it leaves the store only masked. */
static void mask_value(config_value *value) {
    if (value->text) {
        char *masked = dk_secret_mask(value->text);
        free(value->text);
        value->text = masked;
    }
    for (size_t i = 0; i < value->list.count; i++) {
        char *masked = dk_secret_mask(value->list.items[i]);
        free(value->list.items[i]);
        value->list.items[i] = masked;
    }
}

static bool visit(const config_entry *entry, config_visitor *visitor, void *data) {
    config_value value;
    config_value_copy(&value, &entry->value);
    mask_value(&value);
    DK_AUTO_BUF dk_buf toml = DK_BUF_INIT;
    config_value_write_toml(&value, &toml);
    DK_AUTO_JSON json_t *json = config_value_json(&value);
    config_item item = {.path = entry->path,
                        .origin = entry->origin,
                        .help = entry->element ? entry->element->help : entry->key->help,
                        .toml = dk_buf_text(&toml),
                        .json = json,
                        .is_default = entry->rank == CONFIG_DEFAULT};
    bool goes_on = visitor(data, &item);
    config_value_release(&value);
    return goes_on;
}

static bool is_below(const char *path, const char *section) {
    size_t length = strlen(section);
    return length == 0 || (strncmp(path, section, length) == 0 && (path[length] == '.' || !path[length]));
}

static bool visit_below(const config_store *store, const char *section, config_visitor *visitor, void *data,
                        size_t *visited) {
    for (size_t i = 0; i < config_key_count; i++) {
        for (size_t j = 0; j < store->count; j++) {
            const config_entry *entry = &store->entries[j];
            if (entry->key != &config_keys[i] || !is_below(entry->path, section))
                continue;
            ++*visited;
            if (!visit(entry, visitor, data))
                return false;
        }
    }
    return true;
}

bool config_each(const config_store *store, config_visitor *visitor, void *data) {
    size_t visited = 0;
    return visit_below(store, "", visitor, data, &visited);
}

bool config_explain(const config_store *store, const char *path, config_visitor *visitor, void *data,
                    dk_error *error) {
    size_t visited = 0;
    visit_below(store, path, visitor, data, &visited);
    /* A table of the user's own names may be empty; that is no reason to say it does not exist. */
    if (visited > 0 || config_key_at(path))
        return true;
    config_match match;
    bool valid = config_find(path, &match);
    config_match_release(&match);
    if (valid)
        return dk_fail(error, DK_ERROR_FAILED, "config-key-unset", "%s is not set", path);
    return config_unknown_path(path, error);
}

const char *config_origin(const config_store *store, const char *path) {
    const config_entry *entry = config_store_find(store, path);
    return entry ? entry->origin : NULL;
}

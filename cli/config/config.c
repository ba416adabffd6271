/* The configuration's layers, from defaults to options: loading them, and what they come to. */
#include "config/config_internal.h"
#include "config/project.h"

#include <devkit/file.h>
#include <devkit/system.h>

#include <stdlib.h>
#include <string.h>

extern char **environ;

#define CONFIG_FILE_LIMIT ((size_t)1024 * 1024)

static void add_defaults(config_store *store, const char *root) {
    for (size_t i = 0; i < config_key_count; i++) {
        if (config_is_table(&config_keys[i]))
            continue;
        config_match match = {.key = &config_keys[i]};
        bool is_name = strcmp(config_keys[i].path, "project.name") == 0;
        config_store_put_default(store, config_keys[i].path, &match,
                                 is_name ? dk_path_basename(root) : config_keys[i].standard);
    }
}

static bool read_file(config_store *store, const char *root, const char *name, config_rank rank,
                      dk_error *error) {
    DK_AUTOFREE char *path = dk_path_join(root, name);
    if (!dk_file_exists(path))
        return true;
    DK_AUTO_BUF dk_buf content = DK_BUF_INIT;
    if (!dk_file_read(path, CONFIG_FILE_LIMIT, &content, error))
        return false;
    return config_read_toml(store, dk_buf_text(&content), content.length, name, rank, error);
}

config_store *config_load(const char *root, dk_error *error) {
    config_store *store = dk_alloc(sizeof *store);
    add_defaults(store, root);
    if (!read_file(store, root, PROJECT_FILE, CONFIG_FILE, error) ||
        !read_file(store, root, PROJECT_LOCAL_FILE, CONFIG_LOCAL_FILE, error) ||
        !config_read_environment(store, (const char *const *)environ, error)) {
        config_free(store);
        return NULL;
    }
    config_build(store);
    return store;
}

void config_free(config_store *store) {
    if (!store)
        return;
    config_release_values(&store->values);
    config_store_release(store);
    free(store);
}

const dk_config *config_values(const config_store *store) {
    return &store->values;
}

bool config_add_preset(config_store *store, const char *name, const char *text, dk_error *error) {
    DK_AUTOFREE char *called = dk_format("preset %s", name);
    bool succeeded = config_read_toml(store, text, strlen(text), called, CONFIG_PRESET, error);
    config_build(store);
    return succeeded;
}

bool config_set(config_store *store, const char *path, const char *text, const char *origin,
                dk_error *error) {
    config_match match;
    if (!config_find(path, &match)) {
        config_match_release(&match);
        return config_unknown_path(path, error);
    }
    config_hide_passwords(text);
    config_value value;
    config_problem problem;
    bool valid = config_value_from_text(match.element ? match.element : match.key, text, &value, &problem);
    if (valid) {
        if (match.key->type == CONFIG_ENVIRONMENTS)
            config_store_add_environment(store, match.name);
        config_store_put(store, path, &match, &value, CONFIG_OPTION, origin);
        config_build(store);
    } else {
        dk_fail(error, DK_ERROR_USAGE, "config-invalid", "%s: %s %s", origin, path, problem.what);
        if (problem.hint)
            dk_error_hint(error, "%s", problem.hint);
        config_problem_release(&problem);
    }
    config_match_release(&match);
    return valid;
}

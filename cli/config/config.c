/* The store: entries in layers, and how they are listed. */
#include "config/config_internal.h"
#include "config/project.h"

#include <devkit/file.h>
#include <devkit/system.h>

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

extern char **environ;

#define CONFIG_FILE_LIMIT ((size_t)1024 * 1024)

/* ── entries ── */
config_entry *config_store_find(const config_store *store, const char *path) {
    for (size_t i = 0; i < store->count; i++)
        if (strcmp(store->entries[i].path, path) == 0)
            return &store->entries[i];
    return NULL;
}

static config_entry *add_entry(config_store *store, const char *path, const config_match *match) {
    if (store->count == store->capacity) {
        store->capacity = store->capacity ? store->capacity * 2 : 96;
        store->entries = dk_realloc_array(store->entries, store->capacity, sizeof *store->entries);
    }
    config_entry *entry = &store->entries[store->count++];
    *entry = (config_entry){.path = dk_strdup(path),
                            .key = match->key,
                            .element = match->element,
                            .name = dk_strdup(match->name)};
    return entry;
}

void config_store_put(config_store *store, const char *path, const config_match *match, config_value *value,
                      config_rank rank, const char *origin) {
    config_entry *entry = config_store_find(store, path);
    if (!entry)
        entry = add_entry(store, path, match);
    else if (entry->rank > rank) {
        config_value_release(value);
        return;
    } else {
        config_value_release(&entry->value);
        free(entry->origin);
    }
    entry->value = *value;
    entry->rank = rank;
    entry->origin = dk_strdup(origin);
}

static void put_default(config_store *store, const char *path, const config_match *match, const char *text) {
    config_value value;
    config_problem problem;
    if (config_value_from_text(match->element ? match->element : match->key, text, &value, &problem))
        config_store_put(store, path, match, &value, CONFIG_DEFAULT, "default");
    else
        config_problem_release(&problem); /* the schema's test proves that this does not happen */
}

/* STAGING_DATABASE_URL for "staging", unless it says otherwise. */
static char *environment_default(const config_key *element, const char *name) {
    if (strcmp(element->path, "url_env") != 0)
        return dk_strdup(element->standard);
    char *variable = dk_format("%s_DATABASE_URL", name);
    for (char *p = variable; *p; p++)
        *p = isalnum((unsigned char)*p) ? (char)toupper((unsigned char)*p) : '_';
    return variable;
}

void config_store_add_environment(config_store *store, const char *name) {
    const config_key *table = config_key_at("env");
    for (size_t i = 0; i < table->element_count; i++) {
        DK_AUTOFREE char *path = dk_format("env.%s.%s", name, table->elements[i].path);
        if (config_store_find(store, path))
            continue;
        DK_AUTOFREE char *copy = dk_strdup(name);
        DK_AUTOFREE char *standard = environment_default(&table->elements[i], name);
        config_match match = {.key = table, .element = &table->elements[i], .name = copy};
        put_default(store, path, &match, standard);
    }
}

void config_hide_passwords(const char *text) {
    for (const char *at = strstr(text, "://"); at; at = strstr(at, "://")) {
        at += strlen("://");
        const char *end = at + strcspn(at, "@/?\"' \t\r\n");
        const char *colon = memchr(at, ':', (size_t)(end - at));
        if (*end != '@' || !colon || colon + 1 == end)
            continue;
        DK_AUTOFREE char *user = dk_strndup(at, (size_t)(colon - at));
        DK_AUTOFREE char *password = dk_strndup(colon + 1, (size_t)(end - colon - 1));
        dk_secret_add(password);
        dk_secret_allow(user);
    }
}

/* ── layers ── */
static void add_defaults(config_store *store, const char *root) {
    for (size_t i = 0; i < config_key_count; i++) {
        if (config_is_table(&config_keys[i]))
            continue;
        config_match match = {.key = &config_keys[i]};
        bool is_name = strcmp(config_keys[i].path, "project.name") == 0;
        put_default(store, config_keys[i].path, &match,
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
    for (size_t i = 0; i < store->count; i++) {
        free(store->entries[i].path);
        free(store->entries[i].name);
        free(store->entries[i].origin);
        config_value_release(&store->entries[i].value);
    }
    free(store->entries);
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

const char *config_nearest_path(const char *path) {
    const char **paths = dk_alloc_array(config_key_count, sizeof *paths);
    for (size_t i = 0; i < config_key_count; i++)
        paths[i] = config_keys[i].path;
    const char *near = dk_nearest(path, paths, config_key_count);
    free(paths);
    return near;
}

static bool unknown_path(const char *path, dk_error *error) {
    dk_fail(error, DK_ERROR_USAGE, "config-key-unknown", "there is no configuration key \"%s\"", path);
    const char *near = config_nearest_path(path);
    if (near)
        return dk_error_hint(error, "did you mean \"%s\"?", near);
    return dk_error_hint(error, "`devkit config` lists all keys");
}

bool config_set(config_store *store, const char *path, const char *text, const char *origin,
                dk_error *error) {
    config_match match;
    if (!config_find(path, &match)) {
        config_match_release(&match);
        return unknown_path(path, error);
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

/* ── listing ── */
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
    return unknown_path(path, error);
}

const char *config_origin(const config_store *store, const char *path) {
    const config_entry *entry = config_store_find(store, path);
    return entry ? entry->origin : NULL;
}

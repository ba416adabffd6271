/* The store's entries: one a key, kept from the layer that wins. */
#include "config/config_internal.h"

#include <devkit/system.h>

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

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

void config_store_put_default(config_store *store, const char *path, const config_match *match,
                              const char *text) {
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
        config_store_put_default(store, path, &match, standard);
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

void config_store_release(config_store *store) {
    for (size_t i = 0; i < store->count; i++) {
        free(store->entries[i].path);
        free(store->entries[i].name);
        free(store->entries[i].origin);
        config_value_release(&store->entries[i].value);
    }
    free(store->entries);
}

/* From entries to the one struct that plugins read. */
#include "config/config_internal.h"

#include <stdlib.h>
#include <string.h>

static void build_value(void *target, const config_value *value) {
    switch (value->type) {
    case CONFIG_LIST:
        dk_strv_add_all(target, &value->list);
        break;
    case CONFIG_INTEGER:
    case CONFIG_SIZE:
    case CONFIG_DURATION:
        *(int64_t *)target = value->integer;
        break;
    case CONFIG_BOOL:
        *(bool *)target = value->boolean;
        break;
    default:
        *(char **)target = dk_strdup(value->text);
        break;
    }
}

static void build_map(dk_config_map *map, const config_entry *entry) {
    map->entries = dk_realloc_array(map->entries, map->count + 1, sizeof *map->entries);
    char *value = entry->value.type == CONFIG_INTEGER ? dk_format("%lld", (long long)entry->value.integer)
                                                      : dk_strdup(entry->value.text);
    map->entries[map->count++] = (dk_config_entry){.key = dk_strdup(entry->name), .value = value};
}

static void build_handler(dk_config_handler **handlers, size_t *count, const config_entry *entry) {
    *handlers = dk_realloc_array(*handlers, *count + 1, sizeof **handlers);
    dk_config_handler *handler = &(*handlers)[(*count)++];
    *handler = (dk_config_handler){.event = dk_strdup(entry->name)};
    dk_strv_add_all(&handler->commands, &entry->value.list);
}

static dk_config_environment *environment_named(dk_config *values, const char *name) {
    for (size_t i = 0; i < values->environment_count; i++)
        if (strcmp(values->environments[i].name, name) == 0)
            return &values->environments[i];
    values->environments =
        dk_realloc_array(values->environments, values->environment_count + 1, sizeof *values->environments);
    dk_config_environment *environment = &values->environments[values->environment_count++];
    *environment = (dk_config_environment){.name = dk_strdup(name)};
    return environment;
}

static void build_entry(dk_config *values, const config_entry *entry) {
    char *base = (char *)values;
    switch (entry->key->type) {
    case CONFIG_MAP:
        build_map((dk_config_map *)(void *)(base + entry->key->offset), entry);
        break;
    case CONFIG_HOOKS:
        build_handler(&values->hooks, &values->hook_count, entry);
        break;
    case CONFIG_EVENTS:
        build_handler(&values->events, &values->event_count, entry);
        break;
    case CONFIG_ENVIRONMENTS:
        build_value((char *)environment_named(values, entry->name) + entry->element->offset, &entry->value);
        break;
    default:
        build_value(base + entry->key->offset, &entry->value);
        break;
    }
}

void config_build(config_store *store) {
    config_release_values(&store->values);
    store->values.size = sizeof store->values;
    for (size_t i = 0; i < store->count; i++)
        build_entry(&store->values, &store->entries[i]);
}

/* ── and away with it ── */
static void release_map(dk_config_map *map) {
    for (size_t i = 0; i < map->count; i++) {
        free(map->entries[i].key);
        free(map->entries[i].value);
    }
    free(map->entries);
}

static void release_handlers(dk_config_handler *handlers, size_t count) {
    for (size_t i = 0; i < count; i++) {
        free(handlers[i].event);
        dk_strv_release(&handlers[i].commands);
    }
    free(handlers);
}

void config_release_values(dk_config *values) {
    for (size_t i = 0; i < config_key_count; i++) {
        void *field = (char *)values + config_keys[i].offset;
        if (config_keys[i].type == CONFIG_TEXT)
            free(*(char **)field);
        else if (config_keys[i].type == CONFIG_LIST)
            dk_strv_release(field);
        else if (config_keys[i].type == CONFIG_MAP)
            release_map(field);
    }
    release_handlers(values->hooks, values->hook_count);
    release_handlers(values->events, values->event_count);
    for (size_t i = 0; i < values->environment_count; i++) {
        free(values->environments[i].name);
        free(values->environments[i].url_env);
        dk_strv_release(&values->environments[i].allow);
    }
    free(values->environments);
    memset(values, 0, sizeof *values);
}

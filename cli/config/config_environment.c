/* DEVKIT_SECTION_KEY: the configuration from the process environment. */
#include "config/config_internal.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static bool put_variable(config_store *store, const char *path, const char *variable, const char *text,
                         dk_error *error) {
    config_match match;
    if (!config_find(path, &match)) {
        config_match_release(&match);
        return true;
    }
    config_hide_passwords(text);
    config_value value;
    config_problem problem;
    bool valid = config_value_from_text(match.element ? match.element : match.key, text, &value, &problem);
    if (valid) {
        DK_AUTOFREE char *origin = dk_format("environment %s", variable);
        config_store_put(store, path, &match, &value, CONFIG_ENVIRONMENT, origin);
    } else {
        dk_fail(error, DK_ERROR_USAGE, "config-invalid", "%s (%s) %s", variable, path, problem.what);
        if (problem.hint)
            dk_error_hint(error, "%s", problem.hint);
        config_problem_release(&problem);
    }
    config_match_release(&match);
    return valid;
}

/* Names the user chose are upper case in a variable: what the files named so is meant, else lower case. */
static char *path_of_table_variable(const config_store *store, const char *variable) {
    for (size_t i = 0; i < store->count; i++) {
        if (!store->entries[i].name)
            continue;
        DK_AUTOFREE char *name = config_variable_name(store->entries[i].path);
        if (strcmp(name, variable) == 0)
            return dk_strdup(store->entries[i].path);
    }
    for (size_t i = 0; i < config_key_count; i++) {
        if (config_keys[i].type != CONFIG_MAP)
            continue;
        DK_AUTOFREE char *prefix = config_variable_name(config_keys[i].path);
        size_t length = strlen(prefix);
        if (strncmp(variable, prefix, length) != 0 || variable[length] != '_' || !variable[length + 1])
            continue;
        char *path = dk_format("%s.%s", config_keys[i].path, variable + length + 1);
        for (char *p = path; *p; p++)
            *p = (char)tolower((unsigned char)*p);
        return path;
    }
    return NULL;
}

static char *path_of_variable(const config_store *store, const char *variable) {
    for (size_t i = 0; i < config_key_count; i++) {
        if (config_is_table(&config_keys[i]))
            continue;
        DK_AUTOFREE char *name = config_variable_name(config_keys[i].path);
        if (strcmp(name, variable) == 0)
            return dk_strdup(config_keys[i].path);
    }
    return path_of_table_variable(store, variable);
}

bool config_read_environment(config_store *store, const char *const *environment, dk_error *error) {
    for (; environment && *environment; environment++) {
        const char *equals = strchr(*environment, '=');
        if (!equals || !dk_starts_with(*environment, "DEVKIT_"))
            continue;
        DK_AUTOFREE char *variable = dk_strndup(*environment, (size_t)(equals - *environment));
        DK_AUTOFREE char *path = path_of_variable(store, variable);
        if (path && !put_variable(store, path, variable, equals + 1, error))
            return false;
    }
    return true;
}

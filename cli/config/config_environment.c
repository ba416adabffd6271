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

/* ── what is no key ── */

/* devkit's own variables that are no configuration: options, places, what executable plugins are told. */
static const char *const own_variables[] = {
    "DEVKIT_BUILD", "DEVKIT_ENV",       "DEVKIT_EXECUTABLE", "DEVKIT_FAULTS",  "DEVKIT_FAULTS_BUILD",
    "DEVKIT_JSON",  "DEVKIT_NO_INPUT",  "DEVKIT_PLUGIN_DIR", "DEVKIT_PREFIX",  "DEVKIT_PROJECT_ROOT",
    "DEVKIT_QUIET", "DEVKIT_TEMPLATES", "DEVKIT_VERBOSE",    "DEVKIT_VERSION", "DEVKIT_YES",
};
static const char *const own_prefixes[] = {"DEVKIT_FAULT_", "DEVKIT_TEST_"};

static bool is_own(const char *variable) {
    for (size_t i = 0; i < DK_COUNT(own_variables); i++)
        if (strcmp(own_variables[i], variable) == 0)
            return true;
    for (size_t i = 0; i < DK_COUNT(own_prefixes); i++)
        if (dk_starts_with(variable, own_prefixes[i]))
            return true;
    return false;
}

/* A shell's settings may serve several projects: not each of them has every environment. */
static bool is_of_another_project(const char *variable) {
    const config_key *table = config_key_at("env");
    if (!dk_starts_with(variable, "DEVKIT_ENV_"))
        return false;
    for (size_t i = 0; i < table->element_count; i++) {
        DK_AUTOFREE char *key = config_variable_name(table->elements[i].path);
        if (dk_ends_with(variable, key + strlen("DEVKIT")))
            return true;
    }
    return false;
}

static bool begins_with_section(const char *variable) {
    DK_AUTO_STRV dk_strv sections = DK_STRV_INIT;
    config_names_in("", &sections);
    for (size_t i = 0; i < sections.count; i++) {
        DK_AUTOFREE char *name = config_variable_name(sections.items[i]);
        if (dk_starts_with(variable, name) && variable[strlen(name)] == '_')
            return true;
    }
    return false;
}

/* Caller frees; NULL when none is near enough. */
static char *nearest_variable(const char *variable) {
    DK_AUTO_STRV dk_strv names = DK_STRV_INIT;
    for (size_t i = 0; i < config_key_count; i++)
        if (!config_is_table(&config_keys[i]))
            dk_strv_add_owned(&names, config_variable_name(config_keys[i].path));
    const char *near = dk_nearest(variable, (const char *const *)names.items, names.count);
    return near ? dk_strdup(near) : NULL;
}

/* Other programs' variables may begin with DEVKIT_, too: only what is spelled like a key is taken for one. */
static bool check_unknown(const char *variable, dk_error *error) {
    if (is_own(variable) || is_of_another_project(variable))
        return true;
    DK_AUTOFREE char *near = nearest_variable(variable);
    if (!near && !begins_with_section(variable))
        return true;
    dk_fail(error, DK_ERROR_USAGE, "config-key-unknown",
            "the environment variable %s names no configuration key", variable);
    if (near)
        return dk_error_hint(error, "did you mean %s?", near);
    return dk_error_hint(error, "`devkit config` lists all keys; reset.undo is DEVKIT_RESET_UNDO");
}

bool config_read_environment(config_store *store, const char *const *environment, dk_error *error) {
    for (; environment && *environment; environment++) {
        const char *equals = strchr(*environment, '=');
        if (!equals || !dk_starts_with(*environment, "DEVKIT_"))
            continue;
        DK_AUTOFREE char *variable = dk_strndup(*environment, (size_t)(equals - *environment));
        DK_AUTOFREE char *path = path_of_variable(store, variable);
        if (path ? !put_variable(store, path, variable, equals + 1, error) : !check_unknown(variable, error))
            return false;
    }
    return true;
}

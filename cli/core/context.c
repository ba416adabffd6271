/* See context.h; implements <devkit/context.h>. */
#include "core/context.h"
#include "config/project.h"
#include "host/places.h"

#include <devkit/file.h>
#include <devkit/output.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

dk_context *context_new(void) {
    return dk_alloc(sizeof(dk_context));
}

void context_free(dk_context *context) {
    if (!context)
        return;
    catalog_release(&context->catalog);
    index_release(&context->plugins);
    project_database_release(&context->database);
    project_variables_free(context->variables);
    config_free(context->config);
    free(context->root);
    free(context->state_dir);
    free(context->cache_dir);
    free(context->user_state_dir);
    free(context->server_why);
    dk_strv_release(&context->old_whys);
    dk_strv_release(&context->words);
    free(context);
}

/* ── commands ─────────────────────────────────────────────────────────────────────────────────────────── */

const command_catalog *context_catalog(dk_context *context) {
    if (context->catalog_filled)
        return &context->catalog;
    context->catalog_filled = true;
    index_load(&context->plugins, places_plugin_dir(), places_user_plugin_dir());
    catalog_fill(&context->catalog, &context->plugins);
    for (size_t i = 0; i < context->plugins.problems.count; i++)
        dk_warn(context, "%s", context->plugins.problems.items[i]);
    return &context->catalog;
}

const command_catalog *context_full_catalog(dk_context *context) {
    const command_catalog *catalog = context_catalog(context);
    for (size_t i = 0; i < context->plugins.count; i++) {
        DK_AUTO_ERROR dk_error error = DK_ERROR_INIT;
        if (!index_complete(&context->plugins.items[i], &error))
            dk_warn(context, "%s", error.message);
    }
    return catalog;
}

index_plugins *context_plugins(dk_context *context) {
    context_catalog(context);
    return &context->plugins;
}

/* ── the project ──────────────────────────────────────────────────────────────────────────────────────── */

const char *dk_environment_name(const dk_context *context) {
    return context->globals.environment;
}

const char *dk_project_root(dk_context *context, dk_error *error) {
    if (!context->root)
        context->root = project_find_root(context->globals.directory, error);
    return context->root;
}

config_store *context_config(dk_context *context, dk_error *error) {
    if (context->config)
        return context->config;
    const char *root = dk_project_root(context, error);
    if (root)
        context->config = config_load(root, error);
    return context->config;
}

const dk_config *dk_config_get(dk_context *context, dk_error *error) {
    const config_store *store = context_config(context, error);
    return store ? config_values(store) : NULL;
}

const char *dk_config_origin(dk_context *context, const char *key) {
    const config_store *store = context_config(context, NULL);
    return store ? config_origin(store, key) : NULL;
}

bool context_override(dk_context *context, const parse_override *overrides, size_t count, dk_error *error) {
    if (count == 0)
        return true;
    config_store *store = context_config(context, error);
    if (!store)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!config_set(store, overrides[i].path, overrides[i].text, overrides[i].origin, error))
            return false;
    return true;
}

/* ── folders ──────────────────────────────────────────────────────────────────────────────────────────── */

/* Readable for others: as root, server programs run as another account below this folder. */
static bool make_state_dir(const char *path, dk_error *error) {
    DK_AUTOFREE char *ignore = dk_path_join(path, ".gitignore");
    return dk_mkdirs(path, 0755, error) &&
           (dk_file_exists(ignore) || dk_file_write(ignore, "*\n", 2, 0644, error));
}

const char *dk_state_dir(dk_context *context, dk_error *error) {
    if (context->state_dir)
        return context->state_dir;
    const char *root = dk_project_root(context, error);
    if (!root)
        return NULL;
    char *path = dk_path_join(root, ".devkit");
    if (!make_state_dir(path, error)) {
        free(path);
        dk_error_hint(error,
                      "devkit keeps its state there: let this account write to %s, or work on a copy of it",
                      root);
        return NULL;
    }
    return context->state_dir = path;
}

static const char *home_directory(void) {
    const char *home = getenv("HOME");
    if (home && home[0] == '/')
        return home;
    const struct passwd *account = getpwuid(getuid());
    return account ? account->pw_dir : NULL;
}

/* `$variable/devkit`, or `~/fallback/devkit`; relative values are invalid, says the XDG specification. */
static const char *user_dir(char **kept, const char *variable, const char *fallback, dk_error *error) {
    if (*kept != NULL)
        return *kept;
    const char *given = getenv(variable);
    const char *home = home_directory();
    char *path = NULL;
    if (given && given[0] == '/')
        path = dk_path_join(given, "devkit");
    else if (home)
        path = dk_format("%s/%s/devkit", home, fallback);
    if (!path) {
        dk_fail(error, DK_ERROR_FAILED, "home-missing", "this account has no home directory");
        dk_error_hint(error, "set HOME or %s to a folder that devkit may write to", variable);
        return NULL;
    }
    if (!dk_mkdirs(path, 0700, error)) {
        free(path);
        return NULL;
    }
    return *kept = path;
}

const char *dk_cache_dir(dk_context *context, dk_error *error) {
    return user_dir(&context->cache_dir, "XDG_CACHE_HOME", ".cache", error);
}

const char *dk_user_state_dir(dk_context *context, dk_error *error) {
    return user_dir(&context->user_state_dir, "XDG_STATE_HOME", ".local/state", error);
}

const char *dk_templates_dir(void) {
    return places_templates_dir();
}

/* ── the database ─────────────────────────────────────────────────────────────────────────────────────── */

static const project_variables *variables_of(dk_context *context, dk_error *error) {
    if (context->variables)
        return context->variables;
    const dk_config *config = dk_config_get(context, error);
    if (config)
        context->variables = project_variables_load(context->root, &config->database.env_files, error);
    return context->variables;
}

const dk_database *dk_database_get(dk_context *context, dk_error *error) {
    if (context->database_known)
        return &context->database.view;
    const project_variables *variables = variables_of(context, error);
    if (!variables || !project_database_resolve(dk_config_get(context, error), context->globals.environment,
                                                variables, &context->database, error))
        return NULL;
    context->database_known = true;
    return &context->database.view;
}

void dk_database_set(dk_context *context, const dk_url *url) {
    dk_database_get(context, NULL);
    project_database_set(&context->database, url);
    context->database_known = true;
}

bool dk_project_variables(dk_context *context, dk_variable_function *visit, void *data, dk_error *error) {
    const project_variables *variables = variables_of(context, error);
    if (variables)
        project_variables_each(variables, visit, data);
    return variables != NULL;
}

const char *dk_project_variable(dk_context *context, const char *name, dk_error *error) {
    const project_variables *variables = variables_of(context, error);
    project_variable found;
    return variables && project_variables_find(variables, name, &found) ? found.value : NULL;
}

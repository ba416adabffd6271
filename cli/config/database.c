/* Which database the application reads: the variable, where it is set, and the URL in it. */
#include "config/database.h"
#include "config/dotenv.h"

#include <devkit/file.h>
#include <devkit/system.h>

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DOTENV_LIMIT ((size_t)1024 * 1024)

typedef struct variables_file {
    char *path; /* absolute */
    dotenv_file parsed;
    char **origins; /* "FILE:LINE" of each entry */
} variables_file;

struct project_variables {
    variables_file *files;
    size_t count;
};

/* ── variables ── */
static bool find_in_files(const project_variables *variables, const char *name, project_variable *found) {
    for (size_t i = variables->count; i-- > 0;) {
        const variables_file *file = &variables->files[i];
        const dotenv_entry *entry = dotenv_find(&file->parsed, name);
        if (entry) {
            *found = (project_variable){.value = entry->value,
                                        .origin = file->origins[entry - file->parsed.entries],
                                        .origin_file = file->path,
                                        .origin_line = entry->line};
            return true;
        }
    }
    return false;
}

/* A later file's ${VAR} sees the files before it, then the environment. */
static const char *lookup(void *data, const char *name) {
    project_variable found;
    return find_in_files(data, name, &found) ? found.value : getenv(name);
}

static bool load_file(project_variables *variables, const char *root, const char *name, dk_error *error) {
    DK_AUTOFREE char *path = dk_path_absolute(root, name);
    if (!dk_file_exists(path))
        return true;
    DK_AUTO_BUF dk_buf content = DK_BUF_INIT;
    dotenv_file parsed = DOTENV_INIT;
    if (!dk_file_read(path, DOTENV_LIMIT, &content, error) ||
        !dotenv_parse(dk_buf_text(&content), content.length, name, lookup, variables, &parsed, error))
        return false;
    variables_file *file = &variables->files[variables->count++];
    *file = (variables_file){.path = dk_strdup(path), .parsed = parsed};
    file->origins = dk_alloc_array(parsed.count + 1, sizeof *file->origins);
    DK_AUTOFREE char *shown = dk_path_relative(root, path);
    for (size_t i = 0; i < parsed.count; i++)
        file->origins[i] = dk_format("%s:%d", shown, parsed.entries[i].line);
    return true;
}

project_variables *project_variables_load(const char *root, const dk_strv *env_files, dk_error *error) {
    project_variables *variables = dk_alloc(sizeof *variables);
    variables->files = dk_alloc_array(env_files->count + 1, sizeof *variables->files);
    for (size_t i = 0; i < env_files->count; i++) {
        if (!load_file(variables, root, env_files->items[i], error)) {
            project_variables_free(variables);
            return NULL;
        }
    }
    return variables;
}

void project_variables_free(project_variables *variables) {
    if (!variables)
        return;
    for (size_t i = 0; i < variables->count; i++) {
        variables_file *file = &variables->files[i];
        for (size_t j = 0; j < file->parsed.count; j++)
            free(file->origins[j]);
        free(file->origins);
        free(file->path);
        dotenv_release(&file->parsed);
    }
    free(variables->files);
    free(variables);
}

bool project_variables_find(const project_variables *variables, const char *name, project_variable *found) {
    const char *value = getenv(name);
    if (value) {
        *found = (project_variable){.value = value, .origin = "environment"};
        return true;
    }
    return find_in_files(variables, name, found);
}

void project_variables_each(const project_variables *variables,
                            void (*visit)(void *data, const char *name, const char *value,
                                          const char *origin),
                            void *data) {
    for (size_t i = 0; i < variables->count; i++) {
        const variables_file *file = &variables->files[i];
        for (size_t j = 0; j < file->parsed.count; j++) {
            project_variable found;
            const dotenv_entry *entry = &file->parsed.entries[j];
            /* Only where it was set last; the environment may still give it another value. */
            if (find_in_files(variables, entry->name, &found) && found.value == entry->value &&
                project_variables_find(variables, entry->name, &found))
                visit(data, entry->name, found.value, found.origin);
        }
    }
}

/* ── the database ── */
const dk_config_environment *project_environment(const dk_config *config, const char *name, dk_error *error) {
    const char **names = dk_alloc_array(config->environment_count + 1, sizeof *names);
    const dk_config_environment *found = NULL;
    for (size_t i = 0; i < config->environment_count; i++) {
        names[i] = config->environments[i].name;
        if (strcmp(names[i], name) == 0)
            found = &config->environments[i];
    }
    if (!found) {
        const char *near = dk_nearest(name, names, config->environment_count);
        dk_fail(error, DK_ERROR_USAGE, "environment-unknown", "there is no environment \"%s\"", name);
        if (near)
            dk_error_hint(error, "did you mean \"%s\"?", near);
        else
            dk_error_hint(error, "describe it in .devkit.toml under [env.%s]", name);
    }
    free(names);
    return found;
}

static char *current_user(void) {
    char space[4096];
    struct passwd entry, *found = NULL;
    if (getpwuid_r(geteuid(), &entry, space, sizeof space, &found) == 0 && found)
        return dk_strdup(found->pw_name);
    const char *name = getenv("USER");
    return dk_strdup(name && *name ? name : "postgres");
}

/* What the drivers that follow libpq would take instead; JDBC does not look at the environment. */
static const char *driver_default(const dk_url *url, const char *variable) {
    const char *value = url->dialect == DK_URL_JDBC ? NULL : getenv(variable);
    return value && *value ? value : NULL;
}

static int default_port(const dk_url *url) {
    const char *text = driver_default(url, "PGPORT");
    int64_t port = 0;
    return text && dk_parse_int64(text, &port) && port > 0 && port < 65536 ? (int)port : 5432;
}

void project_url_fill(dk_url *url) {
    if (!url->user) {
        const char *name = driver_default(url, "PGUSER");
        url->user = name ? dk_strdup(name) : current_user();
    }
    if (!url->database) {
        const char *name = driver_default(url, "PGDATABASE");
        dk_url_set_database(url, name ? name : url->user);
    }
    for (size_t i = 0; i < url->host_count; i++)
        if (!url->hosts[i].port)
            url->hosts[i].port = default_port(url);
}

static bool parse_url(const project_variable *found, project_database *database, dk_error *error) {
    DK_AUTO_ERROR dk_error cause = DK_ERROR_INIT;
    if (dk_url_parse(found->value, &database->url, &cause)) {
        project_url_fill(&database->url);
        database->view.url = &database->url;
        return true;
    }
    dk_error_move(error, &cause);
    return dk_error_prefix(error, "%s (%s)", database->variable, found->origin);
}

bool project_database_resolve(const dk_config *config, const char *environment,
                              const project_variables *variables, project_database *database,
                              dk_error *error) {
    const char *variable = config->database.url_env;
    *database = (project_database){.url = DK_URL_INIT};
    if (environment) {
        const dk_config_environment *named = project_environment(config, environment, error);
        if (!named)
            return false;
        variable = named->url_env;
    }
    project_variable found = {.origin = ""};
    bool given = project_variables_find(variables, variable, &found) && *found.value;
    database->variable = dk_strdup(variable);
    database->origin = dk_strdup(given ? found.origin : "");
    database->origin_file = given ? dk_strdup(found.origin_file) : NULL;
    database->view = (dk_database){.variable = database->variable,
                                   .origin = database->origin,
                                   .origin_file = database->origin_file,
                                   .origin_line = given ? found.origin_line : 0};
    if (!given || parse_url(&found, database, error))
        return true;
    project_database_release(database);
    return false;
}

void project_database_set(project_database *database, const dk_url *url) {
    if (url != &database->url)
        dk_url_copy(&database->url, url);
    project_url_fill(&database->url);
    database->view.url = &database->url;
    if (!database->origin || !*database->origin) { /* nobody configured it: a server made it up */
        free(database->origin);
        database->origin = dk_strdup("server");
        database->view.origin = database->origin;
    }
}

void project_database_release(project_database *database) {
    dk_url_release(&database->url);
    free(database->variable);
    free(database->origin);
    free(database->origin_file);
    *database = (project_database){.url = DK_URL_INIT};
}

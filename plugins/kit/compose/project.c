/* A project's compose files: where they are, what the project is called, what its variables are. */
#include "document.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* In the order in which compose looks, each with the file that overrides it. */
static const struct {
    const char *name;
    const char *overrides[2];
} usual[] = {
    {"compose.yaml", {"compose.override.yaml", "compose.override.yml"}},
    {"compose.yml", {"compose.override.yml", "compose.override.yaml"}},
    {"docker-compose.yaml", {"docker-compose.override.yaml", "docker-compose.override.yml"}},
    {"docker-compose.yml", {"docker-compose.override.yml", "docker-compose.override.yaml"}},
};

void compose_project_release(compose_project *project) {
    free(project->folder);
    free(project->name);
    dk_strv_release(&project->files);
    dk_strv_release(&project->included);
    for (size_t i = 0; i < project->service_count; i++)
        compose_service_release(&project->services[i]);
    free(project->services);
    *project = (compose_project)COMPOSE_PROJECT_INIT;
}

/* ── which files ── */
static bool add_if_there(const char *folder, const char *name, dk_strv *files) {
    DK_AUTOFREE char *path = dk_path_join(folder, name);
    if (!dk_file_exists(path))
        return false;
    dk_strv_add(files, path);
    return true;
}

/* The first of the usual names in a folder, and its override. */
static bool usual_files(const char *folder, dk_strv *files) {
    for (size_t i = 0; i < DK_COUNT(usual); i++) {
        if (!add_if_there(folder, usual[i].name, files))
            continue;
        if (!add_if_there(folder, usual[i].overrides[0], files))
            add_if_there(folder, usual[i].overrides[1], files);
        return true;
    }
    return false;
}

/* In the project's folder or above it, as compose looks, but not beyond the git work tree. */
static bool search_upwards(const char *root, dk_strv *files) {
    DK_AUTOFREE char *folder = dk_strdup(root);
    if (usual_files(folder, files))
        return true;
    DK_AUTO_STRV dk_strv above = DK_STRV_INIT;
    while (!dk_streq(folder, "/")) {
        DK_AUTOFREE char *git = dk_path_join(folder, ".git");
        if (dk_file_exists(git)) {
            dk_strv_add_all(files, &above);
            return above.count > 0;
        }
        char *parent = dk_path_dirname(folder);
        free(folder);
        folder = parent;
        if (above.count == 0)
            usual_files(folder, &above);
    }
    return false;
}

/* A configured file of a usual name, when it is the one compose would take there, brings its override along.
 */
static void named_file(const char *path, dk_strv *files) {
    DK_AUTOFREE char *folder = dk_path_dirname(path);
    DK_AUTO_STRV dk_strv found = DK_STRV_INIT;
    if (usual_files(folder, &found) && dk_streq(found.items[0], path))
        dk_strv_add_all(files, &found);
    else
        dk_strv_add(files, path);
}

static void listed_files(dk_context *context, const char *root, const char *list, dk_strv *files) {
    const char *separator = dk_project_variable(context, "COMPOSE_PATH_SEPARATOR", NULL);
    DK_AUTO_STRV dk_strv names = DK_STRV_INIT;
    dk_strv_split(&names, list, separator && *separator ? *separator : ':');
    for (size_t i = 0; i < names.count; i++)
        if (*names.items[i])
            dk_strv_add_owned(files, dk_path_absolute(root, names.items[i]));
}

static bool find_files(dk_context *context, dk_strv *files, dk_error *error) {
    const dk_config *config = dk_config_get(context, error);
    const char *root = config ? dk_project_root(context, error) : NULL;
    if (!root)
        return false;
    const char *configured = config->server_compose.file;
    const char *list = *configured ? NULL : dk_project_variable(context, "COMPOSE_FILE", NULL);
    DK_AUTOFREE char *path = *configured ? dk_path_absolute(root, configured) : NULL;
    if (path)
        named_file(path, files);
    else if (list && *list)
        listed_files(context, root, list, files);
    else
        search_upwards(root, files);
    for (size_t i = 0; i < files->count; i++)
        if (!dk_file_exists(files->items[i])) {
            dk_fail(error, DK_ERROR_USAGE, "compose-missing", "there is no compose file %s", files->items[i]);
            return dk_error_hint(error, path ? "correct [server.compose] file; it is relative to the project"
                                             : "correct the variable COMPOSE_FILE");
        }
    return true;
}

bool compose_exists(dk_context *context) {
    DK_AUTO_STRV dk_strv files = DK_STRV_INIT;
    return find_files(context, &files, NULL) && files.count > 0;
}

/* ── variables ── */
typedef struct variables {
    compose_service values; /* of the .env beside the file; only its environment is used */
} variables;

static void set_variable(void *data, const char *name, const char *value) {
    compose_service_set(&((variables *)data)->values, name, value);
}

static const char *look_up(void *data, const char *name) {
    const char *value = getenv(name);
    return value ? value : compose_environment(&((variables *)data)->values, name);
}

/* ── the project's name ── */
/* Lower case letters, digits, '-' and '_', as compose makes it of a folder's name. */
static char *normal_name(const char *name) {
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    for (; *name; name++) {
        char character = (char)tolower((unsigned char)*name);
        if (isalnum((unsigned char)character) || (text.length > 0 && strchr("-_", character)))
            dk_buf_add_char(&text, character);
    }
    return dk_buf_detach(&text);
}

static void settle_name(compose_project *project, variables *known) {
    const char *given = look_up(known, "COMPOSE_PROJECT_NAME");
    if (given && *given) {
        free(project->name);
        project->name = dk_strdup(given);
    } else if (!project->name || !*project->name) {
        free(project->name);
        project->name = normal_name(dk_path_basename(project->folder));
    }
}

/* ── reading ── */
static bool read_own(compose_project *project, variables *known, dk_error *error) {
    for (size_t i = 0; i < project->files.count; i++)
        if (!compose_load(project, project->files.items[i], look_up, known, error))
            return false;
    return compose_finish(project, look_up, known, error);
}

static void forget_services(compose_project *project) {
    while (project->service_count > 0)
        compose_service_release(&project->services[--project->service_count]);
}

/* Compose knows its files best, but asking it takes a while, and what it says has no lines any more. */
static bool read_asked(compose_project *project, variables *known) {
    DK_AUTO_BUF dk_buf text = DK_BUF_INIT;
    if (!compose_program_config(project, &text))
        return false;
    forget_services(project);
    if (!compose_load_text(project, &text, project->files.items[0], "docker compose config", look_up, known,
                           NULL))
        return false;
    for (size_t i = 0; i < project->service_count; i++) {
        project->services[i].line = 0;
        for (size_t j = 0; j < project->services[i].port_count; j++)
            project->services[i].ports[j].line = 0;
    }
    return true;
}

static bool read_files(compose_project *project, variables *known, dk_error *error) {
    DK_AUTO_ERROR dk_error why = DK_ERROR_INIT;
    DK_AUTOFREE char *env = dk_path_join(project->folder, ".env");
    const compose_env_reader reader = {set_variable, look_up, known};
    if (dk_file_exists(env) && !compose_env_file(env, &reader, error))
        return false;
    if (!read_own(project, known, &why) &&
        !(dk_error_is(&why, "compose-invalid") && read_asked(project, known))) {
        dk_error_move(error, &why);
        return false;
    }
    settle_name(project, known);
    return true;
}

static bool is_usual(const compose_project *project) {
    DK_AUTO_STRV dk_strv found = DK_STRV_INIT;
    usual_files(project->folder, &found);
    bool same = found.count == project->files.count;
    for (size_t i = 0; same && i < found.count; i++)
        same = dk_streq(found.items[i], project->files.items[i]);
    return same;
}

bool compose_open(dk_context *context, compose_project *project, dk_error *error) {
    if (!find_files(context, &project->files, error))
        return false;
    if (project->files.count == 0)
        return true;
    variables known = {0};
    project->folder = dk_path_dirname(project->files.items[0]);
    project->usual = is_usual(project);
    bool done = read_files(project, &known, error);
    compose_service_release(&known.values);
    return done;
}

/* ── questions ── */
const compose_service *compose_service_find(const compose_project *project, const char *name) {
    for (size_t i = 0; i < project->service_count; i++)
        if (dk_streq(project->services[i].name, name))
            return &project->services[i];
    return NULL;
}

const char *compose_environment(const compose_service *service, const char *name) {
    for (size_t i = 0; i < service->environment_count; i++)
        if (dk_streq(service->environment[i].name, name))
            return service->environment[i].value;
    return NULL;
}

static bool reaches(const compose_port *entry, int container) {
    return dk_streq(entry->protocol, "tcp") && container >= entry->container &&
           container <= entry->container_last;
}

/* 0: the engine picks one. */
static int port_of_host(const compose_port *entry, int container) {
    bool picked = entry->container == entry->container_last && entry->host != entry->host_last;
    return entry->host && !picked ? entry->host + (container - entry->container) : 0;
}

const compose_port *compose_published(const compose_service *service, int container, int *port) {
    for (size_t i = 0; i < service->port_count; i++) {
        if (!reaches(&service->ports[i], container))
            continue;
        *port = port_of_host(&service->ports[i], container);
        return &service->ports[i];
    }
    return NULL;
}

bool compose_is_published_at(const compose_service *service, int container, int host) {
    for (size_t i = 0; i < service->port_count; i++)
        if (reaches(&service->ports[i], container) && port_of_host(&service->ports[i], container) == host)
            return true;
    return false;
}

char *compose_service_place(const compose_service *service, const char *folder) {
    DK_AUTOFREE char *shown = dk_path_relative(folder, service->file);
    return service->line ? dk_format("%s:%d", shown, service->line) : dk_strdup(shown);
}

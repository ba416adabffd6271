/* Compose itself: which program it is, and what it makes of files that our own reading does not understand.
 */
#include <kit/compose/compose.h>

#include <stdlib.h>

#define VERSION_TIMEOUT_MS 15000
#define CONFIG_TIMEOUT_MS 10000
#define CONFIG_LIMIT ((size_t)4 << 20)

/* The first that answers `version`. podman's hands over to one of the others. */
static const char *const programs[][2] = {
    {"docker", "compose"}, {"docker-compose", NULL}, {"podman", "compose"}, {"podman-compose", NULL}};

static bool answers(const char *program, const char *word) {
    DK_AUTOFREE char *path = dk_find_program(program, NULL);
    if (!path || !word)
        return path != NULL;
    DK_AUTO_PROCESS dk_process process = DK_PROCESS_INIT;
    dk_process_add(&process, path);
    dk_process_add(&process, word);
    dk_process_add(&process, "version");
    process.timeout_ms = VERSION_TIMEOUT_MS;
    return dk_process_run(&process, NULL);
}

bool compose_program_find(dk_strv *words, dk_error *error) {
    for (size_t i = 0; i < DK_COUNT(programs); i++) {
        if (!answers(programs[i][0], programs[i][1]))
            continue;
        dk_strv_add(words, programs[i][0]);
        if (programs[i][1])
            dk_strv_add(words, programs[i][1]);
        return true;
    }
    if (dk_interrupted())
        return dk_fail_interrupted(error);
    dk_fail(error, DK_ERROR_FAILED, "program-missing",
            "neither `docker compose` nor `docker-compose` is installed");
    return dk_error_hint(error,
                         "install docker-compose-plugin (Docker's packages), docker-compose (Debian, Fedora, "
                         "Alpine, Arch), or Docker Desktop");
}

/* Where docker's client looks for its plugins; those of cliPluginsExtraDirs come with a docker-compose in
 * PATH. */
static bool has_plugin(void) {
    static const char *const folders[] = {"/usr/local/lib/docker/cli-plugins",
                                          "/usr/local/libexec/docker/cli-plugins",
                                          "/usr/lib/docker/cli-plugins", "/usr/libexec/docker/cli-plugins"};
    const char *config = getenv("DOCKER_CONFIG");
    const char *home = getenv("HOME");
    DK_AUTOFREE char *own = config && *config
                                ? dk_format("%s/cli-plugins/docker-compose", config)
                                : dk_format("%s/.docker/cli-plugins/docker-compose", home ? home : "");
    bool found = dk_file_exists(own);
    for (size_t i = 0; i < DK_COUNT(folders); i++) {
        DK_AUTOFREE char *path = dk_path_join(folders[i], "docker-compose");
        found = found || dk_file_exists(path);
    }
    return found;
}

const char *compose_program_name(void) {
    DK_AUTOFREE char *program = has_plugin() ? NULL : dk_find_program("docker-compose", NULL);
    return program ? "docker-compose" : "docker compose";
}

void compose_program_add_files(const compose_project *project, dk_strv *words) {
    for (size_t i = 0; i < project->files.count; i++) {
        dk_strv_add(words, "-f");
        dk_strv_add(words, project->files.items[i]);
    }
}

/* Version 1 has no --format: it prints its help and calls that a success. What it prints without is YAML, of
 * which JSON is a part. */
static bool print_config(const compose_project *project, const dk_strv *program, bool as_json, dk_buf *text) {
    DK_AUTO_PROCESS dk_process process = DK_PROCESS_INIT;
    dk_strv_add_all(&process.arguments, program);
    compose_program_add_files(project, &process.arguments);
    dk_process_add(&process, "config");
    if (as_json) {
        dk_process_add(&process, "--format");
        dk_process_add(&process, "json");
    }
    process.directory = project->folder;
    process.timeout_ms = CONFIG_TIMEOUT_MS;
    process.output.limit = CONFIG_LIMIT;
    if (!dk_process_run(&process, NULL) || process.output.overflowed || !process.output.length)
        return false;
    if (as_json && *dk_buf_text(&process.output) != '{')
        return false;
    dk_buf_append(text, dk_buf_text(&process.output), process.output.length);
    return true;
}

bool compose_program_config(const compose_project *project, dk_buf *text) {
    DK_AUTO_STRV dk_strv program = DK_STRV_INIT;
    return compose_program_find(&program, NULL) &&
           (print_config(project, &program, true, text) || print_config(project, &program, false, text));
}

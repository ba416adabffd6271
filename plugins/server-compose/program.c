/* Running compose: the plugin of docker's client (version 2), or the program of version 1. */
#include "service.h"

#include <kit/layer/layer.h>
#include <stdlib.h>
#include <string.h>

#define CHECK_TIMEOUT_MS 15000

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
    process.timeout_ms = CHECK_TIMEOUT_MS;
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

char *compose_program_text(const compose_server *server, const char *verb) {
    /* In a hint the name that most people have; the file only where compose would not find it by itself. */
    if (server->project.usual)
        return dk_format("docker compose %s %s", verb, server->service->name);
    return dk_format("docker compose -f %s %s %s", server->shown, verb, server->service->name);
}

static void show_line(void *data, const char *line, size_t length) {
    char text[160];
    if (layer_plain_line(line, length, text, sizeof text))
        dk_progress_update(data, 0, 0, text);
}

bool compose_program_up(const compose_server *server, dk_error *error) {
    DK_AUTO_PROCESS dk_process process = DK_PROCESS_INIT;
    if (!compose_program_find(&process.arguments, error))
        return false;
    for (size_t i = 0; i < server->project.files.count; i++) {
        dk_process_add(&process, "-f");
        dk_process_add(&process, server->project.files.items[i]);
    }
    static const char *const words[] = {"up", "-d", "--no-recreate"};
    for (size_t i = 0; i < DK_COUNT(words); i++)
        dk_process_add(&process, words[i]);
    dk_process_add(&process, server->service->name);
    process.directory = server->project.folder;
    process.flags = DK_PROCESS_MERGE_STDERR | DK_PROCESS_ALLOW_FAILURE;
    process.on_output = show_line;
    process.line_data = dk_progress_begin(server->context, server->service->name);
    DK_AUTOFREE char *shown = dk_process_describe(&process);
    dk_debug(server->context, "running %s", shown);
    bool ran = dk_process_run(&process, error);
    bool done = ran && process.exit_status == 0;
    dk_progress_end(process.line_data, done, done ? "created" : "failed");
    return done || (ran && compose_fail_from_output(server, dk_buf_text(&process.output), error));
}

/* What compose and the engine say when a service does not start. */
#include "service.h"

#include <kit/layer/layer.h>
#include <stdlib.h>
#include <string.h>

#define SHOWN_LINES 8

typedef struct compose_problem {
    const char *pattern;
    const char *code;
    const char *message;
    const char *hint; /* NULL: compose says where its file is wrong */
} compose_problem;

static const compose_problem problems[] = {
    {"port is already allocated", "port-taken", "the port that the service publishes is taken",
     "`devkit ports` shows who has it: end that, or change \"ports\" in the compose file and the URL"},
    {"address already in use", "port-taken", "the port that the service publishes is taken",
     "`devkit ports` shows who has it: end that, or change \"ports\" in the compose file and the URL"},
    {"ports are not available", "port-taken", "the port that the service publishes is taken",
     "`devkit ports` shows who has it: end that, or change \"ports\" in the compose file and the URL"},
    {"no space left on device", "disk-full", "the engine's disk is full",
     "`docker system df` shows what fills it"},
    {"pull access denied", "image-missing", "the image can't be pulled",
     "correct \"image\" in the compose file, or log in to its registry"},
    {"manifest unknown", "image-missing", "the image does not exist",
     "correct \"image\" in the compose file"},
    {"not found: manifest", "image-missing", "the image does not exist",
     "correct \"image\" in the compose file"},
    {"failed to resolve reference", "image-missing", "the image can't be pulled",
     "see whether this machine is online and the image's name is right"},
    {"Client.Timeout exceeded", "image-missing", "the image can't be pulled",
     "see whether this machine is online"},
    {"no such host", "image-missing", "the image can't be pulled", "see whether this machine is online"},
    {"i/o timeout", "image-missing", "the image can't be pulled", "see whether this machine is online"},
    {"dial tcp", "image-missing", "the image can't be pulled", "see whether this machine is online"},
    {"The container name", "container-name-taken", "a container of that name exists already",
     "`docker ps -a` shows it: remove it, or change \"container_name\" in the compose file"},
    {"permission denied while trying to connect", "docker-denied",
     "this account may not use the container engine",
     "add it to the group docker and log in again, or use rootless Docker"},
    {"Cannot connect to the Docker daemon", "docker-unreachable", "the container engine does not answer",
     "start it (sudo systemctl start docker, or Docker Desktop), or correct DOCKER_HOST"},
    {"Couldn't connect to Docker daemon", "docker-unreachable", "the container engine does not answer",
     "start it (sudo systemctl start docker, or Docker Desktop), or correct DOCKER_HOST"},
    {"required variable", "compose-invalid", "a variable that the compose file needs is not set",
     "set it in the .env beside the compose file"},
    {"is invalid because", "compose-invalid", "compose does not accept the file", NULL},
    {"yaml: ", "compose-invalid", "compose does not accept the file", NULL},
    {"Additional propert", "compose-invalid", "compose does not accept the file", NULL},
};

/* The last lines, without escapes: what matters stands at the end. */
static char *last_lines(const char *output) {
    DK_AUTO_STRV dk_strv lines = DK_STRV_INIT;
    DK_AUTO_BUF dk_buf shown = DK_BUF_INIT;
    dk_strv_split(&lines, output, '\n');
    size_t first = lines.count > SHOWN_LINES ? lines.count - SHOWN_LINES : 0;
    for (size_t i = first; i < lines.count; i++) {
        char text[512];
        if (layer_plain_line(lines.items[i], strlen(lines.items[i]), text, sizeof text))
            dk_buf_addf(&shown, "%s%s", shown.length ? "\n" : "", text);
    }
    return dk_buf_detach(&shown);
}

bool compose_fail_from_output(const compose_server *server, const char *output, dk_error *error) {
    const compose_problem *found = NULL;
    for (size_t i = 0; !found && i < DK_COUNT(problems); i++)
        if (strstr(output, problems[i].pattern))
            found = &problems[i];
    DK_AUTOFREE char *detail = last_lines(output);
    dk_fail(error, DK_ERROR_FAILED, found ? found->code : "compose-failed", "service \"%s\": %s",
            server->service->name, found ? found->message : "compose could not start it");
    if (*detail)
        dk_error_detail(error, "%s", detail);
    if (found && found->hint)
        return dk_error_hint(error, "%s", found->hint);
    DK_AUTOFREE char *command = found ? compose_program_text(server, "config", NULL)
                                      : compose_program_text(server, "up", server->service->name);
    return dk_error_hint(error, found ? "`%s` says where it is wrong" : "`%s` shows more", command);
}
